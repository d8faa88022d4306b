//go:build !race

package scrape_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestCrowdLeaves: when all scrapes are cancelled the calls end within 100 ms, and
// the next scrape makes new ones.
func TestCrowdLeaves(t *testing.T) {
	for _, n := range []int{2, 10, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w := watch(t, everyEndpoint(), nil)
			t.Cleanup(w.server.StopListening) // or calls that do not end would keep the test from its end
			like := w.scrape(t)
			w.server.SetFault("", qumulotest.Fault{Hang: true})
			// The machine may stand still for a moment, but not each time.
			best := time.Hour
			for try := 0; try < 10 && best > 100*time.Millisecond; try++ {
				best = min(best, w.leaveAll(t, n))
			}
			if best > 100*time.Millisecond {
				t.Errorf("the calls ended %s after the last caller had gone", best)
			}
			if lines := w.said(); len(lines) > 1 {
				t.Errorf("more than one line for one cause:\n%s", strings.Join(lines, ""))
			}
			w.server.ClearFaults()
			w.server.ResetCounts()
			w.whole(t, like, w.scrape(t))
			w.oneSweep(t, 0)
		})
	}
}

// leaveAll cancels n scrapes whose calls hang, and returns how long the calls go on.
func (w *watched) leaveAll(t *testing.T, n int) time.Duration {
	t.Helper()
	w.server.ResetCounts()
	contexts, cancel := callers(t, n)
	left := w.leaveUnderWay(t, cancel)
	for _, p := range w.crowd(t, contexts...) {
		p.Want(t, "qumulo_up", 0)
	}
	testutil.Eventually(t, "the calls have ended", func() bool { return w.server.InFlight() == 0 })
	took := time.Since(<-left)
	w.oneSweep(t, 0)
	return took
}
