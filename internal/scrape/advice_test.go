package scrape_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestAdvice: for each fault that an administrator can do something about, the
// client's error leads to the words that say what.
func TestAdvice(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	answer := func(f qumulotest.Fault) func(*qumulotest.Server, *qumulo.Config) {
		return func(s *qumulotest.Server, _ *qumulo.Config) { s.SetFault(nodesPath, f) }
	}
	for name, c := range map[string]struct {
		fault  func(*qumulotest.Server, *qumulo.Config)
		advice string // "": none
	}{
		"refused login": {func(s *qumulotest.Server, _ *qumulo.Config) { s.LoginFault(qumulotest.Fault{Status: 401}) }, "password file"},
		"refused token": {func(_ *qumulotest.Server, cfg *qumulo.Config) {
			file := testutil.WriteFile(t, filepath.Join(t.TempDir(), "token"), "access-v1:unknown")
			cfg.Credentials = qumulo.Credentials{AccessTokenFile: file}
		}, "new access token"},
		"no privilege": {func(s *qumulotest.Server, _ *qumulo.Config) { s.SetPrivileges(qumulotest.DefaultUser) }, "the privilege PRIVILEGE_CLUSTER_READ: qq auth_modify_role -r ROLE -G PRIVILEGE_CLUSTER_READ"},
		"unknown CA":   {func(_ *qumulotest.Server, cfg *qumulo.Config) { cfg.TLS.CA = "" }, "--qumulo.ca-file"},
		"other name":   {func(_ *qumulotest.Server, cfg *qumulo.Config) { cfg.TLS.ServerName = "other.example" }, "--qumulo.server-name"},
		"not a name":   {func(_ *qumulotest.Server, cfg *qumulo.Config) { cfg.URLs = []string{"https://cluster..invalid"} }, "DNS"},
		"no TLS": {func(_ *qumulotest.Server, cfg *qumulo.Config) {
			cfg.URLs = []string{strings.Replace(plain.URL, "http", "https", 1)}
		}, "does not speak TLS"},
		"no listener":    {func(s *qumulotest.Server, _ *qumulo.Config) { s.StopListening() }, "address and port"},
		"hangs":          {answer(qumulotest.Fault{Hang: true}), "scrape_timeout"},
		"HTML":           {answer(qumulotest.Fault{Body: []byte("<html>")}), "port 8000"},
		"null":           {answer(qumulotest.Fault{Body: []byte("null")}), "port 8000"},
		"404":            {answer(qumulotest.Fault{Status: 404}), "port 8000"},
		"500":            {answer(qumulotest.Fault{Status: 500}), "the fault is the cluster's"},
		"too many rows":  {func(_ *qumulotest.Server, cfg *qumulo.Config) { cfg.MaxRows = 1 }, "--qumulo.max-answer-rows (max_answer_rows"},
		"too many bytes": {func(_ *qumulotest.Server, cfg *qumulo.Config) { cfg.MaxBytes = 100 }, "--qumulo.max-answer-bytes (max_answer_bytes"},
		"400":            {answer(qumulotest.Fault{Status: 400}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			cfg := qumulo.Config{
				URLs:        []string{server.URL()},
				Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
				TLS:         promconfig.TLSConfig{CA: string(server.CAPEM())},
			}
			c.fault(server, &cfg)
			client, err := qumulo.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.Close)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err = client.Nodes(ctx)
			if got := scrape.Advice(err); err == nil || !strings.Contains(got, c.advice) || (got == "") != (c.advice == "") {
				t.Errorf("%v\nadvice: %q, want %q in it", err, got, c.advice)
			}
		})
	}
}

// TestAdviceOnRareErrors: what a test can't easily bring about.
func TestAdviceOnRareErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		advice string
	}{
		{&net.OpError{Op: "proxyconnect", Err: errors.New("refused")}, "HTTPS_PROXY"},
		{x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}, "renew the cluster's certificate"},
		{io.ErrUnexpectedEOF, "in the middle of the answer"},
		{&qumulo.Error{Operation: "who am I", Status: 403, Err: qumulo.ErrForbidden}, ""}, // needs no privilege
		{errors.New("another"), ""},
		{nil, ""},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("list nodes: %w", err)
		}
		if got := scrape.Advice(err); !strings.Contains(got, c.advice) || (got == "") != (c.advice == "") {
			t.Errorf("%v: %q, want %q in it", c.err, got, c.advice)
		}
	}
}
