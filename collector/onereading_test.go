package collector_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// oneReading is what one collector makes of the answers of a simulated cluster.
type oneReading struct {
	collector string
	release   string                      // of the cluster; "": 7.10.0
	answers   map[string]string           // JSON by path, in place of the cluster's own
	faults    map[string]qumulotest.Fault // by path
	want      testutil.Page
	absent    []string // beginnings of series
	said      []string // words of one line of the log; none: nothing is said
	failed    bool     // success is 0
	missing   bool     // supported is 0
}

func (r oneReading) check(t *testing.T) {
	t.Helper()
	model := qumulotest.Release(orElse(r.release, "7.10.0"))
	for path, answer := range r.answers {
		model.Set(path, json.RawMessage(answer))
	}
	w := watch(t, model, nil, r.collector)
	for path, fault := range r.faults {
		w.server.SetFault(path, fault)
	}
	got := w.scrape(t)
	for series, value := range r.want {
		got.Want(t, series, value)
	}
	for _, prefix := range r.absent {
		got.Absent(t, prefix)
	}
	outcome := func(bad bool) float64 { return map[bool]float64{true: 0, false: 1}[bad] }
	success(t, got, r.collector, outcome(r.failed))
	got.Want(t, `qumulo_scrape_collector_supported{collector="`+r.collector+`"}`, outcome(r.missing))
	if len(r.said) > 0 {
		w.log.WaitFor(t, r.said...)
	} else if logged := w.log.String(); strings.Contains(logged, "WARN") || strings.Contains(logged, "ERROR") {
		t.Errorf("complaints:\n%s", logged)
	}
}

// both is what a cluster gives at two paths.
func both(fault qumulotest.Fault, one, other string) map[string]qumulotest.Fault {
	return map[string]qumulotest.Fault{one: fault, other: fault}
}
