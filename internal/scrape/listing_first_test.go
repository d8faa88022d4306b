package scrape_test

import (
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestNodeListingGoesFirst: there is one slot, and all calls but the node listing take longer than
// the scrape may: the listing never waits for a slot behind them, and qumulo_up is 1. Nor is a new
// token tried with another call.
func TestNodeListingGoesFirst(t *testing.T) {
	t.Parallel() // it waits most of the time
	const scrapes = 4
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	always := map[string]time.Duration{}
	for _, name := range collector.Names() {
		always[name] = 0
	}
	for _, path := range server.Model().Paths() {
		if path != nodesPath {
			server.SetFault(path, qumulotest.Fault{Delay: 2 * time.Second})
		}
	}
	for range 2 {
		w := watchBySlots(t, server, scrape.Options{Addresses: []string{server.URL()}, Collectors: collector.Names(), Intervals: always}, 1)
		for range scrapes { // the first one logs in
			page := w.scrapeWithin(t, time.Second)
			page.Want(t, "qumulo_up", 1)
			success(t, page, "filesystem", 0)
		}
	}
}
