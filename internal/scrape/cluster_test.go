package scrape_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestDeadlineShowsTheRest: the slots hang, and all else is there in time.
func TestDeadlineShowsTheRest(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := watch(t, qumulotest.OnPremises(), nil)
	w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	began := time.Now()
	got := w.scrapeWithin(t, 1500*time.Millisecond)
	if took := time.Since(began); took > 1700*time.Millisecond {
		t.Errorf("took %s", took)
	}
	got.Want(t, "qumulo_up", 1)
	got.Want(t, `qumulo_node_status{node_id="2",status="online"}`, 1)
	got.Want(t, "qumulo_filesystem_block_size_bytes", 4096)
	for _, name := range []string{"filesystem", "version", "cluster"} {
		success(t, got, name, 1)
	}
	success(t, got, "nodes", 0) // their capacities come with the slots
	success(t, got, "drives", 0)
	got.Absent(t, "qumulo_drive_healthy")
	got.Absent(t, `qumulo_scrape_collector_read_timestamp_seconds{collector="drives"}`)
	w.log.WaitFor(t, "WARN", "collectors=drives", `operation="list slots"`, "no answer in time", "advice=")
	w.server.ClearFaults()
	success(t, w.scrape(t), "drives", 1)
	w.log.WaitFor(t, "INFO", "Collectors recovered", "collectors=drives")
}

// TestCallersShareASweep: many scrapes at a time cost one round of calls.
func TestCallersShareASweep(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	w.server.ResetCounts()
	w.server.SetFault("", qumulotest.Fault{Delay: 300 * time.Millisecond})
	gone, leave := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer leave()
	var wg sync.WaitGroup
	wg.Go(func() { w.Scrape(gone, w.On()) })
	for range 20 {
		wg.Go(func() {
			got := w.scrape(t)
			for _, name := range w.On() {
				success(t, got, name, 1)
			}
		})
	}
	wg.Wait()
	for _, path := range []string{nodesPath, slotsPath, fsPath, "/v1/version"} {
		if n := w.server.CallCount(path); n != 1 {
			t.Errorf("%s was called %d times", path, n)
		}
	}
}

// TestLastCallerEndsTheCalls: nobody waits, nothing is asked any longer.
func TestLastCallerEndsTheCalls(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	w.server.SetFault("", qumulotest.Fault{Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { w.Scrape(ctx, w.On()); close(ended) }()
	testutil.Eventually(t, "calls are under way", func() bool { return w.server.InFlight() > 3 })
	cancel()
	<-ended
	testutil.Eventually(t, "the calls have ended", func() bool { return w.server.InFlight() == 0 })
}

// TestUpWithoutTheNodesCollector: up is there for any choice of collectors.
func TestUpWithoutTheNodesCollector(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	got := testutil.PageOf(t, w.Scrape(t.Context(), []string{"version"}))
	got.Want(t, "qumulo_up", 1)
	got.Absent(t, "qumulo_node_status")
	w.server.SetFault(nodesPath, qumulotest.Fault{Status: 500})
	got = testutil.PageOf(t, w.Scrape(t.Context(), []string{"version"}))
	got.Want(t, "qumulo_up", 0)
	success(t, got, "version", 1)
	w.log.WaitFor(t, "WARN", `operation="list nodes"`, "status=500")
}

// TestOneLineForOneCause: a dead cluster is said once for all collectors, and
// again only when the cause changes.
func TestOneLineForOneCause(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	w.server.StopListening()
	for range 10 {
		w.scrape(t).Want(t, "qumulo_up", 0)
	}
	if lines := w.said(); len(lines) != 1 || !containsAll(lines[0], []string{
		"collectors=nodes,filesystem,version,cluster,drives", "connection refused", "advice=",
	}) {
		t.Errorf("log:\n%s", w.log)
	}
	w.server.Resume()
	w.scrape(t).Want(t, "qumulo_up", 1)
	if lines := w.said(); len(lines) != 2 || !strings.Contains(lines[1], "Collectors recovered") {
		t.Errorf("log:\n%s", w.log)
	}
	w.server.SetFault("", qumulotest.Fault{Status: 500})
	w.scrape(t)
	w.server.SetFault("", qumulotest.Fault{Status: 502})
	w.scrape(t)
	if lines := w.said(); len(lines) != 4 {
		t.Errorf("log:\n%s", w.log)
	}
}

// TestTwoClustersShareNothing: tokens, connections, results and log lines.
func TestTwoClustersShareNothing(t *testing.T) {
	a, b := watch(t, qumulotest.OnPremises(), nil), watch(t, qumulotest.CNQ(), nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { a.scrape(t).Absent(t, `qumulo_node_status{node_id="1",`) })
		wg.Go(func() { b.scrape(t).Absent(t, `qumulo_node_status{node_id="6",`) })
	}
	wg.Wait()
	if a.server.Logins() != 1 || b.server.Logins() != 1 {
		t.Errorf("%d and %d logins", a.server.Logins(), b.server.Logins())
	}
	a.server.StopListening()
	a.scrape(t).Want(t, "qumulo_up", 0)
	b.scrape(t).Want(t, "qumulo_up", 1)
	if len(b.said()) != 0 || a.Status().Up || !b.Status().Up {
		t.Errorf("one cluster's fault shows at the other: %s", b.log)
	}
}

// TestNothingGrows: 500 scrapes, whole and cut, leave no goroutine and no
// connection behind.
func TestNothingGrows(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	for range 20 {
		w.scrape(t)
	}
	goroutines, connections, heap := runtime.NumGoroutine(), w.server.OpenConnections(), w.heap()
	for i := range 500 {
		if i%50 == 0 {
			w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true})
			w.scrapeWithin(t, 50*time.Millisecond)
			w.server.ClearFaults()
			continue
		}
		w.scrape(t).Want(t, "qumulo_up", 1)
	}
	testutil.Eventually(t, "goroutines are back", func() bool { return runtime.NumGoroutine() <= goroutines+5 })
	testutil.Eventually(t, "connections are back", func() bool { return w.server.OpenConnections() <= connections+2 })
	if n := w.server.Logins(); n != 0 {
		t.Errorf("%d new logins", n)
	}
	if grown := int64(w.heap()) - int64(heap); grown > 1<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
}

// heap is what is in use, less what the test itself has written down.
func (w *watched) heap() uint64 {
	w.server.ResetCounts()
	w.log.Reset()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestFlappingCluster: failing and recovering with each scrape costs a bounded
// number of lines, and later ones tell how many there was no room for.
func TestFlappingCluster(t *testing.T) {
	t.Parallel() // it waits most of the time
	var ahead atomic.Int64
	w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	for range 50 {
		w.server.SetFault(fsPath, qumulotest.Fault{Status: 500})
		success(t, w.scrape(t), "filesystem", 0)
		w.server.ClearFaults()
		success(t, w.scrape(t), "filesystem", 1)
	}
	if n := len(w.said()); n != 30 {
		t.Errorf("%d lines for 100 changes, want 30", n)
	}
	ahead.Store(int64(time.Hour))
	w.server.SetFault(fsPath, qumulotest.Fault{Status: 500})
	w.scrape(t)
	w.log.WaitFor(t, "level=WARN", "collectors=filesystem", "lines_left_out=35") // of what was not said, the end is not either
}

// TestLeavingDoesNotHurtWhoComes: a caller that gives up at the moment another
// one joins does not end the other's calls.
func TestLeavingDoesNotHurtWhoComes(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	for i := range 200 {
		short, cancel := context.WithTimeout(t.Context(), time.Duration(i%20)*100*time.Microsecond)
		var wg sync.WaitGroup
		wg.Go(func() { w.Scrape(short, w.On()) })
		wg.Go(func() {
			<-short.Done()
			got := w.scrape(t) //nolint:contextcheck // a scrape of its own, not the short one
			for _, name := range w.On() {
				success(t, got, name, 1)
			}
		})
		wg.Wait()
		cancel()
	}
}
