package scrape_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestEndpointVanishes: a node that says 404 of what it has answered before has failed; that is
// not taken for a release without drives, and the next scrape asks again.
func TestEndpointVanishes(t *testing.T) {
	const supported = `qumulo_scrape_collector_supported{collector="drives"}`
	var ahead atomic.Int64
	w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	next := func() { ahead.Add(int64(15 * time.Second)) }
	w.complete(t, w.scrape(t))
	w.server.SetFault(slotsPath, qumulotest.Fault{Status: http.StatusNotFound})
	for range 2 {
		next()
		p := w.scrape(t)
		p.Want(t, "qumulo_up", 1)
		p.Want(t, supported, 1)
		success(t, p, "drives", 0)
		success(t, p, "filesystem", 1)
	}
	if n := w.server.CallCount(slotsPath); n != 3 {
		t.Errorf("the slots were asked for %d times in three scrapes", n)
	}
	w.server.ClearFaults()
	next()
	p := w.scrape(t)
	w.complete(t, p)
	p.Want(t, supported, 1)
	const failed = `level=WARN msg="Collectors failed" cluster=test collectors=drives operation="list slots"`
	why := "404 Not Found: " + qumulo.ErrVanished.Error() + `" advice="the fault is the cluster's`
	log := w.log.String()
	if strings.Count(log, failed) != 1 || strings.Count(log, why) != 2 { // once more of the nodes' capacities
		t.Errorf("logged: %s", log)
	}

	// A release that has no such endpoint is no failure, though its version is read beside.
	w.server.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 99.0.0"}).Remove(slotsPath)
	w.server.ResetCounts()
	for range 2 {
		next()
		p = w.scrape(t)
		w.complete(t, p)
		p.Want(t, supported, 0)
	}
	if n := w.server.CallCount(slotsPath); n != 1 {
		t.Errorf("what the release does not have was asked for %d times in two scrapes", n)
	}
}

// TestEndpointVanishesAtOneNode: the call goes to the other one, and the page is whole.
func TestEndpointVanishesAtOneNode(t *testing.T) {
	w := threeNodes(t)
	n := w.server.Nodes()
	n[0].SetFault(slotsPath, qumulotest.Fault{Status: http.StatusNotFound})
	for range 2 {
		w.complete(t, w.scrape(t))
	}
	if a := w.active(t); a != n[0].URL() || n[1].Calls() == 0 || n[2].Calls() != 0 {
		t.Errorf("%s is in use; the others were called %d and %d times", a, n[1].Calls(), n[2].Calls())
	}
	if log := w.log.String(); strings.Contains(log, "level=WARN") {
		t.Errorf("logged: %s", log)
	}
}
