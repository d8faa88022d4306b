// manyclusters runs the real exporter against many simulated clusters, each scraped at an interval of
// its own phase, as Prometheus does. It says how long scrapes take, and what memory and file
// descriptors each cluster costs, and ends with status 1 when a bound is broken. Linux only: the
// memory comes from /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// stopping is how long start and end of a run may take.
const stopping = 3 * time.Minute

func main() {
	os.Exit(harness.Main("manyclusters", run))
}

// settings say how many and how often.
type settings struct {
	clusters, nodes, bays       int
	interval, timeout, duration time.Duration
}

// short is half a minute with some clusters.
func short() map[string]string {
	return map[string]string{"clusters": "20", "interval": "5s", "timeout": "4s", "duration": "20s"}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("manyclusters", flag.ContinueOnError)
	flags.IntVar(&s.clusters, "clusters", 200, "how many clusters")
	flags.IntVar(&s.nodes, "nodes", 10, "nodes of each cluster")
	flags.IntVar(&s.bays, "bays", 12, "drive bays of each node")
	flags.DurationVar(&s.interval, "interval", 15*time.Second, "time between scrapes of one cluster")
	flags.DurationVar(&s.timeout, "timeout", 10*time.Second, "what Prometheus gives a scrape")
	flags.DurationVar(&s.duration, "duration", 5*time.Minute, "how long")
	if err := harness.ParseFlags(flags, args, short()); err != nil {
		return err
	}
	if s.clusters < 2 || s.duration < 3*s.interval {
		return errors.New("want two clusters at least, and a duration of three intervals")
	}
	ctx, cancel := context.WithTimeout(ctx, s.duration+stopping)
	defer cancel()
	dir, binary, err := harness.Build(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clusters := make([]*qumulotest.Server, s.clusters)
	for i := range clusters {
		model := qumulotest.Generate(qumulotest.GenerateOptions{Nodes: s.nodes, Bays: s.bays})
		clusters[i] = qumulotest.NewServer(model) //nolint:contextcheck // Close ends it
		defer clusters[i].Close()
	}
	fmt.Fprintf(stdout, "%d clusters of %d nodes with %d bays, each scraped every %s for %s\n", s.clusters, s.nodes, s.bays, s.interval, s.duration)

	// The first cluster alone, as often as all of them together, to know what the others add.
	alone := s
	alone.interval, alone.duration = s.interval/time.Duration(s.clusters), s.interval
	one, err := measure(ctx, alone, dir, binary, clusters[:1])
	if err != nil {
		return err
	}
	all, err := measure(ctx, s, dir, binary, clusters)
	if err != nil {
		return err
	}
	return report(stdout, s, one, all)
}

// configure writes the configuration file for clusters and returns its path.
func configure(dir string, clusters []*qumulotest.Server) (string, error) {
	files := map[string]string{"password": qumulotest.DefaultPassword}
	var text strings.Builder
	text.WriteString("defaults: {username: " + qumulotest.DefaultUser + ", password_file: password}\nclusters:\n")
	for i, c := range clusters {
		files[fmt.Sprintf("ca-%d.pem", i)] = string(c.CAPEM())
		fmt.Fprintf(&text, "  - {name: %s, url: %q, tls_config: {ca_file: ca-%d.pem}}\n", name(i), c.URL(), i)
	}
	files["qumulo_exporter.yml"] = text.String()
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "qumulo_exporter.yml"), nil
}

func name(i int) string { return fmt.Sprintf("cluster-%d", i) }
