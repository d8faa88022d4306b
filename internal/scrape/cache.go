package scrape

import (
	"context"
	"errors"
	"time"

	"github.com/jpillora/backoff"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// firstRetryPause is how long a collector with an interval is not read after its
// second failure in a row; each further one doubles it, up to the interval.
const firstRetryPause = 30 * time.Second

// reading is what one read of a collector returned.
type reading struct {
	out *collector.Output // nil if there is nothing to show
	err error
	at  time.Time // when it was there
	// validUntil is how long it may be shown, of a collector that has an interval.
	validUntil time.Time
}

func (r reading) unsupported() bool { return errors.Is(r.err, qumulo.ErrNotSupported) }

// facts are what a read found for people.
func (r reading) facts() collector.Facts {
	if r.out == nil {
		return collector.Facts{}
	}
	return r.out.Facts
}

// failed reports whether all or a part of what should be there is missing.
func (r reading) failed() bool {
	return r.err != nil && !r.unsupported() || r.out != nil && r.out.Partial()
}

// cache holds the last reading of a collector that has an interval, for all
// sweeps of its cluster: the cluster is asked once in the interval, whoever
// scrapes. A failed reading is counted and not served: the next scrape reads
// anew, and after more failures a pause grows.
type cache struct {
	interval time.Duration
	now      func() time.Time
	reader   chan struct{} // a lock that a context can end the wait for; it guards what follows

	cached   reading
	nextRead time.Time // when the cluster is asked again
	failures int
}

func newCache(interval time.Duration, now func() time.Time) *cache {
	return &cache{interval: interval, now: now, reader: make(chan struct{}, 1)}
}

// get returns the cached reading until the next read is due, else reads anew;
// cached reports which. ownFailure reports after a failed read whether the failure
// is the collector's own: when the whole cluster is down, or the caller has gone, or
// has waited for another reader and had too little time left, the collector is read
// anew as soon as somebody asks.
func (c *cache) get(ctx context.Context, read func() reading, ownFailure func() bool) (r reading, cached bool) {
	waited := false
	select {
	case c.reader <- struct{}{}:
	default:
		waited = true
		select {
		case c.reader <- struct{}{}:
		case <-ctx.Done():
			return reading{err: context.Cause(ctx), at: c.now()}, true
		}
	}
	defer func() { <-c.reader }()
	began := c.now()
	if began.Before(c.nextRead) {
		return c.cached, true
	}
	c.cached = read()
	c.cached.validUntil = began.Add(c.interval)
	switch {
	case !c.cached.failed():
		c.failures = 0
		c.nextRead = c.cached.validUntil
	case !(waited && ctx.Err() != nil) && ownFailure():
		c.failures++
		c.nextRead = c.now().Add(c.pause())
	}
	return c.cached, false
}

func (c *cache) pause() time.Duration {
	if c.failures < 2 {
		return 0
	}
	pauses := backoff.Backoff{Min: firstRetryPause, Max: c.interval}
	return pauses.ForAttempt(float64(c.failures - 2))
}
