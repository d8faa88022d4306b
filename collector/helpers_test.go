package collector_test

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var update = flag.Bool("update", false, "write the golden files again")

// watched is a simulated cluster and what watches it.
type watched struct {
	*collector.Cluster

	server *qumulotest.Server
	own    *collector.Exporter
	log    *logBuffer
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
	return watchWith(tb, server, collector.Options{Now: clock, Addresses: addresses})
}

// watchWith watches a cluster with clock, addresses, collectors and intervals of o.
func watchWith(tb testing.TB, server *qumulotest.Server, o collector.Options) *watched {
	tb.Helper()
	dir := tb.TempDir()
	ca := writeFile(tb, filepath.Join(dir, "ca.pem"), string(server.CAPEM()))
	password := writeFile(tb, filepath.Join(dir, "password"), "exporter-password\n")
	log, own := &logBuffer{}, collector.NewExporter()
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, err := qumulo.New(qumulo.Config{
		URLs:        o.Addresses,
		Credentials: qumulo.Credentials{Username: "exporter", PasswordFile: password},
		TLS:         config.TLSConfig{CAFile: ca},
		Now:         o.Now,
		Hooks:       own.Hooks("test", logger),
	})
	if err != nil {
		tb.Fatal(err)
	}
	o.Name, o.Client, o.Logger = "test", client, logger
	c := collector.NewCluster(o)
	own.Watch(c)
	tb.Cleanup(c.Close)
	return &watched{Cluster: c, server: server, own: own, log: log}
}

func writeFile(tb testing.TB, path, text string) string {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// scrape returns the page of one scrape of all collectors that are on.
func (w *watched) scrape(tb testing.TB) page {
	tb.Helper()
	return w.scrapeWithin(tb, 10*time.Second)
}

func (w *watched) scrapeWithin(tb testing.TB, timeout time.Duration) page {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), timeout)
	defer cancel()
	return pageOf(tb, w.Scrape(ctx, w.On()))
}

// page maps each series, as in the text format, to its value.
type page map[string]float64

func pageOf(tb testing.TB, families []*dto.MetricFamily) page {
	tb.Helper()
	p := page{}
	for _, f := range families {
		for _, m := range f.Metric {
			labels := make([]string, 0, len(m.Label))
			for _, l := range m.Label {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			key := f.GetName() + "{" + strings.Join(labels, ",") + "}"
			if _, twice := p[key]; twice {
				tb.Errorf("series twice: %s", key)
			}
			p[key] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return p
}

// want compares one series; a want of absent is no value.
func (p page) want(tb testing.TB, series string, value float64) {
	tb.Helper()
	got, ok := p[series]
	if !ok || got != value {
		tb.Errorf("%s = %v (there: %v), want %v", series, got, ok, value)
	}
}

func (p page) absent(tb testing.TB, prefix string) {
	tb.Helper()
	for series := range p {
		if strings.HasPrefix(series, prefix) {
			tb.Errorf("%s should not be there", series)
		}
	}
}

// success is the outcome of one collector.
func (p page) success(tb testing.TB, name string, value float64) {
	tb.Helper()
	p.want(tb, "qumulo_scrape_collector_success{collector="+name+"}", value)
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

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logBuffer) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

// lines are those above the debug level.
func (l *logBuffer) lines() []string {
	var lines []string
	for line := range strings.Lines(l.String()) {
		if !strings.Contains(line, "level=DEBUG") {
			lines = append(lines, line)
		}
	}
	return lines
}

// waitFor waits until a line has all the words.
func (l *logBuffer) waitFor(tb testing.TB, words ...string) {
	tb.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for line := range strings.Lines(l.String()) {
			if containsAll(line, words) {
				return
			}
		}
	}
	tb.Errorf("no log line with %q in:\n%s", words, l)
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
