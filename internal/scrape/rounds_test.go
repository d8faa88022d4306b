package scrape

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	manyCalls = 25 // each of a collector of its own
	callTime  = 50 * time.Millisecond
)

// smallPaths are what the calls of manyCollectors ask for, in turn. None of these answers is shared
// between collectors, and all are so short that the simulated cluster has done with a call before
// its answer can be read.
var smallPaths = []string{"/v1/version", "/v1/cluster/settings", "/v1/node/state", "/v1/file-system", "/v1/session/who-am-i"}

// manyCollectors are as many as the exporter may come to have, each with one call and one series.
// The series is 1 where the answer was decoded.
func manyCollectors() []collector.Collector {
	calls := []func(ctx context.Context, src *collector.Source) (bool, error){
		func(ctx context.Context, src *collector.Source) (bool, error) {
			v, err := src.Version(ctx)
			return v.RevisionID != "", err
		},
		func(ctx context.Context, src *collector.Source) (bool, error) {
			s, err := src.ClusterSettings(ctx)
			return s.Name != "", err
		},
		func(ctx context.Context, src *collector.Source) (bool, error) {
			s, err := src.NodeState(ctx)
			return s.ClusterID != "", err
		},
		func(ctx context.Context, src *collector.Source) (bool, error) {
			f, err := src.FileSystem(ctx)
			_, ok := f.Total.Value()
			return ok, err
		},
		func(ctx context.Context, src *collector.Source) (bool, error) {
			u, err := src.WhoAmI(ctx)
			return u.Name != "", err
		},
	}
	collectors := make([]collector.Collector, manyCalls)
	for i := range collectors {
		name := fmt.Sprintf("call%d", i)
		metric := &collector.Metric{Name: "qumulo_" + name, Help: "Whether an answer was decoded."}
		collectors[i] = collector.Collector{
			Name: name, Enabled: true, Metrics: []*collector.Metric{metric},
			Read: func(ctx context.Context, src *collector.Source, out *collector.Output) error {
				decoded, err := calls[i%len(calls)](ctx, src)
				if err == nil {
					out.Add(metric, collector.Boolean(decoded))
				}
				return err
			},
		}
	}
	return collectors
}

// manyCluster watches a cluster with these collectors; own metrics are counted as in the program.
func manyCluster(tb testing.TB, url string, caPEM []byte) *Cluster {
	tb.Helper()
	ca := filepath.Join(tb.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, caPEM, 0o600); err != nil {
		tb.Fatal(err)
	}
	logger, own := slog.New(slog.DiscardHandler), NewExporter()
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{url},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
		TLS:         promconfig.TLSConfig{CAFile: ca},
		Concurrency: qumulo.DefaultConcurrency,
		Hooks:       own.Hooks("many", logger),
	})
	if err != nil {
		tb.Fatal(err)
	}
	c := NewCluster(Options{Name: "many", Client: client, Logger: logger})
	c.all, c.on = manyCollectors(), nil
	for _, col := range c.all {
		c.on = append(c.on, col.Name)
	}
	own.Watch(c)
	tb.Cleanup(c.Close)
	return c
}

// slowCluster is a cluster that takes its time for each call.
func slowCluster() *qumulotest.Server {
	server := qumulotest.NewServer(qumulotest.OnPremises())
	server.SetFault("", qumulotest.Fault{Delay: callTime})
	return server
}

// scrapeMany scrapes once and wants all collectors to have succeeded.
func scrapeMany(tb testing.TB, c *Cluster) exposition.Page {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	page := c.Scrape(ctx, c.On())
	ones := map[string]bool{}
	for _, f := range page.Text {
		ones[f.Name] = bytes.Count(f.Samples, []byte(" 1\n")) == f.Series
	}
	for _, col := range c.all {
		if name := col.Metrics[0].Name; !ones[name] {
			tb.Fatalf("%s is not 1", name)
		}
	}
	for _, name := range []string{up.Name, scrapeSuccess.Name} {
		if !ones[name] {
			tb.Fatalf("%s is not 1 everywhere", name)
		}
	}
	return page
}

// TestRounds: 25 collectors keep to the bound of calls at a time and make use of it, nothing is
// asked for twice, and from the second scrape on no connection is opened.
func TestRounds(t *testing.T) {
	server := slowCluster()
	t.Cleanup(server.Close)
	c := manyCluster(t, server.URL(), server.CAPEM())
	scrapeMany(t, c)
	for range 4 {
		server.ResetCounts()
		scrapeMany(t, c)
		for _, path := range smallPaths {
			if n := server.CallCount(path); n != manyCalls/len(smallPaths) {
				t.Errorf("%d calls of %s", n, path)
			}
		}
		// The node listing decides on qumulo_up.
		if all, nodes := server.CallCount(""), server.CallCount("/v1/cluster/nodes/"); all != manyCalls+1 || nodes != 1 {
			t.Errorf("%d calls, %d of the node listing; want %d and 1", all, nodes, manyCalls+1)
		}
		if n := server.MaxInFlight(); n != qumulo.DefaultConcurrency {
			t.Errorf("%d calls at a time, want %d", n, qumulo.DefaultConcurrency)
		}
		if n := server.Handshakes() + server.Logins(); n != 0 {
			t.Errorf("%d TLS handshakes and logins in a later scrape", n)
		}
	}
}
