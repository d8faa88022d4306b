package server_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

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
	if told := page[`qumulo_exporter_login_paused{target="test"}`] == 1; told != paused {
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
