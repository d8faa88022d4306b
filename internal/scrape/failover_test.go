package scrape_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// threeNodes watches a cluster at three of its nodes and has scraped it once.
func threeNodes(t *testing.T) *watched {
	t.Helper()
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	server.AddNode()
	server.AddNode()
	n := server.Nodes()
	w := watchAt(t, server, nil, n[0].URL(), n[1].URL(), n[2].URL())
	w.complete(t, w.scrape(t))
	if n[1].Calls()+n[2].Calls() != 0 {
		t.Error("the first address works and others are called")
	}
	return w
}

// complete wants all collectors to have succeeded.
func (w *watched) complete(t *testing.T, p testutil.Page) {
	t.Helper()
	p.Want(t, "qumulo_up", 1)
	for _, name := range w.On() {
		success(t, p, name, 1)
	}
}

func (w *watched) ownMetric(t *testing.T, series string, value float64) {
	t.Helper()
	w.ownPage(t).Want(t, "qumulo_exporter_"+series, value)
}

// ownPage is the exporter's own metrics.
func (w *watched) ownPage(t *testing.T) testutil.Page {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(w.own)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return testutil.PageOf(t, exposition.Page{Gathered: families})
}

// TestNodeStops: the scrape after it is complete, from another node, which stays
// in use; nobody asks the dead one each time.
func TestNodeStops(t *testing.T) {
	w := threeNodes(t)
	nodes := w.server.Nodes()
	nodes[0].Stop()
	for range 5 {
		w.complete(t, w.scrape(t))
	}
	if nodes[2].Calls() != 0 {
		t.Errorf("%d calls to the third address: the second works", nodes[2].Calls())
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
	w.ownMetric(t, `active_address_info{address="`+nodes[1].URL()+`",target="test"}`, 1)
	if w.server.Logins() != 1 {
		t.Errorf("%d logins: the token is the cluster's, not the node's", w.server.Logins())
	}
	w.log.WaitFor(t, "level=INFO", "another cluster address")
	if strings.Contains(strings.Join(w.said(), ""), "level=WARN") {
		t.Errorf("a failure is logged though no scrape had one:\n%s", w.log)
	}
	nodes[0].Start()
	nodes[1].Stop()
	w.complete(t, w.scrape(t))
	if nodes[2].Calls() == 0 {
		t.Error("the next good address is not used")
	}
}

// TestNodeHangs: it costs its share of one scrape's time, and nothing after.
func TestNodeHangs(t *testing.T) {
	w := threeNodes(t)
	w.server.Nodes()[0].Hang(true)
	began := time.Now()
	w.complete(t, w.scrapeWithin(t, 3*time.Second))
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	began = time.Now()
	w.complete(t, w.scrapeWithin(t, 3*time.Second))
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("the second scrape took %s", took)
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
}

// TestSlowEndpoint: a node that answers other calls is not hung, however long
// one takes.
func TestSlowEndpoint(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := threeNodes(t)
	w.server.SetFault(slotsPath, qumulotest.Fault{Delay: 1500 * time.Millisecond})
	w.complete(t, w.scrapeWithin(t, 3*time.Second))
	if nodes := w.server.Nodes(); nodes[1].Calls()+nodes[2].Calls() != 0 {
		t.Error("a slow call was repeated at another node")
	}
}

// TestAllNodesStop: every address is tried once a call, and the first that
// comes back is used at once.
func TestAllNodesStop(t *testing.T) {
	w := threeNodes(t)
	nodes := w.server.Nodes()
	w.server.StopListening()
	w.scrape(t).Want(t, "qumulo_up", 0)
	w.log.WaitFor(t, "level=WARN", "collectors=nodes,filesystem,version,cluster,drives", "connection refused")
	nodes[2].Start()
	w.complete(t, w.scrape(t))
	w.ownMetric(t, `active_address_info{address="`+nodes[2].URL()+`",target="test"}`, 1)
}

// TestServerErrors: 5xx is worth one more try, elsewhere, and 404 of what was there before; other 4xx are answers.
func TestServerErrors(t *testing.T) {
	for status, calls := range map[int]int{502: 2, 504: 2, 500: 2, 403: 1, 400: 1, 404: 2} {
		w := threeNodes(t)
		w.server.ResetCounts()
		w.server.SetFault(fsPath, qumulotest.Fault{Status: status})
		w.scrape(t).Want(t, "qumulo_up", 1)
		if n := w.server.CallCount(fsPath); n != calls {
			t.Errorf("%d: %d calls, want %d", status, n, calls)
		}
	}
}

// TestLoginIsSentOnce: a login that may have got through is not repeated at
// another address, one that can't have is.
func TestLoginIsSentOnce(t *testing.T) {
	w := threeNodes(t)
	w.server.RevokeTokens()
	w.server.ResetCounts()
	w.server.LoginFault(qumulotest.Fault{Reset: true})
	w.scrape(t).Want(t, "qumulo_up", 0)
	logins := 0
	for _, call := range w.server.Calls() {
		if call.Path == "/v1/session/login" {
			logins++
		}
	}
	if logins != 1 {
		t.Errorf("%d logins sent", logins)
	}
	w.server.LoginFault(qumulotest.Fault{})
	for _, node := range w.server.Nodes()[:2] {
		node.Stop()
	}
	w.server.RevokeTokens()
	w.complete(t, w.scrape(t))
}

// TestCutBodyGoesElsewhere: an answer that ends too early is asked for again at
// the next address.
func TestCutBodyGoesElsewhere(t *testing.T) {
	w := threeNodes(t)
	w.server.SetFault(slotsPath, qumulotest.Fault{CutBody: true, Times: 1})
	w.complete(t, w.scrape(t))
}

// TestFailoversDoNotFillTheLog: two addresses that are each well half of the time cost
// a bounded number of lines. No scrape fails, and the metric counts each move.
func TestFailoversDoNotFillTheLog(t *testing.T) {
	t.Parallel() // it waits most of the time
	const moves, lines = 40, 30
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
	w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
	w.complete(t, w.scrape(t))
	for i := range moves {
		nodes[i%2].Stop()
		w.complete(t, w.scrape(t))
		nodes[i%2].Start()
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, moves)
	if server.Logins() != 1 {
		t.Errorf("%d logins", server.Logins())
	}
	said := w.said()
	if len(said) != lines || strings.Count(strings.Join(said, ""), "Failed over to another cluster address") != lines {
		t.Errorf("%d lines, want %d that tell of a move:\n%s", len(said), lines, strings.Join(said, ""))
	}
}
