package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// clusterCommand is the hidden subcommand of the simulated cluster.
const clusterCommand = "simulated-cluster"

// The files that the cluster writes into its folder for those who are to reach it.
const (
	caFile       = "ca.pem"
	passwordFile = "password"
	tokenFile    = "token"
)

// clusterArgs gives the command line of the simulated cluster of a case.
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
	for name, content := range map[string]string{
		caFile:       string(server.CAPEM()),
		passwordFile: qumulotest.DefaultPassword,
		tokenFile:    server.AddAccessToken(qumulotest.DefaultUser, time.Time{}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "address=%s\n", strings.TrimPrefix(server.URL(), "https://"))
	untilOrphaned(ctx)
	return nil
}

// untilOrphaned waits for the end of ctx or of the process that started this one.
func untilOrphaned(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	<-ctx.Done()
}
