package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
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
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(chosen.ScrapeTimeout, cfg.Scrape.Timeout))
	defer cancel()
	for _, family := range cluster.Scrape(ctx, cluster.On()) {
		if _, err := expfmt.MetricFamilyToText(stdout, family); err != nil {
			fmt.Fprintf(stderr, "qumulo_exporter: %v\n", err)
			return exitError
		}
	}
	if status := cluster.Status(); !status.Up {
		fmt.Fprintf(stderr, "qumulo_exporter: qumulo_up is 0: %s\n", status.Reason)
		if status.Advice != "" {
			fmt.Fprintf(stderr, "qumulo_exporter: what to do: %s\n", status.Advice)
		}
		return exitError
	}
	return exitOK
}

// choose gives the cluster of a name, or the only one.
func choose(cfg config.Validated, name string) (config.Cluster, error) {
	var names []string
	for _, c := range cfg.Clusters {
		if c.Name == name || name == "" && len(cfg.Clusters) == 1 {
			return c, nil
		}
		names = append(names, c.Name)
	}
	if name == "" {
		return config.Cluster{}, fmt.Errorf("--once: there are several clusters: give one of them as --once=NAME: %s", strings.Join(names, ", "))
	}
	return config.Cluster{}, fmt.Errorf("--once: no cluster is called %q: there are %s", name, strings.Join(names, ", "))
}
