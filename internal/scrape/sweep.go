package scrape

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// What ends the calls of a sweep that nobody waits for any more: errCallerGone if
// its callers went before their deadline.
var (
	errAbandoned  = errors.New("scrape deadline exceeded")
	errCallerGone = errors.New("client disconnected")
)

// joinWindow is how long after its begin a sweep may be joined: long enough for
// two replicas that scrape in the same moment, and short enough that nobody is
// shown as present what was read before the cluster died.
const joinWindow = time.Second

// queueLimit is how long the node listing waits for a slot before cached reads give theirs up.
const queueLimit = 500 * time.Millisecond

// sweep is one round of calls for a set of collectors. All callers that want
// this set within its first second share it; it ends early when the last one leaves.
type sweep struct {
	set        string
	collectors []collector.Collector
	began      time.Time
	first      time.Time // the deadline of the caller that began it; zero: it has none
	cancel     context.CancelCauseFunc
	done       chan struct{}
	asked      chan struct{} // closed when the node listing has got its slot, or has ended without one
	hasAsked   func()        // closes it, once
	queued     chan struct{} // closed when the node listing, or the login before it, waits for a slot
	isQueued   func()        // closes it, once
	// observe is told of each call; nil: nobody.
	observe func(qumulo.CallResult)

	mu       sync.Mutex
	callers  int
	deadline time.Time // of the caller that waits longest; zero: none has one
	// validUntil is the end of the first cached reading that it shows; zero: it shows none.
	validUntil time.Time
	up         bool
	upErr      error
	accepted   bool     // a call with the token got through
	results    []result // in the order of collectors
	abandons   []func() // end the cached reads that it waits for
}

// result is what became of one collector.
type result struct {
	reading

	collector string
	ended     bool
	took      time.Duration
}

// succeeded reports whether all that the collector should read was read: neither a
// checkpoint nor a reading with a part missing is that, though both are shown.
func (r result) succeeded() bool {
	return r.unsupported() || r.ended && r.err == nil && r.out != nil && !r.out.Partial()
}

// view is what a sweep has found at one moment.
type view struct {
	began    time.Time
	up       bool
	upErr    error
	accepted bool
	results  []result
}

func newSweep(collectors []collector.Collector, now time.Time) *sweep {
	s := &sweep{set: setName(collectors), collectors: collectors, began: now}
	s.done, s.asked, s.queued = make(chan struct{}), make(chan struct{}), make(chan struct{})
	s.hasAsked = sync.OnceFunc(func() { close(s.asked) })
	s.isQueued = sync.OnceFunc(func() { close(s.queued) })
	s.upErr = errAbandoned
	for _, c := range collectors {
		s.results = append(s.results, result{collector: c.Name, reading: reading{err: errAbandoned}})
	}
	return s
}

func setName(collectors []collector.Collector) string {
	names := make([]string, len(collectors))
	for i, c := range collectors {
		names[i] = c.Name
	}
	return strings.Join(names, ",")
}

// run reads all collectors side by side and returns when the last call has ended, but
// for those of cached reads.
func (s *sweep) run(ctx context.Context, src *collector.Source, c *Cluster) {
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := src.Nodes()
		s.hasAsked()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.up, s.upErr = err == nil, err
	})
	wg.Go(func() { s.makeRoom(c) })
	for i, col := range s.collectors {
		ctx := s.context(ctx, i)
		wg.Go(func() {
			if c.caches[col.Name] != nil {
				s.readCached(ctx, c, i, src)
				return
			}
			s.put(i, read(ctx, col, src, s.output(i, nil, c.now), c.now), true, c.now())
		})
	}
	wg.Wait()
	src.Wait()
}

// makeRoom ends the cached reads under way that earlier sweeps have begun, if the node listing
// has waited for a slot for a while: calls of theirs that hang may hold all slots.
func (s *sweep) makeRoom(c *Cluster) {
	select {
	case <-s.queued:
	case <-s.asked:
		return
	}
	select {
	case <-time.After(queueLimit):
		for _, cache := range c.caches {
			cache.giveWay(s.began)
		}
	case <-s.asked:
	}
}

// joinable reports whether the sweep may be joined: it is younger than a second, it
// has not used up the time of the caller that began it, and all cached readings that
// it shows are valid. A caller may get what was read before it asked,
// but not what a sweep of its own would have found otherwise, and a call that
// hangs is not handed on from caller to caller.
func (s *sweep) joinable(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Sub(s.began) < joinWindow && (s.first.IsZero() || time.Now().Before(s.first)) && (s.validUntil.IsZero() || now.Before(s.validUntil))
}

// order is when the sweep began that told last of a subject. Sweeps overlap, and
// one that ends late must not undo what a later one has found.
type order map[string]time.Time

// current reports whether no sweep that began later has told of the subject, and
// notes that this one has.
func (o order) current(subject string, began time.Time) bool {
	if began.Before(o[subject]) {
		return false
	}
	o[subject] = began
	return true
}

func (s *sweep) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// extend lets the calls use the time that a caller has.
func (s *sweep) extend(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if deadline, ok := ctx.Deadline(); ok && deadline.After(s.deadline) {
		s.deadline = deadline
	}
}

// latest is the deadline of the caller that waits longest. It moves when callers join;
// the sweep's context does not end there by itself: the last caller to leave ends it.
func (s *sweep) latest() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deadline, !s.deadline.IsZero()
}

func (s *sweep) context(ctx context.Context, priority int) context.Context {
	return qumulo.WithRound(ctx, s.round(priority))
}

// ahead is the context of the node listing. qumulo_up waits for it, and it must not wait for a slot
// behind calls that hang: all others go after it.
func (s *sweep) ahead(ctx context.Context) context.Context {
	round := s.round(0)
	round.After, round.Queued, round.Acquired = nil, s.isQueued, s.hasAsked
	return qumulo.WithRound(ctx, round)
}

func (s *sweep) round(priority int) qumulo.Round {
	return qumulo.Round{Began: s.began, Priority: priority, After: s.asked, Deadline: s.latest, Observe: s.observed}
}

// output is for the read of a collector. What its checkpoints hold is shown at once, with
// err for what is missing of it.
func (s *sweep) output(i int, err error, now func() time.Time) *collector.Output {
	return collector.NewOutput(func(part *collector.Output) { s.put(i, reading{out: part, err: err, at: now()}, false, now()) })
}

// read reads one collector.
func read(ctx context.Context, c collector.Collector, src *collector.Source, out *collector.Output, now func() time.Time) reading {
	if err := collector.Guard(func() error { return c.Read(ctx, src, out) }); err != nil {
		return reading{err: err, at: now()}
	}
	return reading{out: out, at: now()}
}

func (s *sweep) put(i int, r reading, ended bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results[i].reading, s.results[i].ended, s.results[i].took = r, ended, now.Sub(s.began)
}

// limitTo makes the sweep joinable no longer than a cached reading is valid.
func (s *sweep) limitTo(r reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.out != nil && (s.validUntil.IsZero() || r.validUntil.Before(s.validUntil)) {
		s.validUntil = r.validUntil
	}
}

// view returns what has arrived. What has not ended counts its time until now.
func (s *sweep) view(now time.Time) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := view{began: s.began, up: s.up, upErr: s.upErr, accepted: s.accepted, results: append([]result(nil), s.results...)}
	for i := range v.results {
		if !v.results[i].ended {
			v.results[i].took = now.Sub(s.began)
		}
	}
	return v
}
