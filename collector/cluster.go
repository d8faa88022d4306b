package collector

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Options make a Cluster.
type Options struct {
	Name       string // what users call it
	Addresses  []string
	Client     *qumulo.Client
	Collectors []string // the names of those that are on; nil: those on by default
	// Intervals are the least times between two reads of a collector where it is
	// not the collector's own default.
	Intervals map[string]time.Duration
	Logger    *slog.Logger
	// Now is the clock, for tests; nil: time.Now.
	Now func() time.Time
}

// Cluster is one cluster that is watched. It is safe for concurrent use.
type Cluster struct {
	name      string
	addresses []string
	client    *qumulo.Client
	all       []Collector
	on        []string
	keepers   map[string]*keeper // of the collectors that have an interval
	now       func() time.Time
	report    *reporter

	needsSlots atomic.Bool // see source

	scrapeJoined, scrapeTimedOut func() // count; set by Exporter.Watch

	mu     sync.Mutex
	sweeps map[string]*sweep // under way, by set of collectors
	status Status
	idle   sync.WaitGroup // counts the sweeps
}

// Status is what the last scrape found.
type Status struct {
	Name       string
	Addresses  []string
	Collectors []string  // that are on
	Scraped    time.Time // zero: never
	Up         bool
	Answered   bool   // the cluster, or something in its place, gave an answer
	Reason     string // why it is not up
	Advice     string // what to do then
}

// NewCluster makes a cluster from checked options.
func NewCluster(o Options) *Cluster {
	c := &Cluster{
		name: o.Name, addresses: o.Addresses, client: o.Client, all: All(), on: o.Collectors, now: o.Now,
		keepers: make(map[string]*keeper), sweeps: make(map[string]*sweep),
		scrapeJoined: func() {}, scrapeTimedOut: func() {},
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.report = newReporter(o.Logger.With("cluster", o.Name), c.now)
	for _, col := range c.all {
		if o.Collectors == nil && col.Enabled {
			c.on = append(c.on, col.Name)
		}
		interval, ok := o.Intervals[col.Name]
		if !ok {
			interval = col.Interval
		}
		if interval > 0 {
			c.keepers[col.Name] = newKeeper(interval, c.now)
		}
	}
	return c
}

// On are the names of the collectors that are on.
func (c *Cluster) On() []string { return c.on }

// Status gives what the last scrape found; it asks the cluster nothing.
func (c *Cluster) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.status
	s.Name, s.Addresses, s.Collectors = c.name, c.addresses, c.on
	return s
}

// Close waits for the sweeps under way, whose callers should have gone, and
// closes the client.
func (c *Cluster) Close() {
	c.idle.Wait()
	c.client.Close()
}

// Scrape reads the named collectors and answers at the end of ctx at the latest,
// with what has arrived by then. The answer always holds qumulo_up and the
// outcome of each collector. Families are sorted by name.
func (c *Cluster) Scrape(ctx context.Context, names []string) []*dto.MetricFamily {
	began := c.now()
	s := c.join(ctx, names)
	select {
	case <-s.done:
	case <-ctx.Done():
		c.scrapeTimedOut()
	}
	v := s.view(c.now())
	c.leave(s)
	c.remember(v)
	return c.page(v, c.now().Sub(began))
}

// join takes part in the sweep under way for the same collectors, or begins one.
// The sweep has a context of its own: it belongs to all that join it.
func (c *Cluster) join(caller context.Context, names []string) *sweep {
	var collectors []Collector
	for _, col := range c.all {
		if slices.Contains(names, col.Name) {
			collectors = append(collectors, col)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.sweeps[setName(collectors)]; ok && s.open() {
		s.callers++
		s.extend(caller)
		c.scrapeJoined()
		return s
	}
	s := newSweep(collectors, c.now())
	s.callers = 1
	s.first, _ = caller.Deadline()
	s.extend(caller)
	c.sweeps[s.set] = s
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(caller))
	s.cancel = cancel
	c.idle.Go(func() {
		s.run(ctx, &source{Client: c.client, needsSlots: &c.needsSlots}, c.keepers, c.now)
		c.forget(s)
		c.report.sweep(s.view(c.now()))
		close(s.done)
		cancel(nil)
	})
	return s
}

// leave ends the sweep's calls when its last caller has gone. Nobody can join
// between the one and the other.
func (c *Cluster) leave(s *sweep) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.callers--
	if s.callers == 0 {
		c.forgetLocked(s)
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

func (c *Cluster) remember(v view) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status = Status{Scraped: c.now(), Up: v.up, Answered: v.up}
	if v.up {
		return
	}
	if errors.Is(v.upErr, errAbandoned) {
		c.status.Reason = "no answer to the node listing, or to the login before it, by the scrape's deadline"
		c.status.Advice = qumulo.Advice(qumulo.ErrNoAnswer)
		return
	}
	c.status.Reason, c.status.Advice = v.upErr.Error(), qumulo.Advice(v.upErr)
	_, status := errors.AsType[*qumulo.StatusError](v.upErr)
	_, body := errors.AsType[*qumulo.BodyError](v.upErr)
	c.status.Answered = status || body
}
