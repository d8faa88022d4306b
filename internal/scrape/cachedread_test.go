package scrape_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// slow is a collector with an interval whose reads end when they are let go on.
type slow struct {
	begun, ended atomic.Int32
	goOn         chan struct{}
}

func (s *slow) collector() collector.Collector {
	metric := &collector.Metric{Name: "qumulo_test", Help: "A test."}
	return collector.Collector{
		Name: "slow", Interval: time.Hour,
		Read: func(ctx context.Context, src *collector.Source, out *collector.Output) error {
			s.begun.Add(1)
			defer s.ended.Add(1)
			select {
			case <-s.goOn:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			if _, err := src.FileSystem(ctx); err != nil {
				return err
			}
			if _, err := src.Nodes(); err != nil {
				return err
			}
			out.Add(metric, 1)
			return nil
		},
	}
}

// TestReadContinues: a read that takes longer than a scrape continues and serves the next one.
// Neither the scrape's deadline nor a caller who leaves ends its calls.
func TestReadContinues(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T, w *watched, s *slow){
		"deadline": func(t *testing.T, w *watched, _ *slow) {
			t.Helper()
			p := w.scrapeWithin(t, 300*time.Millisecond)
			success(t, p, "slow", 0)
			p.Want(t, "qumulo_up", 1)
			p.Absent(t, "qumulo_test")
		},
		"caller leaves": func(t *testing.T, w *watched, s *slow) {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			go func() {
				testutil.Eventually(t, "the read and the listing have begun", func() bool { return s.begun.Load() == 1 && w.server.CallCount(nodesPath) == 1 })
				cancel()
			}()
			w.Scrape(ctx, w.On())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &slow{goOn: make(chan struct{})}
			w := watchThese(t, s.collector())
			leave(t, w, s)
			time.Sleep(20 * time.Millisecond) // the sweep's calls are ended now
			close(s.goOn)
			for range 2 {
				p := w.scrapeWithin(t, 5*time.Second)
				success(t, p, "slow", 1)
				p.Want(t, "qumulo_test", 1)
			}
			if s.begun.Load() != 1 || w.server.CallCount(fsPath) != 1 {
				t.Errorf("%d reads, %d calls, want 1", s.begun.Load(), w.server.CallCount(fsPath))
			}
			if lines := w.log.Lines("level=WARN"); name == "deadline" && (len(lines) != 1 || !strings.Contains(lines[0], "takes longer than the scrape")) {
				t.Errorf("log: %s", lines)
			}
		})
	}
}

// TestReadOfAClusterThatIsDownDoesNotGoOn: a scrape that gets no node listing ends it, so
// that the first one after that has all.
func TestReadOfAClusterThatIsDownDoesNotGoOn(t *testing.T) {
	s := &slow{goOn: make(chan struct{})}
	w := watchThese(t, s.collector())
	w.Scrape(t.Context(), nil) // logs in
	w.server.SetFault("", qumulotest.Fault{Hang: true})
	p := w.scrapeWithin(t, 300*time.Millisecond)
	p.Want(t, "qumulo_up", 0)
	success(t, p, "slow", 0)
	w.server.ClearFaults()
	testutil.Eventually(t, "the read has ended", func() bool { return s.ended.Load() == 1 })
	close(s.goOn)
	success(t, w.scrape(t), "slow", 1)
	if s.begun.Load() != 2 || w.server.CallCount(fsPath) != 1 {
		t.Errorf("%d reads, %d calls, want 2 and 1", s.begun.Load(), w.server.CallCount(fsPath))
	}
	w.log.WaitFor(t, "level=WARN", "collectors=")
}

// TestCloseEndsReads: a reload or a stop does not wait for a read that nobody will see.
func TestCloseEndsReads(t *testing.T) {
	s := &slow{goOn: make(chan struct{})}
	w := watchThese(t, s.collector())
	w.scrapeWithin(t, 200*time.Millisecond)
	began := time.Now()
	w.Close()
	if took := time.Since(began); took > time.Second || w.server.CallCount(fsPath) != 0 {
		t.Errorf("closed after %s, %d calls", took, w.server.CallCount(fsPath))
	}
}

// TestHurriedScrapeLeavesCachedRead: a scrape that has too little time for the node listing ends no cached read that another one, which
// has the time, waits for.
func TestHurriedScrapeLeavesCachedRead(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	w := watchWith(t, server, scrape.Options{
		Addresses: []string{server.URL()}, Collectors: []string{"nodes", "filesystem"}, Intervals: map[string]time.Duration{"filesystem": time.Hour},
	})
	server.SetFault(nodesPath, qumulotest.Fault{Delay: 800 * time.Millisecond})
	server.SetFault(fsPath, qumulotest.Fault{Delay: 1200 * time.Millisecond})
	var patient sync.WaitGroup
	patient.Go(func() { w.complete(t, w.scrapeWithin(t, 10*time.Second)) })
	testutil.Eventually(t, "the listing is under way", func() bool { return server.CallCount(nodesPath) > 0 })
	hurried, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	page := testutil.PageOf(t, w.Scrape(hurried, []string{"filesystem"}))
	page.Want(t, "qumulo_up", 0)
	success(t, page, "filesystem", 0)
	patient.Wait()
	if n := server.CallCount(fsPath); n != 1 {
		t.Errorf("the file system was read %d times", n)
	}
	w.log.WaitFor(t, "level=WARN", "collectors=filesystem", "it continues, and a later scrape returns its values")
}
