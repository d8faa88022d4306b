package collector_test

import (
	"bytes"
	"flag"
	"log/slog"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var update = flag.Bool("update", false, "write the golden files again")

// watched is a simulated cluster and what watches it.
type watched struct {
	*scrape.Cluster

	server *qumulotest.Server
	log    *testutil.Log
}

// fixed are the collectors of tests that count calls or lines of the log: one more collector
// changes nothing for them.
func fixed() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }

// watch starts both, with the collectors named, or those that are on by default; clock nil is
// the real one.
func watch(tb testing.TB, model *qumulotest.Model, clock func() time.Time, names ...string) *watched {
	tb.Helper()
	server := qumulotest.NewServer(model)
	tb.Cleanup(server.Close)
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{server.URL()},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
		TLS:         config.TLSConfig{CA: string(server.CAPEM())},
		Now:         clock,
	})
	if err != nil {
		tb.Fatal(err)
	}
	log := &testutil.Log{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	c := scrape.NewCluster(scrape.Options{Name: "test", Addresses: []string{server.URL()}, Client: client, Logger: logger, Now: clock, Collectors: names})
	tb.Cleanup(c.Close)
	return &watched{Cluster: c, server: server, log: log}
}

// scrape returns the page of one scrape of all collectors that are on.
func (w *watched) scrape(tb testing.TB) testutil.Page {
	tb.Helper()
	return testutil.PageOf(tb, w.Scrape(tb.Context(), w.On()))
}

// success wants the outcome of one collector.
func success(tb testing.TB, p testutil.Page, name string, value float64) {
	tb.Helper()
	p.Want(tb, `qumulo_scrape_collector_success{collector="`+name+`"}`, value)
}

func text(tb testing.TB, families []*dto.MetricFamily) string {
	tb.Helper()
	var b bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			tb.Fatal(err)
		}
	}
	return b.String()
}
