package scrape_test

import (
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestLimitsAreShown: the interval of each collector in force, and the time that the scrape had.
func TestLimitsAreShown(t *testing.T) {
	w, _ := watchCached(t)
	p := w.scrapeWithin(t, 7*time.Second)
	p.Want(t, `qumulo_scrape_collector_interval_seconds{collector="filesystem"}`, 0)
	if got := p[`qumulo_scrape_collector_interval_seconds{collector="version"}`]; got <= 0 {
		t.Errorf("the interval of version is %v", got)
	}
	if got := p["qumulo_scrape_deadline_seconds"]; got < 6 || got > 7 {
		t.Errorf("the scrape had %v seconds, want 7", got)
	}
	watch(t, qumulotest.OnPremises(), nil).scrape(t).Want(t, `qumulo_scrape_collector_interval_seconds{collector="version"}`, 0)
}
