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

// tokenFile is what the cluster writes for the copy, beside the files for the exporter.
const tokenFile = "token"

// The cluster's nodes, and the drive bays of each: few, since the listings of both are read too.
const nodes, bays = 4, 6

// runCluster simulates a cluster until ctx or the standard input ends.
func runCluster(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(clusterCommand, flag.ExitOnError)
	series := flags.Int("series", 0, "how many series its page of metrics has")
	dir := flags.String("dir", "", "folder for the files with CA, password and token")
	_ = flags.Parse(args) // ExitOnError

	model := qumulotest.Generate(qumulotest.GenerateOptions{Nodes: nodes, Bays: bays}).SetMetricsSeries(*series)
	server := qumulotest.NewServer(model) //nolint:contextcheck // Close ends it
	defer server.Close()
	token := server.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	if err := errors.Join(harness.WriteFiles(*dir, server), os.WriteFile(filepath.Join(*dir, tokenFile), []byte(token), 0o600)); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "address=%s\n", strings.TrimPrefix(server.URL(), "https://"))
	harness.UntilOrphaned(ctx)
	return nil
}
