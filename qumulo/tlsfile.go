package qumulo

import (
	"context"
	"sync"

	"github.com/prometheus/common/config"
)

// tlsFile is a file of the TLS settings that is asked for with each call, and
// read when it has changed.
type tlsFile struct {
	config.SecretReader // reads the file
	path                string

	mu    sync.Mutex
	stamp fileStamp
	text  string
}

func newTLSFile(path string) *tlsFile {
	return &tlsFile{SecretReader: config.NewFileSecret(path), path: path}
}

// Fetch implements config.SecretReader.
func (f *tlsFile) Fetch(ctx context.Context) (string, error) {
	stamp := stampOf(f.path)
	f.mu.Lock()
	defer f.mu.Unlock()
	if stamp == f.stamp && stamp != (fileStamp{}) {
		return f.text, nil
	}
	text, err := f.SecretReader.Fetch(ctx)
	if err != nil {
		return "", err
	}
	f.stamp, f.text = stamp, text
	return text, nil
}
