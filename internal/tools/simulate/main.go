// simulate runs simulated clusters for an exporter that listens beside it, and writes the files that this one needs: the example
// with Docker Compose does without a cluster. One of the clusters gets into trouble.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/monitoring"
)

func main() {
	os.Exit(harness.Main("simulate", simulate))
}

func simulate(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	dir := flags.String("dir", ".", "where the exporter's files are written")
	trouble := flags.Duration("trouble", time.Minute, "when a node goes offline")
	if err := flags.Parse(args); err != nil {
		return err
	}
	clusters := monitoring.StartClusters() //nolint:contextcheck // they end with Close
	defer clusters.Close()
	if err := clusters.WriteFiles(*dir); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Simulated clusters are up: qumulo_exporter --config.file=%s\n", filepath.Join(*dir, monitoring.ConfigFile))
	clusters.TroubleAfter(ctx, *trouble, stdout)
	<-ctx.Done()
	return nil
}
