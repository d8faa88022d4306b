package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

const (
	warmUp = 5 // scrapes before the figures count
	round  = 5 // scrapes of one program, then of the next
	// A case ends after the scrapes that it may have, or when each program has used enough CPU for figures that repeat to
	// a few percent.
	mostScrapes = 300
	enoughCPU   = 3 * time.Second
)

// The encodings in which the exporter's page is asked for.
const identity, gzipped = "identity", "gzip"

// bench is what all cases share.
type bench struct {
	dir      string // of the exporter and, case by case, of the cluster's files
	self     string // this program
	exporter string
	scrapes  int // of each program; 0: adaptive
}

// measure runs one case: a cluster, and the programs, scraped in turn.
func (b bench) measure(ctx context.Context, series int) (result, error) {
	cluster, err := harness.Start(ctx, harness.Program{
		Name: "cluster", Path: b.self, Args: []string{clusterCommand, "-dir=" + b.dir, fmt.Sprintf("-series=%d", series)},
	})
	if err != nil {
		return result{}, err
	}
	defer cluster.Stop()
	args := append(harness.Flags(b.dir, harness.Loopback, "https://"+cluster.Addr), append(harness.Only("native"), "--collector.native")...)
	page := "/probe?target=" + strings.Split(cluster.Addr, ":")[0] // without what the exporter says of itself
	r := result{Series: series}
	exporter := harness.Program{Name: "exporter", Path: b.exporter, Args: args}
	bare := harness.Program{Name: "copy", Path: b.self, Args: []string{copyCommand, "-dir=" + b.dir, "-cluster=" + cluster.Addr}}
	programs := []struct {
		harness.Program

		start    func(context.Context, harness.Program) (*harness.Child, error)
		page     string
		encoding string
		figures  *harness.Figures
	}{
		{exporter, harness.StartExporter, page, identity, &r.Identity},
		{exporter, harness.StartExporter, page, gzipped, &r.Gzip},
		{bare, harness.Start, "/", identity, &r.Copy},
	}
	var scrapers []*harness.Scraper
	for _, p := range programs {
		child, err := p.start(ctx, p.Program)
		if err != nil {
			return result{}, err
		}
		defer child.Stop()
		s := harness.NewScraper(child, p.page, p.encoding)
		scrapers = append(scrapers, s)
		for range warmUp {
			if err := s.Scrape(ctx); err != nil {
				return result{}, err
			}
		}
		if err := complete(s.Page.Bytes(), p.encoding, series); err != nil {
			return result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	if err := b.rounds(ctx, scrapers); err != nil {
		return result{}, err
	}
	for i, p := range programs {
		if *p.figures, err = scrapers[i].Figures(); err != nil {
			return result{}, err
		}
	}
	return r, nil
}

// complete returns an error where a page has not as many series of the cluster's own as it should.
func complete(page []byte, encoding string, series int) error {
	if encoding == gzipped {
		in, err := gzip.NewReader(bytes.NewReader(page))
		if err != nil {
			return err
		}
		if page, err = io.ReadAll(in); err != nil {
			return err
		}
	}
	made, n := harness.ClusterMetrics(), 0
	for _, m := range scrape.OutcomeMetrics() {
		made[m.Name] = true
	}
	for line := range bytes.Lines(page) {
		if end := bytes.IndexAny(line, "{ "); line[0] != '#' && end > 0 && !made[string(line[:end])] {
			n++
		}
	}
	if n != series {
		return fmt.Errorf("the page has %d series of the cluster's own, not %d", n, series)
	}
	return nil
}

// rounds scrapes the programs by turns, so that what else the machine does hits all of them.
func (b bench) rounds(ctx context.Context, scrapers []*harness.Scraper) error {
	for _, s := range scrapers {
		if err := s.Reset(); err != nil {
			return err
		}
	}
	most := mostScrapes
	if b.scrapes > 0 {
		most = b.scrapes
	}
	for n := 0; n < most; n = scrapers[0].Scrapes() {
		if enough, err := harness.UsedCPU(scrapers, enoughCPU); b.scrapes == 0 && (enough || err != nil) {
			return err
		}
		for _, s := range scrapers {
			for range min(round, most-n) {
				if err := s.Scrape(ctx); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
