package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// exporterPage is the name of the exporter's own page among those of the clusters.
const exporterPage = "exporter-1:10108"

// simulated are the clusters by the name that Prometheus knows them by.
func simulated() map[string]*qumulotest.Model {
	return map[string]*qumulotest.Model{
		"paris":    qumulotest.OnPremises(),
		"berlin":   qumulotest.Generate(qumulotest.GenerateOptions{Nodes: 6, Bays: 10}),
		"aws-east": qumulotest.CNQ(),
		"azure-eu": qumulotest.ANQ(),
		"lisbon":   qumulotest.SingleNode(),
	}
}

const settings = `defaults:
  username: %s
  password_file: password
  collectors:
    quotas: on
    activity: on
    directories: {paths: [/, /projects, /home, /media]}
clusters:
`

// scrapeClusters returns the page of each cluster, and the exporter's own, as a real exporter shows them.
func scrapeClusters(ctx context.Context, binary string) (map[string]page, error) {
	dir, err := os.MkdirTemp("", "madeup-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var text strings.Builder
	fmt.Fprintf(&text, settings, qumulotest.DefaultUser)
	models := simulated()
	for name, model := range models {
		server := qumulotest.NewServer(model) //nolint:contextcheck // it ends with Close
		defer server.Close()
		fmt.Fprintf(&text, "  - {name: %s, url: %q, web_ui_url: %q, tls_config: {ca_file: %s.pem}}\n", name, server.URL(), "https://"+name+".example.com", name)
		if err := os.WriteFile(filepath.Join(dir, name+".pem"), server.CAPEM(), 0o600); err != nil {
			return nil, err
		}
	}
	file := filepath.Join(dir, "qumulo_exporter.yml")
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "password"), []byte(qumulotest.DefaultPassword), 0o600),
		os.WriteFile(file, []byte(text.String()), 0o600),
	)
	if err != nil {
		return nil, err
	}
	exporter, err := harness.StartExporter(ctx, harness.Program{
		Name: "exporter", Path: binary, Args: []string{"--config.file=" + file, "--web.listen-address=" + harness.Loopback}, Output: os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	defer exporter.Stop()
	client := harness.NewClient(exporter.Addr, 10*time.Second, 1)
	defer client.Close()
	pages := map[string]page{}
	for name := range models {
		for range 2 { // the second one without the login
			if pages[name], err = scrape(ctx, client, "/probe?target="+name); err != nil {
				return nil, err
			}
		}
	}
	pages[exporterPage], err = scrape(ctx, client, "/metrics")
	return pages, err
}

func scrape(ctx context.Context, client *harness.Client, path string) (page, error) {
	body, err := client.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	var p page
	for name, f := range families {
		for _, m := range f.GetMetric() {
			p = append(p, flatten(name, m)...)
		}
	}
	return p, nil
}

// flatten returns the series of a metric.
func flatten(name string, m *dto.Metric) page {
	labels := map[string]string{}
	for _, l := range m.GetLabel() {
		labels[l.GetName()] = l.GetValue()
	}
	switch {
	case m.GetGauge() != nil:
		return page{{name, labels, m.GetGauge().GetValue()}}
	case m.GetCounter() != nil:
		return page{{name, labels, m.GetCounter().GetValue()}}
	case m.GetHistogram() != nil:
		h := m.GetHistogram()
		return page{{name + "_sum", labels, h.GetSampleSum()}, {name + "_count", labels, float64(h.GetSampleCount())}}
	default:
		return nil
	}
}
