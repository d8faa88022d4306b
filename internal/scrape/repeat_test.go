package scrape_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestDeadlyEndpoint: one endpoint breaks the connection each time it is called,
// as a service that crashes by the call does. A scrape calls it once, once more as
// the connection may have been an old one, and once at each other address: not on
// each connection that it has kept.
func TestDeadlyEndpoint(t *testing.T) {
	for name, c := range map[string]struct {
		watch func(t *testing.T) *watched
		calls int
	}{
		"one address":     {func(t *testing.T) *watched { t.Helper(); return watch(t, qumulotest.OnPremises(), nil) }, 2},
		"three addresses": {threeNodes, 4},
	} {
		t.Run(name, func(t *testing.T) {
			w := c.watch(t)
			for range 3 {
				w.complete(t, w.scrape(t)) // and all connections are there
			}
			w.server.SetFault(slotsPath, qumulotest.Fault{Reset: true})
			for range 4 {
				w.server.ResetCounts()
				p := w.scrape(t)
				p.Want(t, "qumulo_up", 1)
				success(t, p, "drives", 0)
				success(t, p, "filesystem", 1)
				if n := w.server.CallCount(slotsPath); n != c.calls {
					t.Errorf("%d calls in a scrape, want %d", n, c.calls)
				}
			}
			w.log.WaitFor(t, "level=WARN", "collectors=drives", `operation="list slots"`)
			w.server.ClearFaults()
			w.complete(t, w.scrape(t))
		})
	}
}
