package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// scrapeLimit bounds one scrape.
const scrapeLimit = 30 * time.Second

// scraper asks one program for its page, over one kept-alive connection and without compression.
type scraper struct {
	child  *harness.Child
	url    string
	client *http.Client

	page   bytes.Buffer    // the newest
	took   []time.Duration // since the reset
	used   []time.Duration // CPU time, since the reset, from the end of the scrape before to that of each
	before time.Duration   // CPU time at the reset
	last   time.Duration   // CPU time at the end of the newest scrape
}

func newScraper(c *harness.Child, of benchCase) *scraper {
	return &scraper{
		child: c, url: "http://" + c.Addr + "/metrics?" + of.query(),
		client: &http.Client{Timeout: scrapeLimit, Transport: &http.Transport{DisableCompression: true}},
	}
}

// reset forgets what was measured.
func (s *scraper) reset() error {
	var err error
	s.took, s.used = nil, nil
	s.before, err = s.child.CPU()
	s.last = s.before
	return err
}

// cpu returns the CPU time that the program has used since the reset.
func (s *scraper) cpu() (time.Duration, error) {
	now, err := s.child.CPU()
	return now - s.before, err
}

// scrape asks for the page once.
func (s *scraper) scrape(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, http.NoBody)
	if err != nil {
		return err
	}
	began := time.Now()
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s.page.Reset()
	if _, err := s.page.ReadFrom(resp.Body); err != nil {
		return err
	}
	s.took = append(s.took, time.Since(began))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, s.page.String())
	}
	now, err := s.child.CPU()
	s.used, s.last = append(s.used, now-s.last), now
	return err
}

// sameLines compares what two pages say of the cluster, in any order. Otherwise the costs would be
// those of different things.
func sameLines(exporter, floor string) error {
	a, b := clusterLines(exporter), clusterLines(floor)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Errorf("the pages differ:\nexporter: %s\nfloor:    %s", a[i], b[i])
		}
	}
	if len(a) != len(b) || len(a) == 0 {
		return fmt.Errorf("the exporter's page has %d lines of the cluster, the floor's %d", len(a), len(b))
	}
	return nil
}

// clusterLines returns the lines of metrics that collectors make, sorted.
func clusterLines(page string) []string {
	of := harness.ClusterMetrics()
	var lines []string
	for line := range strings.Lines(page) {
		name := strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE ")
		if end := strings.IndexAny(name, "{ "); end > 0 && of[name[:end]] {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}
