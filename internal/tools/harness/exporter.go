package harness

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// The files of WriteFiles.
const (
	CAFile       = "ca.pem"
	passwordFile = "password"
)

// Loopback is the address of a program that may listen on any free port.
const Loopback = "127.0.0.1:0"

const readyPause = 50 * time.Millisecond

// WriteFiles writes into dir what a user has in files to reach a cluster: its CA and a password.
func WriteFiles(dir string, cluster *qumulotest.Server) error {
	return errors.Join(
		os.WriteFile(filepath.Join(dir, CAFile), cluster.CAPEM(), 0o600),
		os.WriteFile(filepath.Join(dir, passwordFile), []byte(qumulotest.DefaultPassword+"\n"), 0o600),
	)
}

// Only are the flags that turn all collectors off but these.
func Only(names ...string) []string {
	var flags []string
	for _, name := range collector.Names() {
		if !slices.Contains(names, name) {
			flags = append(flags, "--no-collector."+name)
		}
	}
	return flags
}

// Flags are the exporter's, as a user gives them, for a cluster of which WriteFiles has written the files into dir.
func Flags(dir, listen string, urls ...string) []string {
	flags := []string{
		"--qumulo.username=" + qumulotest.DefaultUser, "--qumulo.password-file=" + filepath.Join(dir, passwordFile),
		"--qumulo.ca-file=" + filepath.Join(dir, CAFile), "--web.listen-address=" + listen,
	}
	for _, u := range urls {
		flags = append(flags, "--qumulo.url="+u)
	}
	return flags
}

// StartExporter is Start, and returns when the exporter is ready.
func StartExporter(ctx context.Context, p Program) (*Child, error) {
	c, err := Start(ctx, p)
	if err != nil {
		return nil, err
	}
	client := NewClient(c.Addr, startLimit, 1)
	defer client.Close()
	for end := time.Now().Add(startLimit); ; Wait(ctx, readyPause) {
		_, err := client.Get(ctx, "/-/ready")
		if err == nil {
			return c, nil
		}
		if ctx.Err() != nil || time.Now().After(end) {
			c.Stop()
			return nil, c.Failed(errors.Join(errors.New("it does not get ready"), err))
		}
	}
}
