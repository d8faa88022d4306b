package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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

// calls scrapes once, and returns how many calls of the API the program has counted.
func (s *scraper) calls(ctx context.Context) (int, error) {
	if err := s.scrape(ctx); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, line := range linesOf(s.page.String(), map[string]bool{"qumulo_exporter_api_requests_total": true}) {
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
