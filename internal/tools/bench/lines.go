package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// calls scrapes once, and returns how many calls of the API the program has counted.
func calls(ctx context.Context, s *harness.Scraper) (int, error) {
	if err := s.Scrape(ctx); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, line := range linesOf(s.Page.String(), map[string]bool{"qumulo_exporter_api_requests_total": true}) {
		fields := strings.Fields(line)
		if n, err := strconv.ParseFloat(fields[len(fields)-1], 64); err == nil {
			sum += n
		}
	}
	return int(sum), nil
}

// sameLines compares what two pages say of the cluster, in any order; without values where these
// move. Otherwise the costs would be those of different things.
func sameLines(exporter, floor string, values bool) error {
	a, b := linesOf(exporter, harness.ClusterMetrics()), linesOf(floor, harness.ClusterMetrics())
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] && (values || withoutValue(a[i]) != withoutValue(b[i])) {
			return fmt.Errorf("the pages differ:\nexporter: %s\nfloor:    %s", a[i], b[i])
		}
	}
	if len(a) != len(b) || len(a) == 0 {
		return fmt.Errorf("the exporter's page has %d lines of the cluster, the floor's %d", len(a), len(b))
	}
	return nil
}

func withoutValue(line string) string { return line[:strings.LastIndexByte(line, ' ')] }

// linesOf returns the lines of the named metrics, sorted.
func linesOf(page string, names map[string]bool) []string {
	var lines []string
	for line := range strings.Lines(page) {
		name := strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE ")
		if end := strings.IndexAny(name, "{ "); end > 0 && names[name[:end]] {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}
