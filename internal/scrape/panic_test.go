package scrape_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	promconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// watchThese watches a cluster with collectors of the test's own.
func watchThese(t *testing.T, collectors ...collector.Collector) *watched {
	t.Helper()
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{server.URL()},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
		TLS:         promconfig.TLSConfig{CA: string(server.CAPEM())},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range collectors {
		collectors[i].Enabled = true
	}
	log := &testutil.Log{}
	c := scrape.NewCluster(scrape.Options{Name: "test", Client: client, Known: collectors, Logger: slog.New(slog.NewTextHandler(log, nil))})
	t.Cleanup(c.Close)
	return &watched{Cluster: c, server: server, log: log}
}

// TestPanic: a read function that panics, or adds a series with a label too few, costs its own
// collector only. Its stack is in the log once.
func TestPanic(t *testing.T) {
	metric := &collector.Metric{Name: "qumulo_test", Help: "A test.", Labels: []string{"id"}}
	for name, read := range map[string]func(context.Context, *collector.Source, *collector.Output) error{
		"panic": func(context.Context, *collector.Source, *collector.Output) error { panic("a bug") },
		"labels that don't fit": func(_ context.Context, _ *collector.Source, out *collector.Output) error {
			out.Add(metric, 1)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watchThese(t, collector.Collector{Name: "broken", Read: read}, collector.Collector{
				Name: "good", Read: func(_ context.Context, _ *collector.Source, out *collector.Output) error {
					out.Add(metric, 1, "a")
					return nil
				},
			})
			for range 2 {
				p := w.scrape(t)
				success(t, p, "broken", 0)
				success(t, p, "good", 1)
				p.Want(t, `qumulo_test{id="a"}`, 1)
			}
			if n := w.server.CallCount(nodesPath); n != 2 {
				t.Errorf("%d node listings in two scrapes", n)
			}
			if lines := w.log.Lines("level=WARN"); len(lines) != 1 || !containsAll(lines[0], []string{"collectors=broken", "panic: ", "stack=", "panic_test.go"}) {
				t.Errorf("log:\n%s", strings.Join(lines, ""))
			}
		})
	}
}

// TestPartIsMissing: what was read is served, and success is 0, though the read function returned no error.
func TestPartIsMissing(t *testing.T) {
	metric := &collector.Metric{Name: "qumulo_test", Help: "A test."}
	w := watchThese(t, collector.Collector{Name: "parts", Read: func(_ context.Context, _ *collector.Source, out *collector.Output) error {
		out.Add(metric, 1)
		if out.Part("no such part", qumulo.ErrNotSupported) || out.Part("no part", errors.New("failed")) || !out.Part("", nil) {
			t.Error("what was read is told wrongly")
		}
		for _, part := range []string{"one", "another"} {
			out.Part(part, &qumulo.Error{Operation: "read " + part, Privilege: "PRIVILEGE_TEST", Status: http.StatusForbidden, Err: qumulo.ErrForbidden})
		}
		return nil
	}})
	p := w.scrape(t)
	success(t, p, "parts", 0)
	p.Want(t, "qumulo_test", 1)
	advised := []string{"level=WARN", "no part: failed", `advice="give the user's role the privilege PRIVILEGE_TEST: qq auth_modify_role -r ROLE -G PRIVILEGE_TEST"`}
	if lines := w.log.Lines(); len(lines) != 1 || !containsAll(lines[0], advised) || strings.Contains(lines[0], "such") {
		t.Errorf("log:\n%s", strings.Join(lines, ""))
	}
}
