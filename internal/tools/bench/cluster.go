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

// clusterCommand is the hidden subcommand of the simulated cluster.
const clusterCommand = "simulated-cluster"

// tokenFile is what the cluster writes for the floor, beside the files for the exporter.
const tokenFile = "token"

// clusterArgs returns the command line of the simulated cluster of a case.
func clusterArgs(c benchCase, dir string) []string {
	return []string{
		clusterCommand, "-dir=" + dir,
		fmt.Sprintf("-nodes=%d", c.cluster.Nodes), fmt.Sprintf("-bays=%d", c.cluster.Bays),
		fmt.Sprintf("-capacity=%t", c.cluster.NodeCapacity), "-delay=" + c.delay.String(),
	}
}

// runCluster simulates a cluster until ctx or the standard input ends.
func runCluster(ctx context.Context, args []string, stdout io.Writer) error {
	var (
		o     qumulotest.GenerateOptions
		dir   string
		delay time.Duration
	)
	flags := flag.NewFlagSet(clusterCommand, flag.ExitOnError)
	flags.IntVar(&o.Nodes, "nodes", 4, "nodes of the cluster")
	flags.IntVar(&o.Bays, "bays", bays, "drive bays of each node")
	flags.BoolVar(&o.NodeCapacity, "capacity", false, "the node listing tells capacities")
	flags.DurationVar(&delay, "delay", 0, "time before each answer")
	flags.StringVar(&dir, "dir", "", "folder for the files with CA, password and token")
	_ = flags.Parse(args) // ExitOnError

	server := qumulotest.NewServer(qumulotest.Generate(o)) //nolint:contextcheck // Close ends it
	defer server.Close()
	server.SetFault("", qumulotest.Fault{Delay: delay})
	token := server.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	if err := errors.Join(harness.WriteFiles(dir, server), os.WriteFile(filepath.Join(dir, tokenFile), []byte(token), 0o600)); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "address=%s\n", strings.TrimPrefix(server.URL(), "https://"))
	harness.UntilOrphaned(ctx)
	return nil
}
