package scrape_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestRetryAfterForms: 429 asks as 503 does, and a date as a number of seconds does.
// For that long nothing is sent, and each scrape says at once why; after it all is
// as before.
func TestRetryAfterForms(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		value  func(now time.Time) string
	}{
		"429, seconds": {429, func(time.Time) string { return "30" }},
		"429, date":    {429, func(now time.Time) string { return now.Add(30 * time.Second).UTC().Format(http.TimeFormat) }},
		"503, date":    {503, func(now time.Time) string { return now.Add(30 * time.Second).UTC().Format(http.TimeFormat) }},
	} {
		t.Run(name, func(t *testing.T) {
			var ahead atomic.Int64
			w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
			w.complete(t, w.scrape(t))
			// A date has no fractions of a second: at the begin of one it is exact.
			time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
			w.server.SetFault("", busy(c.status, c.value(time.Now())))
			w.scrapeWithin(t, time.Second).Want(t, "qumulo_up", 0)
			w.server.ClearFaults()
			w.server.ResetCounts()
			for range 5 {
				began := time.Now()
				w.scrapeWithin(t, time.Second).Want(t, "qumulo_up", 0)
				if took := time.Since(began); took > 500*time.Millisecond {
					t.Errorf("a scrape that can't wait took %s", took)
				}
			}
			ahead.Store(int64(28 * time.Second)) // a second is for the test itself
			w.scrapeWithin(t, 500*time.Millisecond).Want(t, "qumulo_up", 0)
			if n := len(w.server.Calls()); n != 0 {
				t.Errorf("%d calls in the time that the cluster asked for", n)
			}
			ahead.Store(int64(30 * time.Second))
			w.complete(t, w.scrape(t))
			lines := w.said()
			if len(lines) != 2 || !containsAll(lines[0], []string{"level=WARN", "collectors=nodes,", "(Retry-After: 30s)"}) ||
				!strings.Contains(lines[1], "Collectors recovered") {
				t.Errorf("log:\n%s", strings.Join(lines, ""))
			}
		})
	}
}

// TestRetryAfterAtLogin: it is the login that is to be left alone, for longer than
// a scrape can wait and for less than a login may take. One login is sent, and the
// scrapes after the first say at once why they have nothing.
func TestRetryAfterAtLogin(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.server.LoginFault(busy(http.StatusServiceUnavailable, "20"))
	w.scrapeWithin(t, 500*time.Millisecond).Want(t, "qumulo_up", 0)
	for range 3 {
		began := time.Now()
		w.scrapeWithin(t, 2*time.Second).Want(t, "qumulo_up", 0)
		if took := time.Since(began); took > time.Second {
			t.Errorf("a scrape that can't wait took %s", took)
		}
	}
	if n := w.loginsSent(); n != 1 {
		t.Errorf("%d logins sent", n)
	}
	w.log.WaitFor(t, "level=WARN", "collectors=nodes,filesystem,", "(Retry-After: 20s)")
}
