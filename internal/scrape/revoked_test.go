package scrape

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestTokenRevokedUnderThirtyCalls: the token is revoked while the calls of thirty
// collectors are under way: one login, and each of them is repeated once.
func TestTokenRevokedUnderThirtyCalls(t *testing.T) {
	const calls, path = 30, "/v1/file-system"
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{server.URL()},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
		TLS:         promconfig.TLSConfig{CA: string(server.CAPEM())}, Concurrency: calls + 1, // one for the node listing
	})
	if err != nil {
		t.Fatal(err)
	}
	c := NewCluster(Options{Name: "test", Client: client, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(c.Close)
	c.all, c.on = nil, nil
	for i := range calls {
		name := fmt.Sprintf("call%d", i)
		c.on = append(c.on, name)
		c.all = append(c.all, collector.Collector{Name: name, Read: func(ctx context.Context, src *collector.Source, _ *collector.Output) error {
			_, err := src.FileSystem(ctx)
			return err
		}})
	}
	complete := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		v, _ := c.finish(ctx, c.join(ctx, c.on))
		for _, r := range v.results {
			if !r.succeeded() || !v.up {
				t.Errorf("%s: %v, %v", r.collector, r.err, v.upErr)
			}
		}
	}
	complete()
	server.ResetCounts()
	node := server.Nodes()[0]
	node.Hang(true)
	done := make(chan struct{})
	go func() { defer close(done); complete() }()
	for server.InFlight() < calls+1 {
		time.Sleep(time.Millisecond)
	}
	server.RevokeTokens()
	node.Hang(false)
	<-done
	refused := 0
	for _, call := range server.Calls() {
		if call.Path == path && call.Status == http.StatusUnauthorized {
			refused++
		}
	}
	if n := server.CallCount(path); n != 2*calls || refused != calls || server.Logins() != 1 {
		t.Errorf("%d calls, %d of them refused, %d logins, want %d, %d and 1", n, refused, server.Logins(), 2*calls, calls)
	}
}
