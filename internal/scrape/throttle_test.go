package scrape_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func busy(status int, after string) qumulotest.Fault {
	return qumulotest.Fault{Status: status, Header: http.Header{"Retry-After": {after}}}
}

// TestRetryAfterBeyondTheDeadline: nothing is sent for as long as the cluster
// asks, and the log says so once.
func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	var ahead atomic.Int64
	w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	w.scrape(t).Want(t, "qumulo_up", 1)
	w.server.SetFault("", busy(http.StatusServiceUnavailable, "30"))
	w.scrapeWithin(t, time.Second).Want(t, "qumulo_up", 0)
	w.server.ClearFaults()
	w.server.ResetCounts()
	for range 20 {
		w.scrapeWithin(t, time.Second).Want(t, "qumulo_up", 0)
	}
	if n := w.server.CallCount("") + w.server.Logins(); n != 0 {
		t.Errorf("%d calls in the time that the cluster asked for", n)
	}
	if n := strings.Count(strings.Join(w.said(), ""), "(Retry-After: 30s)"); n != 1 {
		t.Errorf("said %d times:\n%s", n, strings.Join(w.said(), ""))
	}
	ahead.Store(int64(31 * time.Second))
	w.scrape(t).Want(t, "qumulo_up", 1)
}

// TestRetryAfterWithinTheDeadline: the call waits and is repeated once.
func TestRetryAfterWithinTheDeadline(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	w.server.ResetCounts()
	fault := busy(http.StatusTooManyRequests, "1")
	fault.Times = 1
	w.server.SetFault(slotsPath, fault)
	began := time.Now()
	success(t, w.scrape(t), "drives", 1)
	if took := time.Since(began); took < time.Second || w.server.CallCount(slotsPath) != 2 {
		t.Errorf("%d calls in %s", w.server.CallCount(slotsPath), took)
	}
	w.server.SetFault(slotsPath, busy(http.StatusTooManyRequests, "1"))
	w.server.ResetCounts()
	success(t, w.scrapeWithin(t, 4*time.Second), "drives", 0)
	if n := w.server.CallCount(slotsPath); n != 2 {
		t.Errorf("%d calls: one repetition is enough", n)
	}
}
