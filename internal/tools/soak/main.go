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
	"os/signal"
	"path/filepath"
	"syscall"
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

// errBroken is a run that broke one of its bounds.
var errBroken = errors.New("a bound is broken")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// settings say how long and how hard.
type settings struct {
	duration  time.Duration
	rate      float64       // scrapes a second
	tokenLife time.Duration // of session tokens; the exporter believes in ten hours
	nodeEvery time.Duration // from the failure of a node to the next one's
}

// interval is the time between scrapes.
func (s settings) interval() time.Duration { return time.Duration(float64(time.Second) / s.rate) }

// run soaks and prints the figures.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("soak", flag.ExitOnError)
	flags.DurationVar(&s.duration, "duration", 30*time.Minute, "how long to scrape")
	flags.Float64Var(&s.rate, "rate", 5, "scrapes a second")
	flags.DurationVar(&s.tokenLife, "token-life", 20*time.Second, "how long session tokens live")
	flags.DurationVar(&s.nodeEvery, "node-every", 40*time.Second, "time from the failure of a node to the next")
	_ = flags.Parse(args) // ExitOnError
	if s.rate <= 0 || s.duration <= 0 || s.tokenLife <= 0 || s.nodeEvery < shortestPeriod {
		return fmt.Errorf("want values above 0, and -node-every of at least %s", shortestPeriod)
	}
	if s.duration < 2*s.nodeEvery {
		return errors.New("-duration is too short for a node to fail and to be mended (twice -node-every)")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.duration+stopping, errors.New("it does not come to its end"))
	defer cancel()
	dir, err := os.MkdirTemp("", "qumulo_exporter-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cluster := startCluster(s) //nolint:contextcheck // Close ends it
	defer cluster.Close()
	exporter, err := startExporter(ctx, dir, cluster)
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
	if broken := r.print(stdout); broken {
		return exporter.Failed(errBroken)
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

// startExporter builds the exporter and starts it as a user does.
func startExporter(ctx context.Context, dir string, cluster *qumulotest.Server) (*harness.Child, error) {
	binary, ca, password := filepath.Join(dir, "qumulo_exporter"), filepath.Join(dir, "ca.pem"), filepath.Join(dir, "password")
	if err := harness.Build(ctx, binary); err != nil {
		return nil, err
	}
	if err := os.WriteFile(ca, cluster.CAPEM(), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(password, []byte(qumulotest.DefaultPassword+"\n"), 0o600); err != nil {
		return nil, err
	}
	args := []string{
		"--qumulo.username=" + qumulotest.DefaultUser, "--qumulo.password-file=" + password, "--qumulo.ca-file=" + ca,
		"--web.listen-address=127.0.0.1:0",
	}
	for _, node := range cluster.Nodes() {
		args = append(args, "--qumulo.url="+node.URL())
	}
	return harness.Start(ctx, "exporter", binary, args...)
}
