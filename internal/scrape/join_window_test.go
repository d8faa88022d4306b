package scrape_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// movable watches a cluster by a clock that forward moves.
func movable(t *testing.T) (w *watched, forward func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	w = watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	return w, func(d time.Duration) { ahead.Add(int64(d)) }
}

// slowly begins a scrape whose slots meet fault, and waits until all else of it has come.
func (w *watched) slowly(t *testing.T, fault qumulotest.Fault) (ended <-chan testutil.Page, end context.CancelFunc) {
	t.Helper()
	w.server.SetFault(slotsPath, fault)
	ctx, end := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(end)
	pages := make(chan testutil.Page, 1)
	listings := w.server.CallCount(nodesPath)
	go func() { pages <- testutil.PageOf(t, w.Scrape(ctx, w.On())) }()
	testutil.Eventually(t, "all but the slots has come", func() bool { return w.server.CallCount(nodesPath) == listings+1 && w.server.InFlight() == 1 })
	return pages, end
}

// TestClusterDiesUnderALongSweep: the slots keep a sweep long, and the node listing
// fails from its middle on. Who asks within the sweep's first second joins it; all
// who ask later find the cluster down, two that ask together by one more sweep. When
// the long one ends, nothing that it says undoes what the later ones have found.
func TestClusterDiesUnderALongSweep(t *testing.T) {
	w, forward := movable(t)
	w.scrape(t)
	w.server.ResetCounts()
	first, end := w.slowly(t, qumulotest.Fault{Hang: true})
	w.server.SetFault(nodesPath, qumulotest.Fault{Status: http.StatusInternalServerError})

	forward(900 * time.Millisecond)
	w.scrapeWithin(t, 100*time.Millisecond).Want(t, "qumulo_up", 1)
	w.ownMetric(t, `scrapes_joined_total{target="test"}`, 1)
	if n := w.server.CallCount(nodesPath); n != 1 {
		t.Errorf("%d calls of the node listing: a second replica costs some", n)
	}

	for later := range 3 {
		forward(time.Second)
		var replicas sync.WaitGroup
		for range 2 {
			replicas.Go(func() {
				p := w.scrapeWithin(t, 300*time.Millisecond)
				p.Want(t, "qumulo_up", 0)
				success(t, p, "nodes", 0)
			})
		}
		replicas.Wait()
		if n := w.server.CallCount(nodesPath); n != 2+later {
			t.Errorf("%d calls of the node listing after %d sweeps", n, 2+later)
		}
		w.log.WaitFor(t, "level=WARN", "collectors=nodes", `operation="list nodes"`, "status=500")
	}
	w.ownMetric(t, `scrapes_joined_total{target="test"}`, 4)

	w.server.SetFault(slotsPath, qumulotest.Fault{})
	end()
	(<-first).Want(t, "qumulo_up", 1)
	w.Close()
	if status := w.Status(); status.Up || !strings.Contains(status.Reason, "500") || status.Nodes != 0 {
		t.Errorf("the landing page shows %+v", status)
	}
	for _, line := range w.said() {
		if strings.Contains(line, "level=INFO") {
			t.Errorf("a recovery is said: %s", line)
		}
	}
}

// TestLongSweepEndsLast: a sweep that ends by itself, after one that began later has
// found the cluster down, is not taken for news.
func TestLongSweepEndsLast(t *testing.T) {
	w, forward := movable(t)
	w.scrape(t)
	first, _ := w.slowly(t, qumulotest.Fault{Delay: 500 * time.Millisecond})
	w.server.SetFault(slotsPath, qumulotest.Fault{Status: http.StatusInternalServerError})
	w.server.SetFault(nodesPath, qumulotest.Fault{Status: http.StatusInternalServerError})
	forward(time.Second)
	w.scrape(t).Want(t, "qumulo_up", 0)
	w.log.WaitFor(t, "level=WARN", "collectors=nodes")
	w.server.ClearFaults()
	(<-first).Want(t, "qumulo_up", 1)
	w.Close()
	if status := w.Status(); status.Up || status.Nodes != 0 {
		t.Errorf("the landing page shows %+v", status)
	}
	for _, line := range w.said() {
		if strings.Contains(line, "level=INFO") {
			t.Errorf("a recovery is said: %s", line)
		}
	}
}

// TestOverlappingSweepsAreBounded: one endpoint hangs and scrapes overlap that share
// nothing. The cluster never has more calls under way than one scrape may make, and
// each scrape has all else.
func TestOverlappingSweepsAreBounded(t *testing.T) {
	w, forward := movable(t)
	w.scrape(t)
	w.server.ResetCounts()
	w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	const scrapes = qumulo.DefaultConcurrency - 1
	var all sync.WaitGroup
	for i := range scrapes {
		all.Go(func() {
			p := w.scrapeWithin(t, 2*time.Second)
			p.Want(t, "qumulo_up", 1)
			success(t, p, "filesystem", 1)
			success(t, p, "drives", 0)
		})
		testutil.Eventually(t, "all but the slots has come", func() bool {
			return w.server.CallCount(nodesPath) == i+1 && w.server.InFlight() == w.server.CallCount(slotsPath)
		})
		forward(time.Second)
	}
	all.Wait()
	if n := w.server.MaxInFlight(); n > qumulo.DefaultConcurrency {
		t.Errorf("%d calls at a time", n)
	}
	if n := w.server.CallCount(slotsPath); n != scrapes {
		t.Errorf("%d calls of the slots, want one a sweep", n)
	}
	w.log.WaitFor(t, "level=WARN", "collectors=drives")
	if n := len(w.said()); n != 2 { // the nodes' capacities are missing too
		t.Errorf("%d lines for one cause:\n%s", n, w.log)
	}
}
