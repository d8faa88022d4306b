package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// hold asks for a page, again where it finds no slot, until release.
func (e *exporter) hold(t *testing.T, path string) (release func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var asked sync.WaitGroup
	asked.Go(func() {
		for status := http.StatusServiceUnavailable; status == http.StatusServiceUnavailable && ctx.Err() == nil; time.Sleep(time.Millisecond) {
			w := httptest.NewRecorder()
			e.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody))
			status = w.Code
		}
	})
	return func() { cancel(); asked.Wait() }
}

// refused wants a 503 that says which limit was hit.
func (e *exporter) refused(t *testing.T, path, says string) {
	t.Helper()
	if got := e.get(t, path, timeoutHeader, "0.2"); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, says) {
		t.Errorf("%s: %d %.200s", path, got.status, got.body)
	}
}

// TestHungClustersTakeNoPlaces: all scrapes of one cluster hang, up to its limit.
// The other clusters and all other pages answer as ever.
func TestHungClustersTakeNoPlaces(t *testing.T) {
	var next config.Validated
	e := start(t, setup{
		requests: 2, pprof: true, others: []config.Cluster{member(t, "other", simulated(t, qumulotest.SingleNode()))},
		load: func() (config.Validated, []error) { return next, nil },
	})
	next = e.fleet.Config()
	e.cluster.SetFault("", qumulotest.Fault{Hang: true})
	var releases []func()
	for range 2 {
		releases = append(releases, e.hold(t, "/probe?target=127.0.0.1"))
	}
	const hung = "/probe?target=127.0.0.1"
	waitFor(t, func() bool { return e.get(t, hung, timeoutHeader, "0.05").status == http.StatusServiceUnavailable })
	e.refused(t, hung, "2 scrapes of this cluster are being answered: this is the limit (--web.max-requests)")
	began := time.Now()
	for _, path := range pages() {
		if path != hung && !strings.Contains(path, "debug=true") {
			if got := e.get(t, path); got.status != http.StatusOK {
				t.Errorf("%s: %d %.200s", path, got.status, got.body)
			}
		}
	}
	e.metrics(t, "/probe?target=other").want(t, "qumulo_up 1")
	if got := e.ask(t, http.MethodPost, "/-/reload"); got.status != http.StatusOK {
		t.Errorf("reload: %d %s", got.status, got.body)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if got := e.debug(t, "127.0.0.1", timeoutHeader, "0.3"); !strings.Contains(got.head, "qumulo_up 0") {
		t.Errorf("the debug page: %s", got.head)
	}
	e.refused(t, hung, "2 scrapes") // the reload has left it as it is

	e.cluster.ClearFaults()
	changed := member(t, "127.0.0.1", e.cluster)
	e.apply(t, changed)
	e.metrics(t, hung).want(t, "qumulo_up 1") // a corrected cluster does not wait for what hangs
	for _, release := range releases {
		release()
	}
	if log := e.log.String(); strings.Contains(log, "max-requests") {
		t.Errorf("log: %s", log)
	}
}

// TestPagesTakeNoPlaces: a page up to its own limit says so, and no scrape and no
// other page finds its way barred.
func TestPagesTakeNoPlaces(t *testing.T) {
	var met sync.WaitGroup
	met.Add(2)
	end := make(chan struct{})
	own := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		met.Done()
		<-end
		return nil, nil
	})
	e := start(t, setup{requests: 2, own: own, others: []config.Cluster{member(t, "other", simulated(t, qumulotest.SingleNode()))}})
	for range 2 {
		defer e.hold(t, "/metrics")()
	}
	defer close(end)
	met.Wait()
	e.refused(t, "/metrics", "2 requests for this page are being answered: this is the limit (--web.max-requests)")
	for _, target := range []string{"127.0.0.1", "other"} {
		e.metrics(t, "/probe?target="+target).want(t, "qumulo_up 1")
	}
	for _, path := range []string{"/", "/sd", "/config", "/-/healthy", "/-/ready"} {
		if got := e.get(t, path); got.status != http.StatusOK {
			t.Errorf("%s: %d %.200s", path, got.status, got.body)
		}
	}
}

// TestNoLimit: 0 is none.
func TestNoLimit(t *testing.T) {
	e := start(t, setup{})
	e.scrape(t)
	e.cluster.SetFault("", qumulotest.Fault{Hang: true})
	for range 60 {
		defer e.hold(t, "/metrics")()
	}
	e.metrics(t, "/metrics", timeoutHeader, "0.2").want(t, "qumulo_up 0")
}

// TestDebugPagesInALoop: 35 callers ask for debug pages without a pause. There is
// one at a time, and the real scrape is about as quick as without them.
func TestDebugPagesInALoop(t *testing.T) {
	const delay, scrapes, callers = 50 * time.Millisecond, 10, 35
	e := start(t, setup{requests: 40, change: func(c *config.Cluster) { c.Concurrency = 4 }})
	e.scrape(t)
	e.cluster.SetFault("", qumulotest.Fault{Delay: delay})
	scrape := func() (took time.Duration) {
		for range scrapes {
			began := time.Now()
			e.scrape(t).want(t, "qumulo_up 1")
			took += time.Since(began)
		}
		return took / scrapes
	}
	alone := scrape()

	ctx, cancel := context.WithCancel(t.Context())
	var loops sync.WaitGroup
	var mu sync.Mutex
	statuses, says := map[int]int{}, ""
	for range callers {
		loops.Go(func() {
			for ctx.Err() == nil {
				w := httptest.NewRecorder()
				e.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/probe?target=127.0.0.1&debug=true", http.NoBody))
				mu.Lock()
				statuses[w.Code]++
				if w.Code == http.StatusServiceUnavailable {
					says = w.Body.String()
				}
				mu.Unlock()
			}
		})
	}
	time.Sleep(1200 * time.Millisecond) // longer than a debug page waits for another
	beside := scrape()
	busy := e.cluster.InFlight()
	cancel()
	loops.Wait()
	t.Logf("a scrape takes %s, and %s beside the debug pages: %v", alone, beside, statuses)
	if beside > 2*alone+2*delay {
		t.Errorf("a scrape takes %s, and %s beside the debug pages", alone, beside)
	}
	if statuses[http.StatusOK] == 0 || !strings.HasPrefix(says, "another debug page of this cluster is being made") {
		t.Errorf("%v %q", statuses, says)
	}
	if busy > 4 {
		t.Errorf("%d calls at a time", busy)
	}
	if log := e.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("log: %s", log)
	}
}

// TestDebugPagesOfTwoClusters: they don't wait for each other.
func TestDebugPagesOfTwoClusters(t *testing.T) {
	e := start(t, setup{requests: 3, others: []config.Cluster{member(t, "other", simulated(t, qumulotest.SingleNode()))}})
	e.cluster.SetFault("", qumulotest.Fault{Hang: true})
	const hung = "/probe?target=127.0.0.1&debug=true"
	defer e.hold(t, hung)()
	waitFor(t, func() bool { return e.cluster.InFlight() > 0 })
	began := time.Now()
	if p := e.debug(t, "other"); !strings.Contains(p.head, "qumulo_up 1") || time.Since(began) > 900*time.Millisecond {
		t.Errorf("after %s: %s", time.Since(began), p.head)
	}
	e.refused(t, hung, "another debug page of this cluster is being made: there is one at a time")
	for range 2 {
		defer e.hold(t, hung)()
	}
	waitFor(t, func() bool { return strings.HasPrefix(e.get(t, hung).body, "3 debug pages are being answered") })
}
