// native measures how the exporter passes on the page that a cluster serves itself: the real binary, built here, scraping
// a simulated cluster over TLS with the collector native alone, and beside it a bare program that copies the page unread.
// Each is a process of its own. It ends with status 1 when a bound is broken. Linux only: the figures come from /proc.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// limit bounds a whole run.
const limit = 15 * time.Minute

func main() {
	os.Exit(harness.Main("native", run))
}

// run is the program, or one of the children that it starts itself as.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case clusterCommand:
			return runCluster(ctx, args[1:], stdout)
		case copyCommand:
			return runCopy(ctx, args[1:], stdout)
		}
	}
	flags := flag.NewFlagSet("native", flag.ContinueOnError)
	series := flags.String("series", "2000,20000,100000", "how many series the cluster's page has, with commas between them")
	scrapes := flags.Int("scrapes", 0, "scrapes of each program in each case; 0: as many as stable figures need")
	asJSON := flags.Bool("json", false, "print the figures as JSON instead of a table")
	if err := harness.ParseFlags(flags, args, map[string]string{"series": "2000,100000", "scrapes": "20"}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not finished within %s", limit))
	defer cancel()
	results, err := measureAll(ctx, *series, *scrapes)
	if err != nil {
		return err
	}
	if !*asJSON {
		if err := writeTable(stdout, results); err != nil {
			return err
		}
		fmt.Fprintln(stdout)
		return judge(stdout, results)
	}
	enc := json.NewEncoder(stdout)
	enc.SetIndent("", "  ")
	if err := enc.Encode(results); err != nil {
		return err
	}
	return judge(os.Stderr, results)
}

func measureAll(ctx context.Context, series string, scrapes int) ([]result, error) {
	dir, exporter, err := harness.Build(ctx)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := bench{dir: dir, exporter: exporter, scrapes: scrapes}
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	var results []result
	for text := range strings.SplitSeq(series, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("-series: %w", err)
		}
		fmt.Fprintf(os.Stderr, "native: %d series\n", n)
		r, err := b.measure(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("%d series: %w", n, err)
		}
		results = append(results, r)
	}
	return results, nil
}
