package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

const (
	warmUp = 10 // scrapes before the figures count
	round  = 10 // scrapes of one program, then of the next
	// A case ends after the scrapes that it may have; when each program has used enough CPU for
	// figures that repeat to a few percent; or when it has taken too long.
	enoughScrapes = 50
	enoughCPU     = 3 * time.Second
	caseLimit     = 90 * time.Second
)

// bench is what all cases share.
type bench struct {
	dir      string // of the exporter and, case by case, of the cluster's files
	self     string // this program
	exporter string
	scrapes  int // of each program; 0: adaptive
}

// measure runs one case: a cluster, and the programs, scraped in turn.
func (b bench) measure(ctx context.Context, c benchCase) (result, error) {
	cluster, err := harness.Start(ctx, harness.Program{Name: "cluster", Path: b.self, Args: clusterArgs(c, b.dir)})
	if err != nil {
		return result{}, err
	}
	defer cluster.Stop()
	args := harness.Flags(b.dir, harness.Loopback, "https://"+cluster.Addr)
	programs := []harness.Program{
		{Name: "exporter", Path: b.exporter, Args: args},
		{Name: "exporter, cluster's metrics only", Path: b.exporter, Args: append(args, "--no-web.exporter-metrics")},
		{Name: "floor", Path: b.self, Args: floorArgs(c, b.dir, cluster.Addr)},
	}
	scrapers := make([]*scraper, len(programs))
	for i, p := range programs {
		if i == len(programs)-1 {
			if err := b.writeRest(ctx, c, scrapers[0]); err != nil {
				return result{}, err
			}
		}
		program, err := harness.Start(ctx, p)
		if err != nil {
			return result{}, err
		}
		defer program.Stop()
		scrapers[i] = newScraper(program, c)
	}
	return b.compare(ctx, c, scrapers)
}

// writeRest writes, for the floor, what the exporter shows of the collectors that the floor does not know: of a case
// that names its collectors, nothing.
func (b bench) writeRest(ctx context.Context, c benchCase, exporter *scraper) error {
	file := filepath.Join(b.dir, restFile)
	if len(c.collectors) > 0 {
		return os.RemoveAll(file)
	}
	for range warmUp { // until it is known what the release does not have, and the collectors with an interval were read
		if err := exporter.scrape(ctx); err != nil {
			return err
		}
	}
	before, err := exporter.calls(ctx)
	if err != nil {
		return err
	}
	after, err := exporter.calls(ctx)
	if err != nil {
		return err
	}
	if n := after - before; n != len(c.endpoints) {
		return fmt.Errorf("%s: the exporter makes %d calls a scrape, the floor %d: the case does not compare the same", c.name, n, len(c.endpoints))
	}
	return os.WriteFile(file, []byte(strings.Join(linesOf(exporter.page.String(), harness.ClusterMetrics(written()...)), "")), 0o600)
}

// compare measures the exporter, the exporter without its own metrics, and the floor.
func (b bench) compare(ctx context.Context, c benchCase, scrapers []*scraper) (result, error) {
	for range warmUp {
		if err := scrapeEach(ctx, 1, scrapers); err != nil {
			return result{}, err
		}
	}
	if err := sameLines(scrapers[0].page.String(), scrapers[2].page.String(), len(c.collectors) > 0); err != nil {
		return result{}, err
	}
	if err := b.rounds(ctx, c, scrapers); err != nil {
		return result{}, err
	}
	r := result{Case: c.name, targets: c.targets}
	for i, f := range []*figures{&r.Exporter, &r.ClusterOnly, &r.Floor} {
		var err error
		if *f, err = scrapers[i].figures(); err != nil {
			return result{}, err
		}
	}
	return r, nil
}

// rounds scrapes the programs by turns, so that what else the machine does hits all of them.
func (b bench) rounds(ctx context.Context, c benchCase, scrapers []*scraper) error {
	for _, s := range scrapers {
		if err := s.reset(); err != nil {
			return err
		}
	}
	most, least := c.scrapes, enoughScrapes
	if b.scrapes > 0 {
		most, least = b.scrapes, b.scrapes
	}
	began := time.Now()
	for n := 0; n < most; n = len(scrapers[0].took) {
		if time.Since(began) > caseLimit {
			return nil
		}
		if n >= least {
			if enough, err := usedEnough(scrapers); enough || err != nil {
				return err
			}
		}
		if err := scrapeEach(ctx, min(round, most-n), scrapers); err != nil {
			return err
		}
	}
	return nil
}

// usedEnough reports whether each program has used enough CPU.
func usedEnough(scrapers []*scraper) (bool, error) {
	for _, s := range scrapers {
		if cpu, err := s.cpu(); err != nil || cpu < enoughCPU {
			return false, err
		}
	}
	return true, nil
}

func scrapeEach(ctx context.Context, n int, scrapers []*scraper) error {
	for _, s := range scrapers {
		for range n {
			if err := s.scrape(ctx); err != nil {
				return s.child.Failed(err)
			}
		}
	}
	return nil
}

// figures are what one program cost in one case.
type figures struct {
	Scrapes   int     `json:"scrapes"`
	P50       float64 `json:"p50_seconds"`
	P99       float64 `json:"p99_seconds"`
	CPU       float64 `json:"cpu_seconds_per_scrape"` // mean
	CPUP50    float64 `json:"cpu_seconds_p50"`
	PeakRSS   int64   `json:"peak_rss_bytes"`
	RSS       int64   `json:"rss_bytes"`
	PageBytes int     `json:"page_bytes"`
}

// figures returns what was measured since the reset.
func (s *scraper) figures() (figures, error) {
	cpu, err := s.cpu()
	if err != nil {
		return figures{}, err
	}
	rss, peak, err := s.child.Memory()
	if err != nil {
		return figures{}, err
	}
	slices.Sort(s.took)
	slices.Sort(s.used)
	n := len(s.took)
	if n == 0 {
		return figures{}, fmt.Errorf("%s: no scrapes", s.child.Name)
	}
	return figures{
		Scrapes: n, P50: harness.Quantile(s.took, 0.5).Seconds(), P99: harness.Quantile(s.took, 0.99).Seconds(),
		CPU: cpu.Seconds() / float64(n), CPUP50: harness.Quantile(s.used, 0.5).Seconds(), PeakRSS: peak, RSS: rss, PageBytes: s.page.Len(),
	}, nil
}
