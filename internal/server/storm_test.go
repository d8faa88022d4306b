package server_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var stormSeed = flag.Uint64("storm.seed", 1795553459445939566, "what the random pairs of faults are drawn from; 0: something new each time")

const (
	// stormOffset is what the exporter keeps of a scrape's time for the way back: its
	// own deadline is so much earlier. Half of it is enough for that; more of it is
	// used up only where the machine stands still.
	stormOffset = 200 * time.Millisecond
	// pace is the time between two scrapes of one scraper: 5 Hz.
	pace = 200 * time.Millisecond
	// pairs is how many pairs of faults are drawn: about a minute of them where nothing else runs.
	pairs = 50
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
// exporter is built of. So this is expfmt's, of the Prometheus project too; the
// end-to-end test lets a real Prometheus read pages.
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
		families map[string]*dto.MetricFamily
		body     strings.Builder
	)
	if err == nil {
		defer resp.Body.Close()
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err = parser.TextToMetricFamilies(io.TeeReader(resp.Body, &body))
	}
	took, stall := time.Since(began), s.machine.stalled(began)
	s.scrapes.Add(1)
	switch {
	case err != nil && took >= timeout && stall >= stormOffset/2:
		// The exporter does not write beyond the time that Prometheus has.
		s.cutOff.Add(1)
		return nil
	case err != nil:
		t.Errorf("%s: no valid page after %v (the machine stood still for %v): %v\n%s", when, took, stall, err, &body)
		return nil
	case resp.StatusCode != http.StatusOK:
		t.Errorf("%s: status %d", when, resp.StatusCode)
	case took > timeout+stall:
		t.Errorf("%s: answered after %v, with %v to do it in (the machine stood still for %v)", when, took, timeout, stall)
	}
	if late := took - (timeout - stormOffset); late > time.Duration(s.latest.Load()) {
		s.latest.Store(int64(late))
	}
	return series(t, when, families)
}

// series gives the page's values. Each series is there once.
func series(t *testing.T, when string, families map[string]*dto.MetricFamily) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for name, family := range families {
		for _, m := range family.Metric {
			key := name
			for _, l := range m.Label {
				key += "," + l.GetName() + "=" + l.GetValue()
			}
			if _, twice := values[key]; twice {
				t.Errorf("%s: twice on the page: %s", when, key)
			}
			values[key] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return values
}

// missing are the collectors that have not succeeded, and qumulo_up.
func missing(page map[string]float64) []string {
	var missing []string
	if page["qumulo_up"] != 1 {
		missing = append(missing, "qumulo_up")
	}
	for _, name := range fixed() {
		if page["qumulo_scrape_collector_success,collector="+name] != 1 {
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

// harvest is what scrapes have brought.
type harvest struct {
	scrapes, whole, none atomic.Int64 // all, the complete ones, and those without a page
}

// load scrapes for a while and waits for the last answer.
func (s *storm) load(t *testing.T, when string, during time.Duration) *harvest {
	t.Helper()
	var wg sync.WaitGroup
	h := &harvest{}
	for i, timeout := range scrapers {
		wg.Go(func() {
			began := time.Now()
			for next := time.Duration(i) * pace / time.Duration(len(scrapers)); next < during; next += pace {
				time.Sleep(time.Until(began.Add(next)))
				wg.Go(func() {
					page := s.scrape(t, when, timeout)
					h.scrapes.Add(1)
					switch {
					case page == nil:
						h.none.Add(1)
					case len(missing(page)) == 0:
						h.whole.Add(1)
					}
				})
			}
		})
	}
	wg.Wait()
	return h
}

// endure lets faults come, scrapes, lets them go, and wants all to be as before.
func (s *storm) endure(t *testing.T, during time.Duration, faults ...fault) {
	t.Helper()
	names := make([]string, len(faults))
	for i := range faults {
		names[i] = faults[i].name
	}
	when := strings.Join(names, " and ")
	// There is room for lines of the log again, and no address is avoided any more.
	s.ahead.Add(int64(20 * time.Minute))
	s.cluster.ResetCounts()
	logged := len(s.log.String())
	var wait time.Duration
	ends := make([]func(), len(faults))
	for place, f := range faults {
		ends[place] = f.begin(s, place)
		wait = max(wait, f.wait)
	}
	h := s.load(t, when, during)
	s.checkCalls(t, when, int(h.scrapes.Load()))
	for _, end := range slices.Backward(ends) {
		end()
	}
	s.awaitEnds(t, when)
	s.recover(t, when, wait)
	checkLines(t, when, s.log.String()[logged:], h)
}

// checkLines checks what is logged of a fault: that nothing came of it, or what
// was missing and that it is there again. What some scrapes have and others have
// not may be either.
func checkLines(t *testing.T, when, lines string, h *harvest) {
	t.Helper()
	failed, again := strings.Contains(lines, `msg="Collectors failed"`), strings.Contains(lines, `msg="Collectors recovered"`)
	switch {
	case h.whole.Load() == h.scrapes.Load() && failed:
		t.Errorf("%s: failures are logged, and all scrapes were complete:\n%s", when, lines)
	case h.whole.Load()+h.none.Load() == 0 && !(failed && again):
		t.Errorf("%s: no scrape was complete, and the log does not tell it and its end:\n%s", when, lines)
	}
	for _, word := range []string{"level=ERROR", "panic", qumulotest.DefaultPassword, "session-v1:"} {
		if strings.Contains(lines, word) {
			t.Errorf("%s: %q is in the log:\n%s", when, word, lines)
		}
	}
}

// checkCalls checks what the cluster has seen: that it is hurt by nothing.
func (s *storm) checkCalls(t *testing.T, when string, scrapes int) {
	t.Helper()
	paths, refused := map[string]int{}, 0
	for _, call := range s.cluster.Calls() {
		paths[call.Path]++
		if call.Path == "/v1/session/login" && slices.Contains([]int{400, 401, 403}, call.Status) {
			refused++
		}
	}
	for path, n := range paths {
		// Once more on another connection, and the same after a login or at another address.
		if n > 2*(1+len(s.cables))*scrapes {
			t.Errorf("%s: %d calls of %s in %d scrapes", when, n, path, scrapes)
		}
	}
	// Other answers, such as 429, are no rejections. One is confirmed at another address.
	if refused > min(len(s.cables), 2) {
		t.Errorf("%s: %d logins were rejected", when, refused)
	}
	if n := s.cluster.MaxInFlight(); n > 2*concurrency {
		t.Errorf("%s: %d calls at a time", when, n)
	}
}

// recover wants the first scrape to be complete, and nothing to be left over. Where
// the exporter has promised the cluster to leave it alone, it does so first.
func (s *storm) recover(t *testing.T, when string, wait time.Duration) {
	t.Helper()
	paused := s.watched.State().LoginPaused
	if paused {
		wait = max(wait, 2*time.Minute)
	}
	// Of a pair, one may have kept the other from being met; of several addresses, one may not have been asked.
	if paused || wait > 0 && s.random == nil && len(s.cables) == 1 {
		s.leftAlone(t, when+", while it waits", paused)
	}
	s.ahead.Add(int64(wait))
	s.whole(t, when+", afterwards", s.scrape(t, when+", afterwards", 3*time.Second))
	s.settle(t, when)
}

// leftAlone wants a scrape to send no login, and nothing at all where the cluster
// has asked for that.
func (s *storm) leftAlone(t *testing.T, when string, paused bool) {
	t.Helper()
	s.cluster.ResetCounts()
	page := s.scrape(t, when, time.Second)
	if paused && len(s.cables) > 1 && page["qumulo_up"] == 1 {
		return // a rejection that could not be confirmed: another address has accepted the login now
	}
	if page["qumulo_up"] != 0 {
		t.Errorf("%s: qumulo_up %v", when, page["qumulo_up"])
	}
	if told := page["qumulo_exporter_login_paused,target=test"] == 1; told != paused {
		t.Errorf("%s: the page tells of a pause: %v", when, told)
	}
	if calls := s.cluster.CallCount(""); calls > 0 && !paused {
		t.Errorf("%s: %d calls", when, calls)
	}
	// A rejection that could not be confirmed at another address yet is, in the pause.
	if logins := s.cluster.Logins() + s.cluster.RefusedLogins(); logins > len(s.cables)-1 {
		t.Errorf("%s: %d logins", when, logins)
	}
}

// end says what the storm was like.
func (s *storm) end(t *testing.T) {
	t.Helper()
	t.Logf("%d scrapes, the latest answered %v after the exporter's own deadline; %d had no answer as the machine stood still",
		s.scrapes.Load(), time.Duration(s.latest.Load()), s.cutOff.Load())
}

// TestSingleFaults: each fault by itself, for an exporter that knows one address
// of its cluster.
func TestSingleFaults(t *testing.T) {
	t.Parallel()
	newStorm(t, 1).oneByOne(t)
}

// TestSingleFaultsOfThreeAddresses: likewise, for one that knows three. A fault of
// the way is at the address in use.
func TestSingleFaultsOfThreeAddresses(t *testing.T) {
	t.Parallel()
	newStorm(t, 3).oneByOne(t)
}

func (s *storm) oneByOne(t *testing.T) {
	t.Helper()
	for _, f := range faults() {
		s.endure(t, 400*time.Millisecond, f)
	}
	s.end(t)
}

// TestPairsOfFaults: two faults at a time, drawn at random, anywhere.
func TestPairsOfFaults(t *testing.T) {
	t.Parallel()
	seed := *stormSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("repeat it with -storm.seed=%d", seed)
	s := newStorm(t, 3)
	s.random = rand.New(rand.NewPCG(seed, 0))
	all := faults()
	for range pairs {
		pair := s.random.Perm(len(all))[:2]
		s.endure(t, 600*time.Millisecond, all[pair[0]], all[pair[1]])
	}
	s.end(t)
}
