package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestPrometheusThroughFaults: whatever the cluster does, Prometheus gets a page
// in time that its own parser takes: up stays 1.
func TestPrometheusThroughFaults(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startStackAt(t, testutil.FreeAddress(t), "", fixed()...)
	p := startPrometheus(t, s, "1s")
	testutil.Eventually(t, "Prometheus has scraped", func() bool { return p.query(t, "qumulo_up") == 1 })
	const slots = "/v1/cluster/slots/"
	faults := map[string]func(){
		"500":           func() { s.cluster.SetFault("", qumulotest.Fault{Status: http.StatusInternalServerError}) },
		"404 of a part": func() { s.cluster.SetFault(slots, qumulotest.Fault{Status: http.StatusNotFound}) },
		"429": func() {
			s.cluster.SetFault(slots, qumulotest.Fault{Status: 429, Header: http.Header{"Retry-After": {"1"}}})
		},
		"hangs":           func() { s.cluster.SetFault("", qumulotest.Fault{Hang: true}) },
		"hangs in a body": func() { s.cluster.SetFault("", qumulotest.Fault{HangBody: true}) },
		"cut":             func() { s.cluster.SetFault("", qumulotest.Fault{CutBody: true}) },
		"reset":           func() { s.cluster.SetFault("", qumulotest.Fault{Reset: true}) },
		"slow":            func() { s.cluster.SetFault("", qumulotest.Fault{Delay: 400 * time.Millisecond}) },
		"HTML":            func() { s.cluster.SetFault("", qumulotest.Fault{Body: []byte("<html>"), ContentType: "text/html"}) },
		"odd text": func() {
			s.cluster.SetFault("/v1/version", qumulotest.Fault{Body: []byte(`{"revision_id":"a\"b\\c\nd\u0000{}é\ud800"}`)})
		},
		"tokens end": s.cluster.RevokeTokens,
		"stops":      s.cluster.StopListening,
	}
	for name, begin := range faults {
		scrapes := s.cluster.CallCount("")
		begin()
		time.Sleep(2500 * time.Millisecond) // two scrapes at least
		if up := p.query(t, "min_over_time(up[2s])"); up != 1 {
			t.Errorf("%s: up %v", name, up)
		}
		if name != "stops" && s.cluster.CallCount("") == scrapes {
			t.Errorf("%s: no call was made meanwhile", name)
		}
		s.cluster.ClearFaults()
		s.cluster.Resume()
		testutil.Eventually(t, name+" is over", func() bool { return p.query(t, "qumulo_up") == 1 })
	}
	if up := p.query(t, "min_over_time(up[5m])"); up != 1 {
		t.Errorf("up was %v", up)
	}
}
