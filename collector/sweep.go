package collector

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// errAbandoned ends the calls of a sweep that nobody waits for any more.
var errAbandoned = errors.New("the deadline of the scrape has passed or its caller has gone")

// sweep is one round of calls for a set of collectors. All callers that want
// this set while it goes on share it; it ends early when the last has gone.
type sweep struct {
	set        string
	collectors []Collector
	began      time.Time
	cancel     context.CancelCauseFunc
	done       chan struct{}

	mu       sync.Mutex
	callers  int
	deadline time.Time // of the caller that waits longest; zero: none has one
	up       bool
	upErr    error
	results  []result // in the order of collectors
}

// result is what became of one collector.
type result struct {
	collector string
	ended     bool
	err       error
	out       *output // nil if there is nothing to show
	readAt    time.Time
	took      time.Duration
}

func (r result) unsupported() bool { return errors.Is(r.err, qumulo.ErrNotSupported) }

func (r result) succeeded() bool { return r.err == nil && r.out != nil || r.unsupported() }

// view is what a sweep shows at one moment.
type view struct {
	up      bool
	upErr   error
	results []result
}

func newSweep(collectors []Collector, now time.Time) *sweep {
	s := &sweep{set: setName(collectors), collectors: collectors, began: now, done: make(chan struct{})}
	s.upErr = errAbandoned
	for _, c := range collectors {
		s.results = append(s.results, result{collector: c.Name, err: errAbandoned})
	}
	return s
}

func setName(collectors []Collector) string {
	names := make([]string, len(collectors))
	for i, c := range collectors {
		names[i] = c.Name
	}
	return strings.Join(names, ",")
}

// run reads all collectors side by side and returns when the last call has ended.
func (s *sweep) run(ctx context.Context, src *source, now func() time.Time) {
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := src.Nodes(s.context(ctx, 0))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.up, s.upErr = err == nil, err
	})
	for i, c := range s.collectors {
		wg.Go(func() { s.read(s.context(ctx, i), i, c, src, now) })
	}
	wg.Wait()
	src.calls.Wait()
}

// extend lets the calls use the time that a caller has.
func (s *sweep) extend(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if deadline, ok := ctx.Deadline(); ok && deadline.After(s.deadline) {
		s.deadline = deadline
	}
}

// sweepContext tells the deadline of the caller that waits longest. It does not
// end there by itself: the last caller to leave ends it.
type sweepContext struct {
	context.Context //nolint:containedctx // it is one

	sweep *sweep
}

// Deadline implements context.Context.
func (c sweepContext) Deadline() (time.Time, bool) {
	c.sweep.mu.Lock()
	defer c.sweep.mu.Unlock()
	return c.sweep.deadline, !c.sweep.deadline.IsZero()
}

func (s *sweep) context(ctx context.Context, priority int) context.Context {
	return qumulo.WithBatch(sweepContext{ctx, s}, qumulo.Batch{Began: s.began, Priority: priority})
}

func (s *sweep) read(ctx context.Context, i int, c Collector, src *source, now func() time.Time) {
	set := func(ended bool, out *output, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		r := &s.results[i]
		r.ended, r.out, r.err = ended, out, err
		r.readAt = now()
		r.took = r.readAt.Sub(s.began)
	}
	out := newOutput(func(kept *output) { set(false, kept, nil) })
	if err := c.read(ctx, src, out); err != nil {
		set(true, nil, err)
		return
	}
	set(true, out, nil)
}

// view shows what has arrived. What has not ended counts its time until now.
func (s *sweep) view(now time.Time) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := view{up: s.up, upErr: s.upErr, results: append([]result(nil), s.results...)}
	for i := range v.results {
		if !v.results[i].ended {
			v.results[i].took = now.Sub(s.began)
		}
	}
	return v
}
