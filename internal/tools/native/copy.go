package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// copyCommand is the hidden subcommand of the copy.
const copyCommand = "copy"

// metricsPath is where the cluster has its page.
const metricsPath = "/v2/metrics/endpoints/default/data"

// copier is the least that a program can do: it asks for the page with a fixed token and hands it on as it comes.
type copier struct {
	url    string
	token  string
	client *http.Client
}

// runCopy serves the copy until ctx or the standard input ends.
func runCopy(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(copyCommand, flag.ExitOnError)
	dir := flags.String("dir", "", "folder of the files with CA and token")
	cluster := flags.String("cluster", "", "host:port of the cluster")
	_ = flags.Parse(args) // ExitOnError
	token, err := os.ReadFile(filepath.Join(*dir, tokenFile))
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(filepath.Join(*dir, harness.CAFile))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	c := copier{url: "https://" + *cluster + metricsPath, token: string(token), client: &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableCompression: true,
	}}}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", harness.Loopback)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func() {
		harness.UntilOrphaned(ctx)
		_ = server.Close()
	}()
	fmt.Fprintf(stdout, "address=%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP answers one scrape.
func (c copier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, c.url, http.NoBody)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.client.Do(req)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body) // whoever has gone needs no answer
}
