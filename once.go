package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/printable"
)

// scrapeOnce prints what one scrape of a cluster gives; name "" is the only one.
func scrapeOnce(ctx context.Context, clusters *fleet.Fleet, cfg config.Validated, name string, stdout, stderr io.Writer) int {
	chosen, err := choose(cfg, name)
	if err != nil {
		return usage(stderr, err)
	}
	// The others are not made at all.
	cfg.Clusters = []config.Cluster{chosen}
	if err := clusters.Apply(cfg); err != nil {
		return usage(stderr, err)
	}
	cluster, release, _ := clusters.Take(chosen.Name)
	defer release()
	bounded, cancel := context.WithTimeout(ctx, cmp.Or(chosen.ScrapeTimeout, cfg.Scrape.Timeout))
	defer cancel()
	page := cluster.Scrape(bounded, cluster.On())
	if ctx.Err() != nil {
		// What is missing would look like the cluster's fault.
		fmt.Fprintln(stderr, "qumulo_exporter: interrupted during the scrape; no metrics are printed")
		return exitError
	}
	if err := printMetrics(stdout, page); err != nil {
		fmt.Fprintf(stderr, "qumulo_exporter: %v\n", err)
		return exitError
	}
	if status := cluster.Status(); !status.Up {
		fmt.Fprintf(stderr, "qumulo_exporter: qumulo_up is 0: %s\n", printable.Text(status.Reason))
		if status.Advice != "" {
			fmt.Fprintf(stderr, "qumulo_exporter: what to do: %s\n", printable.Text(status.Advice))
		}
		return exitError
	}
	return exitOK
}

// printMetrics writes the exposition, with control characters of the cluster's
// texts as escapes. It does so for files too, not for terminals alone: what is in
// a file is looked at on a terminal later. In the text format a backslash is two,
// so that what is printed can still be parsed.
func printMetrics(stdout io.Writer, page exposition.Page) error {
	var (
		b    bytes.Buffer
		errs []error
	)
	if err := page.WriteText(&b, func(err error) { errs = append(errs, err) }); err != nil || len(errs) > 0 {
		return errors.Join(append(errs, err)...)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(stdout, printable.Escaped(strings.TrimSuffix(line, "\n"), `\\`)); err != nil {
			return err
		}
	}
	return nil
}

// choose returns the cluster of a name, or the only one.
func choose(cfg config.Validated, name string) (config.Cluster, error) {
	var names []string
	for _, c := range cfg.Clusters {
		if c.Name == name || name == "" && len(cfg.Clusters) == 1 {
			return c, nil
		}
		names = append(names, c.Name)
	}
	if name == "" {
		return config.Cluster{}, fmt.Errorf("--once: several clusters are configured: choose one with --once=NAME: %s", strings.Join(names, ", "))
	}
	return config.Cluster{}, fmt.Errorf("--once: no cluster is named %q; configured: %s", name, strings.Join(names, ", "))
}
