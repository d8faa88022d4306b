package harness

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// Page is one answer of the exporter: the value of each series, by its name with labels.
type Page map[string]float64

// ParsePage reads the text format, as far as a page of the exporter needs it: values have no time.
func ParsePage(text string) (Page, error) {
	p := Page{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		end := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if end < 0 || err != nil {
			return nil, fmt.Errorf("not a line of a page: %q", line)
		}
		p[line[:end]] = value
	}
	return p, nil
}

// ClusterMetrics are the names of the metrics that collectors make, all but those named.
func ClusterMetrics(without ...string) map[string]bool {
	names := map[string]bool{}
	for _, c := range collector.All() {
		if slices.Contains(without, c.Name) {
			continue
		}
		for _, m := range c.Metrics {
			names[m.Name] = true
		}
	}
	return names
}

// Cluster is the part of a page that collectors make.
func (p Page) Cluster() Page {
	names, part := ClusterMetrics(), Page{}
	for series, value := range p {
		if name, _, _ := strings.Cut(series, "{"); names[name] {
			part[series] = value
		}
	}
	return part
}

// Complete returns an error where the cluster is not up or one of the collectors has failed; without names, one of those
// that are on by default.
func (p Page) Complete(collectors ...string) error {
	if p["qumulo_up"] != 1 {
		return errors.New("qumulo_up is not 1")
	}
	for _, c := range collector.All() {
		wanted := slices.Contains(collectors, c.Name) || len(collectors) == 0 && c.Enabled
		if wanted && p[fmt.Sprintf("qumulo_scrape_collector_success{collector=%q}", c.Name)] != 1 {
			return fmt.Errorf("collector %s has failed", c.Name)
		}
	}
	return nil
}

// Like returns an error where the collectors' part of a page is not the one wanted.
func (p Page) Like(want Page) error {
	got := p.Cluster()
	for series, value := range want {
		if v, ok := got[series]; !ok || v != value {
			return fmt.Errorf("%s is %v (there: %t), not %v", series, v, ok, value)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d series of the cluster, not %d", len(got), len(want))
	}
	return nil
}

// Sum adds up the series of one metric.
func (p Page) Sum(name string) float64 {
	sum := 0.0
	for series, value := range p {
		if bare, _, _ := strings.Cut(series, "{"); bare == name {
			sum += value
		}
	}
	return sum
}
