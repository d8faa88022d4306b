package scrape

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// traceGrace is how long a traced scrape waits after its deadline for the calls
// under way to end, so that they are in the trace too.
const traceGrace = 100 * time.Millisecond

// Trace is what one scrape did, for people. It holds no secret.
type Trace struct {
	// Calls are those of this scrape, in the order in which they began. What is
	// served from an earlier read, and a login that another scrape began, is not
	// among them.
	Calls    []qumulo.CallResult
	Up       bool      // as qumulo_up
	Outcomes []Outcome // in the order of the collectors
	Facts    collector.Facts
}

// Outcome is what became of one collector.
type Outcome struct {
	Collector string
	Success   bool
	Supported bool
	Err       error     // nil, or why not; of a release without the endpoint too
	Warnings  []string  // what of the answers is missing or could not be parsed
	ReadAt    time.Time // when the values shown were read; zero: there are none
	Duration  time.Duration
}

// ScrapeTraced is Scrape with a trace. It has a round of calls of its own, so
// that all in the trace is of this scrape.
func (c *Cluster) ScrapeTraced(ctx context.Context, names []string) (exposition.Page, Trace) {
	var (
		mu    sync.Mutex
		trace Trace
	)
	s := newSweep(c.chosen(names), c.now())
	s.observe = func(call qumulo.CallResult) {
		mu.Lock()
		defer mu.Unlock()
		trace.Calls = append(trace.Calls, call)
	}
	c.begin(ctx, s)
	shown, page := c.finish(ctx, s)
	trace.Up = shown.up
	select {
	case <-s.done:
	case <-time.After(traceGrace):
	}
	v := s.view(c.now()) // with what the calls say that were ended
	for _, r := range v.results {
		o := Outcome{Collector: r.collector, Success: r.succeeded(), Supported: !r.unsupported(), Err: r.err, Duration: r.took}
		if r.out != nil {
			o.ReadAt, o.Warnings = r.at, r.out.Warnings()
		}
		trace.Outcomes = append(trace.Outcomes, o)
		trace.Facts = trace.Facts.With(r.facts())
	}
	mu.Lock()
	defer mu.Unlock()
	trace.Calls = slices.Clone(trace.Calls) // one that ends even later goes nowhere
	slices.SortStableFunc(trace.Calls, func(a, b qumulo.CallResult) int { return cmp.Compare(a.Began.UnixNano(), b.Began.UnixNano()) })
	return page, trace
}
