// Package scrape is the engine: one cluster's scrape, with what callers share, what
// is cached and what came of it. It knows no collector by name.
package scrape

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Options make a Cluster.
type Options struct {
	Name       string // what users call it
	Addresses  []string
	WebUI      string // where people administer it; "": not known
	Client     *qumulo.Client
	Known      []collector.Collector // nil: collector.All
	Collectors []string              // the names of those that are on; nil: those on by default
	// Intervals are the minimum times between two reads of a collector where it is
	// not the collector's own default.
	Intervals map[string]time.Duration
	// CollectorOptions are those of collectors, where they are not the defaults: pointers,
	// as Collector.Options returns them.
	CollectorOptions []any
	Logger           *slog.Logger
	// Now is the clock, for tests; nil: time.Now.
	Now func() time.Time
}

// Cluster is one cluster that is watched. It is safe for concurrent use.
type Cluster struct {
	name      string
	addresses []string
	webUI     string
	client    *qumulo.Client
	all       []collector.Collector
	on        []string
	caches    map[string]*cache // of the collectors that have an interval
	now       func() time.Time
	report    *reporter

	settings collector.Settings

	scrapeJoined, scrapeTimedOut, familyDropped func() // count; set by Exporter.Watch

	mu     sync.Mutex
	sweeps map[string]*sweep // under way, by set of collectors
	status Status
	facts  map[string]collector.Facts // by collector
	ours   exposition.Names           // that the cluster's own families must not have
	told   order                      // of status, by collector; "" is for the cluster itself
	idle   sync.WaitGroup             // counts the sweeps and the cached reads

	reads    context.Context //nolint:containedctx // cached reads outlive the scrapes that began them
	endReads context.CancelCauseFunc
}

// NewCluster makes a cluster from checked options.
func NewCluster(o Options) *Cluster {
	c := &Cluster{
		name: o.Name, addresses: o.Addresses, webUI: o.WebUI, client: o.Client, all: o.Known, on: o.Collectors, now: o.Now,
		caches: make(map[string]*cache), sweeps: make(map[string]*sweep), facts: make(map[string]collector.Facts), told: make(order),
		scrapeJoined: func() {}, scrapeTimedOut: func() {}, familyDropped: func() {},
	}
	c.reads, c.endReads = context.WithCancelCause(context.Background())
	if c.all == nil {
		c.all = collector.All()
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.settings = collector.Settings{Client: o.Client, Now: c.now, Options: o.CollectorOptions, Memory: &collector.Memory{}}
	c.ours = exposition.NamesOf(ourFamilies(c.all))
	c.report = newReporter(c.all, o.Logger.With("cluster", o.Name), c.now)
	for _, col := range c.all {
		if o.Collectors == nil && col.Enabled {
			c.on = append(c.on, col.Name)
		}
		if col.Options != nil && !hasOptions(o.CollectorOptions, col) {
			c.settings.Options = append(c.settings.Options, col.Options())
		}
		interval, ok := o.Intervals[col.Name]
		if !ok {
			interval = col.Interval
		}
		if interval > 0 {
			c.caches[col.Name] = newCache(interval, c.now)
		}
	}
	c.settings.On = c.on
	return c
}

// hasOptions reports whether the options of a collector are among those given.
func hasOptions(given []any, col collector.Collector) bool {
	return slices.ContainsFunc(given, func(o any) bool { return reflect.TypeOf(o) == reflect.TypeOf(col.Options()) })
}

// On are the names of the collectors that are on.
func (c *Cluster) On() []string { return c.on }

// Close ends the cached reads, waits for the sweeps under way, whose callers should
// have gone, and closes the client.
func (c *Cluster) Close() {
	c.endReads(errClosed)
	c.idle.Wait()
	c.client.Close()
}

// Scrape reads the named collectors and answers at the end of ctx at the latest,
// with what has arrived by then. The answer always holds qumulo_up and the
// outcome of each collector.
func (c *Cluster) Scrape(ctx context.Context, names []string) exposition.Page {
	_, page := c.finish(ctx, c.join(ctx, names))
	return page
}

// Dropped is told of a family that a page left out, since another one of it has that
// name. Each name is logged once.
func (c *Cluster) Dropped(family string) {
	c.familyDropped()
	c.report.dropped(family)
}

// finish waits for a sweep that the caller has joined, and leaves it.
func (c *Cluster) finish(ctx context.Context, s *sweep) (view, exposition.Page) {
	began := c.now()
	var deadline time.Duration // 0: there is none
	if end, ok := ctx.Deadline(); ok {
		deadline = time.Until(end)
	}
	select {
	case <-s.done:
	case <-ctx.Done():
	}
	ended := s.ended()
	v := s.view(c.now())
	c.leave(s, ctx)
	late := !ended && errors.Is(ctx.Err(), context.DeadlineExceeded)
	if late {
		c.scrapeTimedOut()
	}
	if ended || late { // a caller that is gone has found out nothing
		c.remember(v)
	}
	return v, c.page(v, deadline, c.now().Sub(began))
}

// interval is the minimum time between two reads of a collector.
func (c *Cluster) interval(name string) time.Duration {
	if cache := c.caches[name]; cache != nil {
		return cache.interval
	}
	return 0
}

func (c *Cluster) chosen(names []string) []collector.Collector {
	var collectors []collector.Collector
	for _, col := range c.all {
		if slices.Contains(names, col.Name) {
			collectors = append(collectors, col)
		}
	}
	return collectors
}

// join joins the sweep under way for the same collectors, or begins one.
func (c *Cluster) join(caller context.Context, names []string) *sweep {
	collectors := c.chosen(names)
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.sweeps[setName(collectors)]; ok && s.joinable(c.now()) {
		s.callers++
		s.extend(caller)
		c.scrapeJoined()
		return s
	}
	s := newSweep(collectors, c.now())
	c.sweeps[s.set] = s
	c.begin(caller, s)
	return s
}

// begin runs a sweep for its first caller. It has a context of its own: it
// belongs to all that join it.
func (c *Cluster) begin(caller context.Context, s *sweep) {
	s.callers = 1
	s.first, _ = caller.Deadline()
	s.extend(caller)
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(caller))
	s.cancel = cancel
	c.idle.Go(func() {
		s.run(ctx, collector.NewSource(s.ahead(ctx), s.context(ctx, len(s.collectors)), c.settings), c)
		c.forget(s)
		if !errors.Is(context.Cause(ctx), errCallerGone) {
			c.report.sweep(s.view(c.now()))
		}
		close(s.done)
		cancel(nil)
	})
}

// leave ends the sweep's calls when its last caller, whose context is ctx, is gone.
// Nobody can join between the one and the other.
func (c *Cluster) leave(s *sweep, ctx context.Context) { //nolint:revive // it is the sweep that is left, under the caller's ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	s.callers--
	if s.callers == 0 {
		c.forgetLocked(s)
		if errors.Is(ctx.Err(), context.Canceled) {
			s.cancel(errCallerGone)
		} else {
			s.abandonReads()
		}
		s.cancel(errAbandoned)
	}
}

// forget lets nobody join the sweep any more.
func (c *Cluster) forget(s *sweep) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgetLocked(s)
}

func (c *Cluster) forgetLocked(s *sweep) {
	if c.sweeps[s.set] == s {
		delete(c.sweeps, s.set)
	}
}
