package scrape_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const nodesPath, slotsPath, fsPath = "/v1/cluster/nodes/", "/v1/cluster/slots/", "/v1/file-system"

// watched is a simulated cluster and what watches it.
type watched struct {
	*scrape.Cluster

	server *qumulotest.Server
	own    *scrape.Exporter
	log    *testutil.Log
}

// watch starts both; clock nil is the real one.
func watch(tb testing.TB, model *qumulotest.Model, clock func() time.Time) *watched {
	tb.Helper()
	server := qumulotest.NewServer(model)
	tb.Cleanup(server.Close)
	return watchAt(tb, server, clock, server.URL())
}

// watchAt watches a cluster at the given addresses.
func watchAt(tb testing.TB, server *qumulotest.Server, clock func() time.Time, addresses ...string) *watched {
	tb.Helper()
	return watchWith(tb, server, scrape.Options{Now: clock, Addresses: addresses})
}

// fixed are the collectors that tests watch a cluster with: one more collector changes nothing for them.
func fixed() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }

// watchWith watches a cluster with clock, addresses and intervals of o, and its collectors or the fixed ones.
func watchWith(tb testing.TB, server *qumulotest.Server, o scrape.Options) *watched {
	tb.Helper()
	return watchBySlots(tb, server, o, 0)
}

// watchBySlots does it with so many calls at a time; 0: as by default.
func watchBySlots(tb testing.TB, server *qumulotest.Server, o scrape.Options, slots int) *watched {
	tb.Helper()
	dir := tb.TempDir()
	ca := testutil.WriteFile(tb, filepath.Join(dir, "ca.pem"), string(server.CAPEM()))
	password := testutil.WriteFile(tb, filepath.Join(dir, "password"), "exporter-password\n")
	log, own := &testutil.Log{}, scrape.NewExporter()
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, err := qumulo.New(qumulo.Config{
		URLs:        o.Addresses,
		Credentials: qumulo.Credentials{Username: "exporter", PasswordFile: password},
		TLS:         config.TLSConfig{CAFile: ca},
		Concurrency: slots,
		Now:         o.Now,
		Hooks:       own.Hooks("test", logger),
	})
	if err != nil {
		tb.Fatal(err)
	}
	o.Name, o.Client, o.Logger = "test", client, logger
	if o.Collectors == nil {
		o.Collectors = fixed()
	}
	c := scrape.NewCluster(o)
	own.Watch(c)
	tb.Cleanup(c.Close)
	return &watched{Cluster: c, server: server, own: own, log: log}
}

// scrape returns the page of one scrape of all collectors that are on.
func (w *watched) scrape(tb testing.TB) testutil.Page {
	tb.Helper()
	return w.scrapeWithin(tb, 10*time.Second)
}

func (w *watched) scrapeWithin(tb testing.TB, timeout time.Duration) testutil.Page {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), timeout)
	defer cancel()
	return testutil.PageOf(tb, w.Scrape(ctx, w.On()))
}

// success wants the outcome of one collector.
func success(tb testing.TB, p testutil.Page, name string, value float64) {
	tb.Helper()
	p.Want(tb, `qumulo_scrape_collector_success{collector="`+name+`"}`, value)
}

// said are the lines of the log above the debug level.
func (w *watched) said() []string {
	return slices.DeleteFunc(w.log.Lines(), func(line string) bool { return strings.Contains(line, "level=DEBUG") })
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// fastest is how long the fastest of a few scrapes takes, or of some more until one is fast enough: the
// machine may be slow, but not each time. All must be complete.
func (w *watched) fastest(t *testing.T, enough time.Duration) time.Duration {
	t.Helper()
	const few, more = 4, 20
	fastest := time.Hour
	for i := 0; i < few || fastest > enough && enough > 0 && i < more; i++ {
		began := time.Now()
		w.complete(t, w.scrapeWithin(t, 3*time.Second))
		fastest = min(fastest, time.Since(began))
	}
	return fastest
}
