package scrape

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const benchBays = 30

// How many series each node has: from the node listing, and from the slots.
const (
	listingSeries = 3 + 1 + 1       // status, capacity, info
	slotsSeries   = 5*benchBays + 2 // each drive; counts of the two kinds
)

// BenchmarkScrape is one Cluster.Scrape over TLS on loopback. The simulated cluster runs in the
// same process, so that its part is in the figures; internal/tools/bench measures the exporter alone.
func BenchmarkScrape(b *testing.B) {
	eachCluster(b, func(b *testing.B, c *Cluster, names []string, want int) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			checkSeries(b, c.Scrape(b.Context(), names), want)
		}
	})
}

// BenchmarkText writes the families of a scrape as text, as an answer does.
func BenchmarkText(b *testing.B) {
	eachCluster(b, func(b *testing.B, c *Cluster, names []string, want int) {
		b.Helper()
		page := c.Scrape(b.Context(), names)
		checkSeries(b, page, want)
		size := writeText(b, page)
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			if got := writeText(b, page); got != size {
				b.Fatalf("the page has %d bytes, not %d", got, size)
			}
		}
		b.ReportMetric(float64(size), "page-bytes")
	})
}

// eachCluster runs a benchmark for each size: with all collectors that are on by default, and with
// those of the two endpoints alone on a release that tells the nodes' capacity in its listing.
// want is how many series of nodes and drives the cluster gives.
func eachCluster(b *testing.B, bench func(b *testing.B, c *Cluster, names []string, want int)) {
	b.Helper()
	for _, size := range []int{4, 100, 265} {
		b.Run(fmt.Sprintf("all/%dx%d", size, benchBays), func(b *testing.B) {
			c := benchCluster(b, qumulotest.GenerateOptions{Nodes: size, Bays: benchBays})
			bench(b, c, c.On(), size*(listingSeries+slotsSeries))
		})
		b.Run(fmt.Sprintf("two/%dx%d", size, benchBays), func(b *testing.B) {
			c := benchCluster(b, qumulotest.GenerateOptions{Nodes: size, Bays: benchBays, NodeCapacity: true})
			bench(b, c, []string{"nodes", "version"}, size*listingSeries)
		})
	}
}

// benchCluster starts a simulated cluster and scrapes it once, so that login and TLS handshakes
// are behind it.
func benchCluster(b *testing.B, o qumulotest.GenerateOptions) *Cluster {
	b.Helper()
	server := qumulotest.NewServer(qumulotest.Generate(o))
	b.Cleanup(server.Close)
	ca := filepath.Join(b.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
		b.Fatal(err)
	}
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{server.URL()},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)},
		TLS:         promconfig.TLSConfig{CAFile: ca},
	})
	if err != nil {
		b.Fatal(err)
	}
	c := NewCluster(Options{
		Name: "bench", Addresses: []string{server.URL()}, Client: client, Logger: slog.New(slog.DiscardHandler),
	})
	b.Cleanup(c.Close)
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	c.Scrape(ctx, c.On())
	if status := c.Status(); !status.Up {
		b.Fatalf("the cluster is not up: %s", status.Reason)
	}
	return c
}

// checkSeries fails a benchmark that measures something else than a whole answer.
func checkSeries(b *testing.B, page exposition.Page, want int) {
	b.Helper()
	got := 0
	for _, f := range page.Text {
		if name := f.MetricName(); strings.HasPrefix(name, "qumulo_drive") || strings.HasPrefix(name, "qumulo_node_") || name == "qumulo_cluster_node_info" {
			got += f.Series
		}
	}
	if got != want {
		b.Fatalf("%d series of nodes and drives, not %d", got, want)
	}
}

// counter counts what is written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func writeText(b *testing.B, page exposition.Page) int {
	b.Helper()
	var size counter
	if err := page.WriteText(&size, func(err error) { b.Error(err) }); err != nil {
		b.Fatal(err)
	}
	return int(size)
}
