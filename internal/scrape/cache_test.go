package scrape_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const versionPath = "/v1/version"

// watchCached watches a cluster of which version and drives are read once a minute;
// forward moves the clock.
func watchCached(t *testing.T) (w *watched, forward func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	w = watchWith(t, server, scrape.Options{
		Addresses: []string{server.URL()},
		Now:       func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
		Intervals: map[string]time.Duration{"version": time.Minute, "drives": time.Minute},
	})
	return w, func(d time.Duration) {
		time.Sleep(20 * time.Millisecond) // what a read's end means for the next one is noted behind its page
		ahead.Add(int64(d))
	}
}

func readAt(p testutil.Page, name string) float64 {
	return p[`qumulo_scrape_collector_read_timestamp_seconds{collector="`+name+`"}`]
}

// TestInterval: a collector is read once in its interval, whoever scrapes and
// whatever else is asked for, and its values bear the time when they were read.
func TestInterval(t *testing.T) {
	w, forward := watchCached(t)
	first := w.scrape(t)
	shown := `qumulo_version_info{version="7.8.0",`
	if !hasPrefix(first, shown) {
		t.Fatal("no version")
	}
	w.server.Model().Set(versionPath, []byte(`{"revision_id":"Qumulo Core 7.9.0"}`))
	for range 5 {
		forward(10 * time.Second)
		p := w.scrape(t)
		success(t, p, "version", 1)
		if !hasPrefix(p, shown) || readAt(p, "version") != readAt(first, "version") {
			t.Errorf("not the values of the first read, or not its time: %v, %v", readAt(p, "version"), readAt(first, "version"))
		}
		if readAt(p, "filesystem") < readAt(first, "filesystem")+9 {
			t.Error("filesystem has no interval and was not read")
		}
	}
	only := testutil.PageOf(t, w.Scrape(t.Context(), []string{"version"}))
	if !hasPrefix(only, shown) || w.server.CallCount(versionPath) != 1 {
		t.Errorf("%d calls", w.server.CallCount(versionPath))
	}
	forward(4 * time.Second) // 54 s, and what the test took
	p := w.scrape(t)
	if !hasPrefix(p, `qumulo_version_info{version="7.9.0",`) || hasPrefix(p, shown) || w.server.CallCount(versionPath) != 2 {
		t.Errorf("not read again when nine tenths of its interval had passed: %d calls", w.server.CallCount(versionPath))
	}
	if n := w.server.CallCount("/v1/file-system"); n != 7 {
		t.Errorf("%d calls for filesystem in 7 scrapes", n)
	}
}

// TestIntervalOfTwoSweeps: scrapes of different sets of collectors, which share no
// sweep, share what has an interval.
func TestIntervalOfTwoSweeps(t *testing.T) {
	w, _ := watchCached(t)
	w.scrape(t)
	w2, _ := watchCached(t)
	w2.server.SetFault(versionPath, qumulotest.Fault{Delay: 200 * time.Millisecond})
	var wg sync.WaitGroup
	for _, names := range [][]string{{"version"}, {"version", "cluster"}, {"version", "nodes"}} {
		wg.Go(func() { success(t, testutil.PageOf(t, w2.Scrape(t.Context(), names)), "version", 1) })
	}
	wg.Wait()
	if n := w2.server.CallCount(versionPath); n != 1 {
		t.Errorf("%d calls", n)
	}
	if n := w.server.CallCount(versionPath); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// TestFailedReadLeavesTheLastValues: for two intervals, as a failure's and with their own
// time; then there is nothing. The pause before the next try grows up to the interval.
func TestFailedReadLeavesTheLastValues(t *testing.T) {
	w, forward := watchCached(t)
	first := w.scrape(t)
	w.server.SetFault(versionPath, qumulotest.Fault{Status: http.StatusInternalServerError})
	forward(time.Minute)
	age := 60
	w.server.ResetCounts()
	for i, c := range []struct{ after, calls int }{
		{0, 1}, {15, 2}, // the next scrape tries again
		{15, 2}, {14, 2}, {1, 3}, // then after 30 s
		{45, 3}, {15, 4}, // then after 60 s,
		{59, 4}, {1, 5}, {59, 5}, {1, 6}, // which is the interval: no longer
	} {
		forward(time.Duration(c.after) * time.Second)
		p := w.scrape(t)
		success(t, p, "version", 0)
		age += c.after
		if at := readAt(p, "version"); age < 2*60 && (at != readAt(first, "version") || !hasPrefix(p, "qumulo_version_info")) {
			t.Errorf("%d s: not the last values with their time: %v", age, at)
		} else if age >= 2*60 && (at != 0 || hasPrefix(p, "qumulo_version_info")) {
			t.Errorf("%d s: values, or their time: %v", age, at)
		}
		if n := w.server.CallCount(versionPath); n != c.calls {
			t.Fatalf("step %d: %d calls, want %d", i, n, c.calls)
		}
	}
	w.log.WaitFor(t, "level=WARN", "collectors=version", "500")
	if n := strings.Count(strings.Join(w.said(), ""), "level=WARN"); n != 1 {
		t.Errorf("%d warnings", n)
	}
	w.server.ClearFaults()
	forward(time.Minute)
	success(t, w.scrape(t), "version", 1)
	w.log.WaitFor(t, "Collectors recovered", "collectors=version")
}

// TestClusterDownIsNoFailureOfACollector: when the cluster is back, the first
// scrape is complete, however long it was away.
func TestClusterDownIsNoFailureOfACollector(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, fail := range map[string]func(s *qumulotest.Server){
		"stopped": (*qumulotest.Server).StopListening,
		"500":     func(s *qumulotest.Server) { s.SetFault("", qumulotest.Fault{Status: 500}) },
		"hangs":   func(s *qumulotest.Server) { s.SetFault("", qumulotest.Fault{Hang: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, forward := watchCached(t)
			w.scrape(t)
			fail(w.server)
			for i := range 5 {
				forward(time.Minute)
				p := w.scrapeWithin(t, 300*time.Millisecond)
				success(t, p, "version", 0)
				if shown := hasPrefix(p, "qumulo_version_info"); shown != (i == 0) {
					t.Errorf("after %d intervals: last values shown %v", i+1, shown)
				}
			}
			w.server.ClearFaults()
			w.server.Resume()
			p := w.scrape(t)
			p.Want(t, "qumulo_up", 1)
			for _, c := range w.On() {
				success(t, p, c, 1)
			}
		})
	}
}

// TestFailedReadIsNotForWhoComesLater: it has failed while the node listing of its scrape hangs, which would tell
// whether the whole cluster is down. Who comes meanwhile reads anew.
func TestFailedReadIsNotForWhoComesLater(t *testing.T) {
	t.Parallel() // it waits most of the time
	w, forward := watchCached(t)
	w.scrape(t)
	forward(time.Minute)
	w.server.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Hang: true})
	w.server.SetFault(versionPath, qumulotest.Fault{Status: http.StatusInternalServerError})
	ctx, leave := context.WithCancel(t.Context())
	var held sync.WaitGroup
	held.Go(func() { w.Scrape(ctx, []string{"version", "drives"}) })
	defer held.Wait()
	defer leave()
	testutil.Eventually(t, "the version is asked for", func() bool { return w.server.CallCount(versionPath) == 2 })
	w.server.SetFault(versionPath, qumulotest.Fault{})
	testutil.Eventually(t, "the version is read", func() bool {
		hurried, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		return testutil.PageOf(t, w.Scrape(hurried, []string{"version"}))[`qumulo_scrape_collector_success{collector="version"}`] == 1
	})
}

// TestPartOfAReadIsNotCached: what came without one of its parts is shown and read
// again soon, not cached for the interval.
func TestPartOfAReadIsNotCached(t *testing.T) {
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	w := watchWith(t, server, scrape.Options{
		Addresses: []string{server.URL()}, Intervals: map[string]time.Duration{"nodes": time.Hour},
	})
	server.SetFault(slotsPath, qumulotest.Fault{Status: http.StatusInternalServerError})
	p := w.scrape(t)
	success(t, p, "nodes", 0) // their capacities are missing
	p.Absent(t, "qumulo_node_capacity_bytes")
	server.ClearFaults()
	if p := w.scrape(t); !hasPrefix(p, `qumulo_node_capacity_bytes{node_id="2"}`) {
		t.Error("no capacities, though the slots can be read")
	}
}

// TestUnsupportedIsCached: an endpoint that the release does not have is not asked
// for each scrape.
func TestUnsupportedIsCached(t *testing.T) {
	w, forward := watchCached(t)
	w.server.SetFault(versionPath, qumulotest.Fault{Status: http.StatusNotFound})
	for range 3 {
		p := w.scrape(t)
		success(t, p, "version", 1)
		p.Want(t, `qumulo_scrape_collector_supported{collector="version"}`, 0)
		forward(15 * time.Second)
	}
	if n := w.server.CallCount(versionPath); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func hasPrefix(p testutil.Page, prefix string) bool {
	for series := range p {
		if strings.HasPrefix(series, prefix) {
			return true
		}
	}
	return false
}
