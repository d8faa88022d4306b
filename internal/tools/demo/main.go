// demo shows the exporter at work without a cluster: it starts a simulated one
// on loopback and the real binary against it, as a user would.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	tokenLife = time.Minute
	timeout   = 10 * time.Second
)

func main() {
	os.Exit(harness.Main("demo", demo))
}

func demo(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	binary := flags.String("binary", "./qumulo_exporter", "the exporter")
	listen := flags.String("listen", "127.0.0.1:10108", "where the exporter listens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "qumulo_exporter-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cluster := startCluster() //nolint:contextcheck // it ends with Close
	defer cluster.Close()
	if err := harness.WriteFiles(dir, cluster); err != nil {
		return err
	}
	args = harness.Flags(dir, *listen, cluster.URL())
	fmt.Fprintf(stdout, "A simulated cluster listens on %s. The exporter watches it:\n\n  %s\n\n", cluster.URL(), commandLine(*binary, args))
	exporter, err := harness.StartExporter(ctx, harness.Program{Name: "exporter", Path: *binary, Args: args, Output: stdout})
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w (build it first: make build)", err)
	}
	if err != nil {
		return err
	}
	defer exporter.Stop()
	if err := show(ctx, *listen, stdout); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-exporter.Ended():
		return exporter.Failed(errors.New("it has ended"))
	}
}

// startCluster simulates five nodes, one of them offline, that live from now on.
func startCluster() *qumulotest.Server {
	model := qumulotest.OnPremises()
	model.SetNodeStatus(4, "offline")
	cluster := qumulotest.NewServer(model.Live())
	cluster.SetTokenLifetime(tokenLife)
	return cluster
}

func commandLine(binary string, args []string) string {
	return strings.Join(append([]string{binary}, args...), " \\\n      ")
}

// show prints the metrics of nodes and capacity, and tells what to look at next.
func show(ctx context.Context, listen string, stdout io.Writer) error {
	client := harness.NewClient(listen, timeout, 1)
	defer client.Close()
	page, err := client.Get(ctx, "/metrics")
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout)
	shown := regexp.MustCompile(`^qumulo_(up|version_info|node_status|node_capacity_bytes|cluster_nodes|filesystem_\w+)[ {]`)
	lines := bufio.NewScanner(strings.NewReader(string(page)))
	for lines.Scan() {
		if shown.MatchString(lines.Text()) {
			fmt.Fprintln(stdout, lines.Text())
		}
	}
	fmt.Fprintf(stdout, `
Metrics: http://%[1]s/metrics   Landing page: http://%[1]s/
The cluster lives: capacity grows, clients come and go, replication jobs run. After 1 minute a drive dies; its data are
reprotected by 2 min 30 s, and after 3 minutes it is replaced. The landing page shows the last scrape.
The cluster's tokens live %[2]s: scrape for longer, and the exporter logs in again without a gap.
Ctrl-C ends the demo.

Your own cluster: make a user with a small role and a token, as README.md says under
"Point it at your cluster", and start the exporter with
  ./qumulo_exporter --qumulo.url=https://CLUSTER:8000 --qumulo.access-token-file=token.json --qumulo.ca-file=ca.pem
`, listen, tokenLife)
	return nil
}
