package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// scrapeLimit bounds one scrape.
const scrapeLimit = 30 * time.Second

// Scraper asks one program for its page, over one kept-alive connection, and measures what that costs the program.
type Scraper struct {
	// Page is the newest, as it came.
	Page bytes.Buffer

	child    *Child
	url      string
	encoding string
	client   *http.Client
	took     []time.Duration // since the reset
	used     []time.Duration // CPU time, since the reset, from the end of the scrape before to that of each
	before   time.Duration   // CPU time at the reset
	last     time.Duration   // CPU time at the end of the newest scrape
}

// Figures are what the scrapes since the reset have cost.
type Figures struct {
	Scrapes   int     `json:"scrapes"`
	P50       float64 `json:"p50_seconds"`
	P99       float64 `json:"p99_seconds"`
	CPU       float64 `json:"cpu_seconds_per_scrape"` // mean
	CPUP50    float64 `json:"cpu_seconds_p50"`
	PeakRSS   int64   `json:"peak_rss_bytes"`
	RSS       int64   `json:"rss_bytes"`
	PageBytes int     `json:"page_bytes"`
}

// NewScraper returns a scraper of the page at a path of a program. It accepts one content encoding, or "identity".
func NewScraper(c *Child, path, encoding string) *Scraper {
	return &Scraper{
		child: c, url: "http://" + c.Addr + path, encoding: encoding,
		client: &http.Client{Timeout: scrapeLimit, Transport: &http.Transport{DisableCompression: true}},
	}
}

// Reset forgets what was measured.
func (s *Scraper) Reset() error {
	var err error
	s.took, s.used = nil, nil
	s.before, err = s.child.CPU()
	s.last = s.before
	return err
}

// Scrapes is how many there have been since the reset.
func (s *Scraper) Scrapes() int { return len(s.took) }

// CPU returns the CPU time that the program has used since the reset.
func (s *Scraper) CPU() (time.Duration, error) {
	now, err := s.child.CPU()
	return now - s.before, err
}

// Scrape asks for the page once.
func (s *Scraper) Scrape(ctx context.Context) error {
	if err := s.scrape(ctx); err != nil {
		return s.child.Failed(err)
	}
	return nil
}

func (s *Scraper) scrape(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", s.encoding)
	began := time.Now()
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s.Page.Reset()
	if _, err := s.Page.ReadFrom(resp.Body); err != nil {
		return err
	}
	s.took = append(s.took, time.Since(began))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, s.Page.String())
	}
	now, err := s.child.CPU()
	s.used, s.last = append(s.used, now-s.last), now
	return err
}

// Figures returns what was measured since the reset.
func (s *Scraper) Figures() (Figures, error) {
	cpu, err := s.CPU()
	if err != nil {
		return Figures{}, err
	}
	rss, peak, err := s.child.Memory()
	if err != nil {
		return Figures{}, err
	}
	slices.Sort(s.took)
	slices.Sort(s.used)
	n := len(s.took)
	if n == 0 {
		return Figures{}, fmt.Errorf("%s: no scrapes", s.child.Name)
	}
	return Figures{
		Scrapes: n, P50: Quantile(s.took, 0.5).Seconds(), P99: Quantile(s.took, 0.99).Seconds(),
		CPU: cpu.Seconds() / float64(n), CPUP50: Quantile(s.used, 0.5).Seconds(), PeakRSS: peak, RSS: rss, PageBytes: s.Page.Len(),
	}, nil
}

// UsedCPU reports whether the program of each scraper has used so much CPU.
func UsedCPU(scrapers []*Scraper, least time.Duration) (bool, error) {
	for _, s := range scrapers {
		if cpu, err := s.CPU(); err != nil || cpu < least {
			return false, err
		}
	}
	return true, nil
}
