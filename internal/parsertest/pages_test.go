package parsertest_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/parsertest"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestGoldenPages: Prometheus reads the golden pages of the collectors.
func TestGoldenPages(t *testing.T) {
	files, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden pages", err)
	}
	for _, file := range files {
		page, err := parsertest.Read([]byte(testutil.ReadFile(t, file)), parsertest.Classic)
		if err != nil || len(page.Series) < 100 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestWholePages: the pages of all collectors are valid in both formats, for every reader.
func TestWholePages(t *testing.T) {
	for name, model := range clusters() {
		t.Run(name, func(t *testing.T) {
			server := qumulotest.NewServer(model)
			t.Cleanup(server.Close)
			client, err := qumulo.New(qumulo.Config{
				URLs: []string{server.URL()}, TLS: config.TLSConfig{CA: string(server.CAPEM())},
				Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
			})
			if err != nil {
				t.Fatal(err)
			}
			cluster := scrape.NewCluster(scrape.Options{
				Name: "test", Addresses: []string{server.URL()}, Client: client, Logger: slog.New(slog.DiscardHandler), Collectors: collector.Names(),
				CollectorOptions: []any{&collector.DirectoriesOptions{Paths: []collector.AbsolutePath{"/"}}},
			})
			t.Cleanup(cluster.Close)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			classic, open := validPage(t, cluster.Scrape(ctx, cluster.On()))
			for _, page := range []*parsertest.Page{classic, open} {
				if page.Series[`{__name__="qumulo_up"}`] != 1 || len(page.Series) < 100 {
					t.Errorf("%d series", len(page.Series))
				}
			}
			native := 0
			for series := range open.Series {
				if strings.HasPrefix(series, `{__name__="qumulo_protocol_operations_total"`) {
					native++
				}
			}
			if _, ok := model.Answer(qumulo.NativeMetricsEndpoint.Path); ok != (native > 0) {
				t.Errorf("%d series of protocol operations", native)
			}
		})
	}
}
