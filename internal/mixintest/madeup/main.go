// madeup writes a day of made-up data for looking at the dashboards: the pages of simulated clusters as the exporter shows them,
// varied in time, with an incident in it. Prometheus's own tool makes blocks of it:
//
//	go run ./madeup -exporter ../../qumulo_exporter -out day.txt
//	promtool tsdb create-blocks-from openmetrics day.txt DATA
//	prometheus --storage.tsdb.path=DATA …
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

func main() {
	os.Exit(harness.Main("madeup", run))
}

func run(ctx context.Context, args []string, _ io.Writer) error {
	flags := flag.NewFlagSet("madeup", flag.ContinueOnError)
	exporter := flags.String("exporter", "../../qumulo_exporter", "the exporter's binary")
	path := flags.String("out", "day.txt", "the file that is written")
	past := flags.Duration("past", 24*time.Hour, "how far the data go back, those of the capacity seven times as far")
	future := flags.Duration("future", 2*time.Hour, "how far they go on, so that they are there while one looks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	pages, err := scrapeClusters(ctx, *exporter)
	if err != nil {
		return err
	}
	now := time.Now().Truncate(time.Minute)
	out, err := os.Create(*path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<20)
	writeDay(w, pages, day{now: now, begin: now.Add(-*past), end: now.Add(*future)})
	_, err = io.WriteString(w, "# EOF\n")
	return errors.Join(err, w.Flush(), out.Close())
}
