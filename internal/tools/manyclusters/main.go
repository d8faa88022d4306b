// manyclusters runs the real exporter against many simulated clusters, each scraped at an interval of
// its own phase, as Prometheus does. It tells how long scrapes take, and what memory and file
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
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	// mostEach is what each cluster beyond the first may cost, in bytes of resident memory.
	mostEach = 1 << 20
	// stopping is how long start and end of a run may take.
	stopping = 3 * time.Minute
)

var errBroken = errors.New("a bound is broken")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "manyclusters:", err)
		os.Exit(1)
	}
}

// settings say how many and how often.
type settings struct {
	clusters, nodes, bays       int
	interval, timeout, duration time.Duration
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("manyclusters", flag.ExitOnError)
	flags.IntVar(&s.clusters, "clusters", 200, "how many clusters")
	flags.IntVar(&s.nodes, "nodes", 10, "nodes of each cluster")
	flags.IntVar(&s.bays, "bays", 12, "drive bays of each node")
	flags.DurationVar(&s.interval, "interval", 15*time.Second, "time between scrapes of one cluster")
	flags.DurationVar(&s.timeout, "timeout", 10*time.Second, "what Prometheus gives a scrape")
	flags.DurationVar(&s.duration, "duration", 5*time.Minute, "how long")
	_ = flags.Parse(args) // ExitOnError
	if s.clusters < 2 || s.duration < 3*s.interval {
		return errors.New("want two clusters at least, and a duration of three intervals")
	}
	ctx, cancel := context.WithTimeout(ctx, s.duration+stopping)
	defer cancel()
	dir, err := os.MkdirTemp("", "qumulo_exporter-manyclusters-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := harness.Build(ctx, filepath.Join(dir, "qumulo_exporter")); err != nil {
		return err
	}
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
	one, err := measure(ctx, alone, dir, clusters[:1])
	if err != nil {
		return err
	}
	all, err := measure(ctx, s, dir, clusters)
	if err != nil {
		return err
	}
	if broken := report(stdout, s, one, all); broken {
		return errBroken
	}
	return nil
}

// configure writes the configuration file for clusters and gives its path.
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

// report prints the figures; broken tells whether one is beyond its bound.
func report(w io.Writer, s settings, one, all figures) (broken bool) {
	line := func(ok bool, format string, args ...any) {
		word := "OK     "
		if !ok {
			word, broken = "BROKEN ", true
		}
		fmt.Fprintln(w, word, fmt.Sprintf(format, args...))
	}
	slices.Sort(all.took)
	at := func(share float64) time.Duration {
		return all.took[min(int(share*float64(len(all.took))), len(all.took)-1)].Round(time.Millisecond)
	}
	want := s.clusters * int(s.duration/s.interval)
	line(len(all.took) >= want-s.clusters, "scrapes: %d, about %d expected", len(all.took), want)
	line(len(all.faults) == 0, "pages that are not complete: %d %s", len(all.faults), strings.Join(all.faults[:min(3, len(all.faults))], "; "))
	line(at(.99) <= s.timeout, "scrape time: p50 %s, p99 %s, longest %s; each had %s", at(.5), at(.99), at(1), s.timeout)
	each := (all.rss - one.rss) / int64(s.clusters-1)
	line(each <= mostEach, "resident memory: %.1f MiB with one cluster, %.1f MiB with all: %.2f MiB for each beyond the first",
		mib(one.rss), mib(all.rss), mib(each))
	line(all.files <= all.filesBefore, "open file descriptors: %d after a third of the time, %d at the end", all.filesBefore, all.files)
	line(true, "CPU: %.1f ms a scrape", all.cpu.Seconds()*1000/float64(len(all.took)))
	return broken
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
