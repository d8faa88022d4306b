package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
	scrapers := make([]*harness.Scraper, len(programs))
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
		scrapers[i] = harness.NewScraper(program, "/metrics?"+c.query(), "identity")
	}
	return b.compare(ctx, c, scrapers)
}

// writeRest writes, for the floor, what the exporter shows of the collectors that the floor does not know: of a case
// that names its collectors, nothing.
func (b bench) writeRest(ctx context.Context, c benchCase, exporter *harness.Scraper) error {
	file := filepath.Join(b.dir, restFile)
	if len(c.collectors) > 0 {
		return os.RemoveAll(file)
	}
	for range warmUp { // until it is known what the release does not have, and the collectors with an interval were read
		if err := exporter.Scrape(ctx); err != nil {
			return err
		}
	}
	before, err := calls(ctx, exporter)
	if err != nil {
		return err
	}
	after, err := calls(ctx, exporter)
	if err != nil {
		return err
	}
	if n := after - before; n != len(c.endpoints) {
		return fmt.Errorf("%s: the exporter makes %d calls a scrape, the floor %d: the case does not compare the same", c.name, n, len(c.endpoints))
	}
	return os.WriteFile(file, []byte(strings.Join(linesOf(exporter.Page.String(), harness.ClusterMetrics(written()...)), "")), 0o600)
}

// compare measures the exporter, the exporter without its own metrics, and the floor.
func (b bench) compare(ctx context.Context, c benchCase, scrapers []*harness.Scraper) (result, error) {
	for range warmUp {
		if err := scrapeEach(ctx, 1, scrapers); err != nil {
			return result{}, err
		}
	}
	if err := sameLines(scrapers[0].Page.String(), scrapers[2].Page.String(), len(c.collectors) > 0); err != nil {
		return result{}, err
	}
	if err := b.rounds(ctx, c, scrapers); err != nil {
		return result{}, err
	}
	r := result{Case: c.name, targets: c.targets}
	for i, f := range []*harness.Figures{&r.Exporter, &r.ClusterOnly, &r.Floor} {
		var err error
		if *f, err = scrapers[i].Figures(); err != nil {
			return result{}, err
		}
	}
	return r, nil
}

// rounds scrapes the programs by turns, so that what else the machine does hits all of them.
func (b bench) rounds(ctx context.Context, c benchCase, scrapers []*harness.Scraper) error {
	for _, s := range scrapers {
		if err := s.Reset(); err != nil {
			return err
		}
	}
	most, least := c.scrapes, enoughScrapes
	if b.scrapes > 0 {
		most, least = b.scrapes, b.scrapes
	}
	began := time.Now()
	for n := 0; n < most; n = scrapers[0].Scrapes() {
		if time.Since(began) > caseLimit {
			return nil
		}
		if n >= least {
			if enough, err := harness.UsedCPU(scrapers, enoughCPU); enough || err != nil {
				return err
			}
		}
		if err := scrapeEach(ctx, min(round, most-n), scrapers); err != nil {
			return err
		}
	}
	return nil
}

func scrapeEach(ctx context.Context, n int, scrapers []*harness.Scraper) error {
	for _, s := range scrapers {
		for range n {
			if err := s.Scrape(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
