package server_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// TestFamilyTwice: where the exporter and the cluster have one family, the exporter's own
// is on the page, once, and the log names it once.
func TestFamilyTwice(t *testing.T) {
	own := prometheus.NewRegistry()
	up := prometheus.NewGauge(prometheus.GaugeOpts{Name: "qumulo_up", Help: "Another one."})
	up.Set(42)
	own.MustRegister(up)
	e := start(t, setup{own: own})
	for range 2 {
		page := e.metrics(t, "/metrics")
		page.want(t, "qumulo_up 42", `qumulo_scrape_collector_success{collector="nodes"} 1`)
		if n := strings.Count(page.body, "# TYPE qumulo_up "); n != 1 {
			t.Errorf("the family is there %d times", n)
		}
	}
	if n := strings.Count(e.log.String(), "Family dropped"); n != 1 || !strings.Contains(e.log.String(), "family=qumulo_up") {
		t.Errorf("logged %d times:\n%s", n, e.log.String())
	}
	if n := e.cluster.CallCount("/v1/cluster/nodes/"); n != 2 {
		t.Errorf("%d node listings in two scrapes", n)
	}
}
