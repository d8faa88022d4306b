package scrape_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestWhoLeavesHasFoundNothing: a caller that goes before its time changes neither
// what the landing page shows nor a counter, and is no reason for a warning.
func TestWhoLeavesHasFoundNothing(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	before := w.Status()
	w.server.SetFault("", qumulotest.Fault{Delay: 400 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	go func() {
		for w.server.InFlight() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	w.Scrape(ctx, w.On())
	if after := w.Status(); !after.Up || after.Reason != "" || after.Facts != before.Facts || !after.Scraped.Equal(before.Scraped) {
		t.Errorf("status %+v, before %+v", after, before)
	}
	w.ownMetric(t, `scrape_timeouts_total{target="test"}`, 0)
	w.Close() // the calls have ended
	if lines := w.said(); len(lines) > 0 {
		t.Errorf("log:\n%s", strings.Join(lines, ""))
	}
}

// TestNewFailureIsSaidInTheEnd: a failure that begins when the log has no room is
// said when it has.
func TestNewFailureIsSaidInTheEnd(t *testing.T) {
	t.Parallel() // it waits most of the time
	var ahead atomic.Int64
	w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	flap := func() {
		for _, status := range []int{http.StatusInternalServerError, 0} {
			w.server.SetFault(slotsPath, qumulotest.Fault{Status: status})
			w.scrape(t)
			ahead.Add(int64(15 * time.Second))
		}
	}
	for range 30 {
		flap()
	}
	w.log.Reset()
	w.server.SetFault(fsPath, qumulotest.Fault{Status: http.StatusForbidden})
	for range 60 {
		flap()
	}
	if n := strings.Count(strings.Join(w.said(), ""), "collectors=filesystem "); n != 1 {
		t.Errorf("the new failure is said %d times", n)
	}
}

// TestAgeOfCachedReads: a caller that joins late does not get values older than the
// interval and its own time.
func TestAgeOfCachedReads(t *testing.T) {
	t.Parallel() // it waits most of the time
	const interval, timeout = time.Second, 2 * time.Second
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	w := watchWith(t, server, scrape.Options{Addresses: []string{server.URL()}, Intervals: map[string]time.Duration{"version": interval}})
	w.scrape(t)
	time.Sleep(900 * time.Millisecond)
	server.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	var scrapes sync.WaitGroup
	for _, after := range []time.Duration{0, interval - 100*time.Millisecond} {
		scrapes.Go(func() {
			time.Sleep(after)
			p := w.scrapeWithin(t, timeout)
			success(t, p, "version", 1)
			if age := float64(time.Now().UnixMilli())/1000 - readAt(p, "version"); age > (interval+timeout).Seconds()+0.3 {
				t.Errorf("version is %.1f s old", age)
			}
		})
	}
	scrapes.Wait()
}
