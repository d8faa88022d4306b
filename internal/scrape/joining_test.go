package scrape_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// crowd scrapes at once with each of the contexts and returns the pages when all
// have ended.
func (w *watched) crowd(t *testing.T, contexts ...context.Context) []testutil.Page {
	t.Helper()
	pages := make([]testutil.Page, len(contexts))
	var wg sync.WaitGroup
	for i, ctx := range contexts {
		wg.Go(func() { pages[i] = testutil.PageOf(t, w.Scrape(ctx, w.On())) })
	}
	wg.Wait()
	return pages
}

// callers returns n contexts, and what cancels all of them.
func callers(t *testing.T, n int) (contexts []context.Context, cancel context.CancelFunc) {
	t.Helper()
	all, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	for range n {
		ctx, end := context.WithTimeout(all, 10*time.Second)
		t.Cleanup(end)
		contexts = append(contexts, ctx)
	}
	return contexts, cancel
}

// whole wants each page to be what one scrape by itself gives.
func (w *watched) whole(t *testing.T, like testutil.Page, pages ...testutil.Page) {
	t.Helper()
	for i, p := range pages {
		w.complete(t, p)
		if len(p) != len(like) {
			t.Errorf("page %d has %d series, want %d", i, len(p), len(like))
		}
	}
}

// oneSweep wants each endpoint to have been called once since the counts were reset.
func (w *watched) oneSweep(t *testing.T, logins int) {
	t.Helper()
	calls := map[string]int{}
	for _, call := range w.server.Calls() {
		calls[call.Path]++
	}
	for path, n := range calls {
		if n != 1 {
			t.Errorf("%d calls of %s", n, path)
		}
	}
	if len(calls) != 7+logins || calls["/v1/session/login"] != logins {
		t.Errorf("calls %v, want one of each of the seven endpoints, and %d logins", calls, logins)
	}
}

// TestCrowd: 2, 10 and 100 scrapes at once cost one login and one sweep, and each
// gets the whole page. One that is cancelled ends at once with what there is, and
// the others do not notice.
func TestCrowd(t *testing.T) {
	like := watch(t, everyEndpoint(), nil).scrape(t)
	for _, n := range []int{2, 10, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w := watch(t, everyEndpoint(), nil)
			w.server.SetFault("", qumulotest.Fault{Delay: 500 * time.Millisecond}) // all are there before it ends
			contexts, _ := callers(t, n)
			w.whole(t, like, w.crowd(t, contexts...)...)
			w.oneSweep(t, 1)
			w.ownMetric(t, `scrapes_joined_total{target="test"}`, float64(n-1))

			w.server.ResetCounts()
			one, cancel := callers(t, 1)
			left := w.leaveUnderWay(t, cancel)
			var wg sync.WaitGroup
			wg.Go(func() {
				p := w.crowd(t, one...)[0]
				if took := time.Since(<-left); took > 250*time.Millisecond {
					t.Errorf("the cancelled scrape ended after %s", took)
				}
				p.Want(t, "qumulo_up", 0)
			})
			contexts, _ = callers(t, n)
			w.whole(t, like, w.crowd(t, contexts...)...)
			wg.Wait()
			w.oneSweep(t, 0)
			if lines := w.said(); len(lines) != 0 {
				t.Errorf("log:\n%s", strings.Join(lines, ""))
			}
		})
	}
}

// leaveUnderWay cancels when all calls of a sweep are under way, and reports when.
func (w *watched) leaveUnderWay(t *testing.T, cancel context.CancelFunc) <-chan time.Time {
	t.Helper()
	left := make(chan time.Time, 1)
	go func() {
		testutil.Eventually(t, "the calls are under way", func() bool { return w.server.InFlight() == 7 })
		left <- time.Now()
		cancel()
	}()
	return left
}

// TestHungCallDoesNotOutliveItsScrapes: scrapes that overlap, so that there is
// always one under way, get the values of a cluster that has recovered, and not
// what was read before a call that hangs since long ago.
func TestHungCallDoesNotOutliveItsScrapes(t *testing.T) {
	t.Parallel() // it waits most of the time
	const (
		timeout = 400 * time.Millisecond
		scrapes = 24
		recent  = 8 // of them
	)
	w := watch(t, everyEndpoint(), nil)
	t.Cleanup(w.server.StopListening)
	w.scrape(t)
	w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true, Times: 1})
	var complete atomic.Int64
	var wg sync.WaitGroup
	for i := range scrapes {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * timeout / 4) // so four go on at a time
			began := time.Now()
			p := w.scrapeWithin(t, timeout)
			if i < scrapes-recent {
				return
			}
			if p[`qumulo_scrape_collector_success{collector="drives"}`] == 1 {
				complete.Add(1)
			}
			if age := float64(began.UnixMilli())/1000 - readAt(p, "nodes"); p["qumulo_up"] == 1 && age > 1 {
				t.Errorf("scrape %d shows nodes that were read %.1f s before it began", i, age)
			}
		})
	}
	wg.Wait()
	if complete.Load() == 0 {
		t.Errorf("none of the last %d scrapes shows the drives", recent)
	}
}

// everyEndpoint is a cluster that has all endpoints that are asked, the clamp too: one
// that a release does not have is not asked at each scrape.
func everyEndpoint() *qumulotest.Model {
	return qumulotest.OnPremises().Set("/v1/capacity/clamp", map[string]string{"capacity_clamp": "1000"})
}
