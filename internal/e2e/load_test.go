package e2e_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	// slow is how long the cluster takes for one of its answers.
	slow = 600 * time.Millisecond
	// handedOver is how long a request may take to be read by the exporter: one that
	// is sent later may find its connection closed.
	handedOver = 200 * time.Millisecond
)

// answer is one request and what came of it.
type answer struct {
	began, ended time.Time
	status       int // 0: no answer
	page         string
	err          error
}

// scraper asks for one page without a pause, until nobody answers any more.
type scraper struct {
	client *http.Client
	url    string
	whole  string // what the page looks like
	all    []answer
}

func (s *scraper) one(t *testing.T) (r answer) {
	t.Helper()
	r.began = time.Now()
	defer func() { r.ended = time.Now() }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, http.NoBody)
	if err != nil {
		r.err = err
		return r
	}
	resp, err := s.client.Do(req)
	if err != nil {
		r.err = err
		return r
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	r.status, r.page, r.err = resp.StatusCode, string(body), err
	return r
}

func (s *scraper) run(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); {
		r := s.one(t)
		s.all = append(s.all, r)
		if r.err != nil {
			return
		}
	}
	t.Error("there are answers still")
}

// TestStopUnderLoad: SIGTERM while scrapers ask as fast as they can, some for a
// page that takes its time and some for one that does not, some on kept
// connections and some each time on a new one. Whatever the exporter has begun to
// answer it answers to the end, then it exits with 0, and nobody answers there.
func TestStopUnderLoad(t *testing.T) {
	cluster := qumulotest.NewServer(qumulotest.Generate(qumulotest.GenerateOptions{Nodes: 20, Bays: 24}))
	t.Cleanup(cluster.Close)
	address := testutil.FreeAddress(t)
	exporter := start(t, build(t), watching(t, cluster, address)...)
	var scrapers []*scraper
	for i := range 8 {
		s := &scraper{url: "http://" + address + "/metrics", client: &http.Client{
			Timeout: 40 * time.Second, Transport: &http.Transport{DisableKeepAlives: i%2 == 0},
		}}
		if i < 4 {
			s.url += "?exclude[]=filesystem"
		}
		testutil.Eventually(t, "the exporter answers", func() bool {
			r := s.one(t)
			s.whole = r.page
			return r.status == http.StatusOK && strings.Contains(r.page, "\nqumulo_up 1\n")
		})
		scrapers = append(scrapers, s)
	}
	cluster.SetFault("/v1/file-system", qumulotest.Fault{Delay: slow})
	var wg sync.WaitGroup
	for _, s := range scrapers {
		wg.Go(func() { s.run(t) })
	}
	time.Sleep(2 * slow)
	// So that an answer is under way which began long enough ago.
	for before := cluster.CallCount("/v1/file-system"); cluster.CallCount("/v1/file-system") == before; {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(handedOver + 50*time.Millisecond)
	stopped := time.Now()
	status := exporter.stop(t, syscall.SIGTERM)
	took := time.Since(stopped)
	wg.Wait()

	if status != 0 || took > 30*time.Second {
		t.Errorf("exit status %d after %s, want 0 within 30s", status, took)
	}
	answers, underWay := 0, 0
	for _, s := range scrapers {
		n, m := s.check(t, stopped)
		answers, underWay = answers+n, underWay+m
	}
	t.Logf("%d answers, %d of them under way at the stop, which took %s", answers, underWay, took)
	if underWay == 0 {
		t.Error("no answer was under way when the exporter was stopped")
	}
	if r := scrapers[0].one(t); !errors.Is(r.err, syscall.ECONNREFUSED) {
		t.Errorf("somebody answers: %d, %v", r.status, r.err)
	}
	if cluster.Logins() != 1 || cluster.InFlight() != 0 {
		t.Errorf("%d logins, %d calls go on", cluster.Logins(), cluster.InFlight())
	}
	log := exporter.stderr.String()
	if strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") ||
		!strings.Contains(log, "Shutting down, waiting for in-flight requests") || !strings.HasSuffix(strings.TrimSpace(log), "msg=Stopped") {
		t.Errorf("log:\n%s", log)
	}
}

// check wants all answers to be whole: those asked for before the stop, but for a
// moment, and those of which any part has come. It counts them, and those that
// were under way at the stop.
func (s *scraper) check(t *testing.T, stopped time.Time) (answers, underWay int) {
	t.Helper()
	last := s.whole[strings.LastIndex(s.whole, "# TYPE "):]
	for _, r := range s.all {
		before := stopped.Sub(r.began)
		if r.status == 0 && before < handedOver {
			continue // it may have come too late
		}
		answers++
		if before >= handedOver && r.ended.After(stopped) {
			underWay++
		}
		switch {
		case r.err != nil || r.status != http.StatusOK:
			t.Errorf("asked %s before the stop: status %d, %v", before, r.status, r.err)
		case strings.Count(r.page, "# TYPE ") != strings.Count(s.whole, "# TYPE ") || !strings.HasSuffix(r.page, last) ||
			succeeded(r.page) != succeeded(s.whole):
			t.Errorf("asked %s before the stop: not the whole page, %d bytes", before, len(r.page))
		}
	}
	return answers, underWay
}

// succeeded counts the collectors that did.
func succeeded(page string) int {
	n := 0
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "qumulo_scrape_collector_success{") && strings.HasSuffix(line, " 1\n") {
			n++
		}
	}
	return n
}
