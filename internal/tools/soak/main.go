// soak runs the real exporter for half an hour against a simulated cluster whose session tokens
// soon end and whose nodes fail one after the other, and counts every page that is not complete.
// It ends with status 1 when one is that the faults do not explain, when the exporter's memory,
// goroutines or file descriptors grow, or when it logs in more often than tokens end. Linux only:
// the memory comes from /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	// answerTime is what each call takes at least, so that many are under way when a node fails.
	answerTime = 20 * time.Millisecond
	// slotsTime is what the largest answer takes: a node may fail when it has answered other calls
	// of a scrape already.
	slotsTime = 4 * answerTime
	slotsPath = "/v1/cluster/slots/"
	addresses = 3
	// stopping is how long the end of a run may take.
	stopping = time.Minute
)

func main() {
	os.Exit(harness.Main("soak", run))
}

// settings say how long and how hard.
type settings struct {
	duration  time.Duration
	rate      float64       // scrapes a second
	tokenLife time.Duration // of session tokens; the exporter believes in ten hours
	nodeEvery time.Duration // from the failure of a node to the next one's
	timeout   time.Duration // what each scrape says it has, as Prometheus does, and must come back in
}

// short is half a minute, in which one node stops and one hangs.
func short() map[string]string {
	return map[string]string{"duration": "36s", "token-life": "5s", "node-every": "12s", "timeout": "3s"}
}

// interval is the time between scrapes.
func (s settings) interval() time.Duration { return time.Duration(float64(time.Second) / s.rate) }

// run soaks and prints the figures.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.DurationVar(&s.duration, "duration", 30*time.Minute, "how long to scrape")
	flags.Float64Var(&s.rate, "rate", 5, "scrapes a second")
	flags.DurationVar(&s.tokenLife, "token-life", 20*time.Second, "how long session tokens live")
	flags.DurationVar(&s.nodeEvery, "node-every", 40*time.Second, "time from the failure of a node to the next")
	flags.DurationVar(&s.timeout, "timeout", 10*time.Second, "what each scrape says it has")
	if err := harness.ParseFlags(flags, args, short()); err != nil {
		return err
	}
	if s.rate <= 0 || s.tokenLife <= 0 || s.timeout <= 0 || s.nodeEvery < periods*s.timeout {
		return fmt.Errorf("want values above 0, and -node-every of at least %d times -timeout", periods)
	}
	if s.duration < 2*s.nodeEvery {
		return errors.New("-duration is too short for a node to fail and to be mended (twice -node-every)")
	}
	dir, binary, err := harness.Build(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeoutCause(ctx, s.duration+stopping, errors.New("it does not come to its end"))
	defer cancel()
	cluster := startCluster(s) //nolint:contextcheck // Close ends it
	defer cluster.Close()
	if err := harness.WriteFiles(dir, cluster); err != nil {
		return err
	}
	var urls []string
	for _, node := range cluster.Nodes() {
		urls = append(urls, node.URL())
	}
	args = append(harness.Flags(dir, harness.Loopback, urls...), harness.Only(collectors()...)...)
	exporter, err := harness.StartExporter(ctx, harness.Program{Name: "exporter", Path: binary, Args: args})
	if err != nil {
		return err
	}
	defer exporter.Stop()
	fmt.Fprintf(stdout, "%s of %g scrapes a second; tokens live %s; one of %d nodes fails every %s\n",
		s.duration, s.rate, s.tokenLife, addresses, s.nodeEvery)
	r, err := soak(ctx, s, cluster, exporter, stdout)
	if err != nil {
		return exporter.Failed(err)
	}
	if err := r.report(stdout); err != nil {
		return exporter.Failed(err)
	}
	return nil
}

// startCluster simulates a cluster that has as many nodes as the exporter gets addresses.
func startCluster(s settings) *qumulotest.Server {
	cluster := qumulotest.NewServer(qumulotest.OnPremises())
	for range addresses - 1 {
		cluster.AddNode()
	}
	cluster.SetTokenLifetime(s.tokenLife)
	cluster.SetFault("", qumulotest.Fault{Delay: answerTime})
	cluster.SetFault(slotsPath, qumulotest.Fault{Delay: slotsTime})
	return cluster
}

// collectors are those whose values don't move with the time: pages are compared value by value.
func collectors() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }
