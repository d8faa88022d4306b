package server_test

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	// stormOffset is what the exporter keeps of a scrape's time for the way back: its
	// own deadline is so much earlier. Half of it is enough for that; more of it is
	// used up only where the machine stands still.
	stormOffset = 200 * time.Millisecond
	// pace is the time between two scrapes of one scraper: 5 Hz.
	pace = 200 * time.Millisecond
	// concurrency is how many calls the cluster may get at a time.
	concurrency = 8
)

// scrapers say how much time they have, each its own.
var scrapers = []time.Duration{400 * time.Millisecond, 500 * time.Millisecond, 650 * time.Millisecond, 800 * time.Millisecond}

// storm is an exporter whose cluster has faults, under scrapers that do not wait.
type storm struct {
	cluster         *qumulotest.Server
	cables          []*cable
	watched         *fleet.Member
	url             string
	http            *http.Client
	log             *testutil.Log
	machine         *watchdog
	label           string       // of the exporter's goroutines
	ahead           atomic.Int64 // of its clock
	calm            int          // goroutines besides those of kept connections
	scrapes, cutOff atomic.Int64 // how many, and how many of them without an answer
	latest          atomic.Int64 // how long after the exporter's own deadline an answer came, at most
	privileges      []string
	random          *rand.Rand // nil: faults hit the address in use
}

// newStorm starts an exporter that knows its cluster by so many addresses.
func newStorm(t *testing.T, addresses int) *storm {
	t.Helper()
	s := &storm{
		cluster: qumulotest.NewServer(qumulotest.OnPremises()), log: &testutil.Log{}, machine: watchMachine(t), label: t.Name(),
		// On a kept connection a request may be repeated, and take twice its time.
		http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	t.Cleanup(s.cluster.Close)
	for len(s.cluster.Nodes()) < addresses {
		s.cluster.AddNode()
	}
	urls := make([]string, addresses)
	for i, node := range s.cluster.Nodes() {
		s.cables = append(s.cables, newCable(t, node.Addr()))
		urls[i] = "https://" + s.cables[i].address
	}
	// All goroutines that the exporter begins carry this label.
	pprof.Do(t.Context(), pprof.Labels("exporter", s.label), func(context.Context) { s.start(t, urls) })
	s.whole(t, "at first", s.scrape(t, "at first", 5*time.Second))
	for _, c := range collector.All() {
		s.privileges = append(s.privileges, c.Privileges()...)
	}
	s.calm, _, _ = s.goroutines(t)
	for range 20 { // it opens connections ahead
		time.Sleep(20 * time.Millisecond)
		now, _, _ := s.goroutines(t)
		s.calm = min(s.calm, now)
	}
	return s
}

func (s *storm) start(t *testing.T, urls []string) {
	t.Helper()
	dir := t.TempDir()
	password := testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword)
	ca := testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(s.cluster.CAPEM()))
	logger := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	clock := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	own := scrape.NewExporter()
	settings := config.Cluster{
		Name: "test", URLs: urls, Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, PasswordFile: password},
		TLS: commonconfig.TLSConfig{CAFile: ca}, Concurrency: concurrency, Collectors: fixed(), Intervals: map[string]time.Duration{},
	}
	// A collector with an interval shows what it has kept, and is left alone after failures.
	for _, name := range fixed() {
		settings.Intervals[name] = 0
	}
	watched := fleet.New(fleet.Options{Own: own, UserAgent: "test", Logger: logger, Now: clock})
	if err := watched.Apply(config.Validated{Config: config.Config{
		Clusters: []config.Cluster{settings}, Scrape: config.Scrape{Timeout: 10 * time.Second, TimeoutOffset: stormOffset},
	}}); err != nil {
		t.Fatal(err)
	}
	var release func()
	s.watched, release, _ = watched.Only()
	registry := prometheus.NewRegistry()
	registry.MustRegister(own)
	front := httptest.NewUnstartedServer(server.Handler(server.Options{
		Fleet: watched, Own: registry, TelemetryPath: "/metrics", MaxRequests: 40, Logger: logger,
	}))
	front.Config.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelError)
	front.Start()
	t.Cleanup(func() { front.Close(); release(); watched.Close() })
	s.url = front.URL + "/metrics"
}

// scrape gets the page as Prometheus does with that timeout. Whatever the cluster
// does, it must be there in time, and valid.
//
// Prometheus's own parser (model/textparse) would double go.sum (128 lines more),
// raise the Go release that the module asks for, and change modules that the
// exporter is built of. So this is testutil's, no less strict than expfmt's, of the
// Prometheus project too; the end-to-end test lets a real Prometheus read pages.
func (s *storm) scrape(t *testing.T, when string, timeout time.Duration) map[string]float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(timeout.Seconds(), 'f', -1, 64))
	began := time.Now()
	resp, err := s.http.Do(req)
	var (
		page testutil.Page
		body []byte
	)
	if err == nil {
		defer resp.Body.Close()
		if body, err = io.ReadAll(resp.Body); err == nil {
			page, err = testutil.ReadPage(string(body))
		}
	}
	took, stall := time.Since(began), s.machine.stalled(began)
	s.scrapes.Add(1)
	switch {
	case err != nil && took >= timeout && stall >= stormOffset/2:
		// The exporter does not write beyond the time that Prometheus has.
		s.cutOff.Add(1)
		return nil
	case err != nil:
		t.Errorf("%s: no valid page after %v (the machine stood still for %v): %v\n%s", when, took, stall, err, body)
		return nil
	case resp.StatusCode != http.StatusOK:
		t.Errorf("%s: status %d", when, resp.StatusCode)
	case took > timeout+stall:
		t.Errorf("%s: answered after %v, with %v to do it in (the machine stood still for %v)", when, took, timeout, stall)
	}
	if late := took - (timeout - stormOffset); late > time.Duration(s.latest.Load()) {
		s.latest.Store(int64(late))
	}
	return page
}

// missing are the collectors that have not succeeded, and qumulo_up.
func missing(page map[string]float64) []string {
	var missing []string
	if page["qumulo_up"] != 1 {
		missing = append(missing, "qumulo_up")
	}
	for _, name := range fixed() {
		if page[`qumulo_scrape_collector_success{collector="`+name+`"}`] != 1 {
			missing = append(missing, name)
		}
	}
	return missing
}

// whole wants nothing to be missing. It ends a test in which anything went wrong.
func (s *storm) whole(t *testing.T, when string, page map[string]float64) {
	t.Helper()
	if names := missing(page); len(names) > 0 {
		t.Errorf("%s: %v missing", when, names)
	}
	if t.Failed() {
		lines := strings.SplitAfter(s.log.String(), "\n")
		t.Fatalf("the log's end:\n%s", strings.Join(lines[max(len(lines)-30, 0):], ""))
	}
}
