// bench measures the exporter as a user runs it: the real binary, built here, scraping a simulated
// cluster, and beside it the floor, a bare program that fetches, decodes and writes the same with
// nothing around it. Each is a process of its own, so that CPU and memory are its own too. It ends
// with status 1 when a bound is broken. Linux only: the figures come from /proc.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// limit bounds a whole run.
const limit = 15 * time.Minute

func main() {
	os.Exit(harness.Main("bench", run))
}

// run is the program, or one of the children that it starts itself as.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case clusterCommand:
			return runCluster(ctx, args[1:], stdout)
		case floorCommand:
			return runFloor(ctx, args[1:], stdout)
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	pattern := flags.String("case", "", "measure only the cases that match this regular expression")
	scrapes := flags.Int("scrapes", 0, "scrapes of each program in each case; 0: as many as stable figures need")
	asJSON := flags.Bool("json", false, "print the figures as JSON instead of a table")
	if err := harness.ParseFlags(flags, args, map[string]string{"case": `^two/4(\+.*)?$|^two/100$`, "scrapes": "10"}); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*pattern)
	if err != nil {
		return fmt.Errorf("-case: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not finished within %s", limit))
	defer cancel()
	results, err := measureAll(ctx, wanted, *scrapes)
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

func measureAll(ctx context.Context, wanted *regexp.Regexp, scrapes int) ([]result, error) {
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
	for _, c := range cases() {
		if !wanted.MatchString(c.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "bench: %s\n", c.name)
		r, err := b.measure(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		results = append(results, r)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("-case: no case matches %q", wanted)
	}
	return results, nil
}
