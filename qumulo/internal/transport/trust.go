package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/files"
)

const (
	// maxPEM bounds a file with certificates or a key, in bytes.
	maxPEM = 4 << 20
	// rereadEvery is how long the files are taken as they were read.
	rereadEvery = time.Second
)

// trust is what the TLS settings of a cluster say: whom to trust, and what to show. The
// files are read again all the time; a file that is missing, half written or broken, or
// whose file system hangs, does no harm while its content of before works.
type trust struct {
	settings      config.TLSConfig // without the files
	ca, cert, key *files.Reader    // nil: there is no such file

	changed func(path string, err error)

	mu      sync.Mutex
	now     *material
	read    time.Time // when the files were last read
	unusual bool      // what was read last makes no sense
}

// material is the content of the files, and what is made of it.
type material struct {
	version       int // it grows
	ca, cert, key string
	config        *tls.Config
}

// newTrust reads no file.
func newTrust(cfg Config) (*trust, error) {
	t := &trust{settings: cfg.TLS, changed: cfg.FileChanged}
	t.settings.CAFile, t.settings.CertFile, t.settings.KeyFile = "", "", ""
	reader := func(path string, check func(string) error) *files.Reader {
		if path == "" {
			return nil
		}
		return files.NewReader(path, maxPEM, check, cfg.FileChanged)
	}
	t.ca = reader(cfg.TLS.CAFile, func(text string) error { _, err := poolOf(text); return err })
	t.cert, t.key = reader(cfg.TLS.CertFile, nil), reader(cfg.TLS.KeyFile, nil)
	if t.key != nil {
		return t, nil // the pair can't be checked before the key is read
	}
	_, err := config.NewTLSConfig(&t.settings)
	return t, err
}

// material returns what to use now.
func (t *trust) material(ctx context.Context) (*material, error) {
	t.mu.Lock()
	now := t.now
	due := now == nil || t.ca != nil || t.key != nil
	if now != nil && time.Since(t.read) < rereadEvery {
		due = false
	}
	t.mu.Unlock()
	if !due {
		return now, nil
	}
	fresh, err := t.readAll(ctx)
	if err == nil {
		now, err = t.use(fresh)
	}
	if now == nil {
		return nil, err
	}
	return now, nil
}

// readAll reads the files.
func (t *trust) readAll(ctx context.Context) (*material, error) {
	m := &material{cert: t.settings.Cert}
	for _, f := range []struct {
		file *files.Reader
		text *string
	}{{t.ca, &m.ca}, {t.cert, &m.cert}, {t.key, &m.key}} {
		if f.file == nil {
			continue
		}
		var err error
		if *f.text, err = f.file.Latest(ctx); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// use makes what has been read the thing to use, unless it is in use already or makes
// no sense: certificate and key are replaced one after the other.
func (t *trust) use(fresh *material) (*material, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.read = time.Now()
	if t.now != nil && t.now.ca == fresh.ca && t.now.cert == fresh.cert && t.now.key == fresh.key {
		return t.now, nil
	}
	err := t.configure(fresh)
	if t.now != nil && t.key != nil && t.unusual != (err != nil) {
		t.unusual = err != nil
		t.changed(t.key.Path(), err)
	}
	if err != nil {
		return t.now, err
	}
	if t.now != nil {
		fresh.version = t.now.version + 1
	}
	t.now = fresh
	return fresh, nil
}

// configure makes the TLS configuration of a material.
func (t *trust) configure(m *material) error {
	settings := t.settings
	settings.Cert = ""
	var err error
	if m.config, err = config.NewTLSConfig(&settings); err != nil {
		return err
	}
	if m.ca != "" {
		if m.config.RootCAs, err = poolOf(m.ca); err != nil {
			return err
		}
	}
	if m.cert == "" {
		return nil
	}
	pair, err := tls.X509KeyPair([]byte(m.cert), []byte(m.key))
	if err != nil {
		return errors.New("client certificate and key: " + err.Error())
	}
	m.config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	return nil
}

var errNoCertificate = errors.New("no certificates in PEM form, or the last one is not whole")

func poolOf(text string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	rest := []byte(text)
	for block := new(pem.Block); block != nil; {
		block, rest = pem.Decode(rest)
	}
	if !pool.AppendCertsFromPEM([]byte(text)) || bytes.Contains(rest, []byte("-----BEGIN")) { // the last one is not whole
		return nil, errNoCertificate
	}
	return pool, nil
}

// hanging is a file that is waited for since it was never read; "": there is none.
func (t *trust) hanging() string {
	t.mu.Lock()
	known := t.now != nil
	t.mu.Unlock()
	for _, f := range []*files.Reader{t.ca, t.cert, t.key} {
		if !known && f != nil && f.Hangs() {
			return f.Path()
		}
	}
	return ""
}
