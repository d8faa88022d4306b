package scrape

import (
	"context"
	"errors"
	"sync"
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

// gaveWay reports whether the read was ended before its calls were sent: it had no slot that the
// node listing waited for.
func (r reading) gaveWay() bool {
	return errors.Is(r.err, errGaveWay) && errors.Is(r.err, qumulo.ErrWaiting)
}

// cache holds what the reads of a collector that has an interval returned, for all
// sweeps of its cluster: the cluster is asked once in the interval, whoever
// scrapes. After a failed read the last values stay for a while, as a failure's; the
// next scrape reads anew, and after more failures a pause grows.
type cache struct {
	interval time.Duration
	now      func() time.Time

	mu       sync.Mutex
	newest   reading     // what the last read returned
	values   reading     // of the last read that returned any
	current  time.Time   // until when the values are as young as the interval promises
	nextRead time.Time   // when the cluster is asked again
	pending  *cachedRead // under way; nil: none
	failures int
}

// cachedRead is one read under way. It belongs to no sweep: all that want the collector
// meanwhile wait for it, each until its own end.
type cachedRead struct {
	began  time.Time
	done   chan struct{}
	result reading // once done is closed
	cancel context.CancelCauseFunc

	// Behind the mutex of the cache:
	waiting   int // sweeps
	abandoned bool
}

// over reports whether the read has returned something.
func (r *cachedRead) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

func newCache(interval time.Duration, now func() time.Time) *cache {
	return &cache{interval: interval, now: now}
}

// due is when a reading that began then is read again: somewhat before the interval has
// passed, so that a scrape interval of the same length reads each time.
func (c *cache) due(began time.Time) time.Time { return began.Add(c.interval - c.interval/10) }

// get returns the cached reading until the next read is due. Then it returns the read
// under way, which begin starts if there is none, and what to show until that has ended.
// What a read returned that failed is for those who waited for it alone.
func (c *cache) get(begin func(meanwhile reading) *cachedRead) (r reading, pending *cachedRead) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	r = c.shown(c.newest)
	if c.pending == nil && now.Before(c.nextRead) {
		return r, nil
	}
	if good := (r.out != nil || r.unsupported()) && !r.failed(); !good || !now.Before(c.current) {
		r = c.shown(reading{err: errReadContinues, at: now})
	}
	if c.pending == nil || c.pending.over() { // a failure of before, of which it is not known yet whose it is
		c.pending = begin(r)
	}
	c.pending.waiting++
	return r, c.pending
}

// shown returns what a page shows of a read: where it brought no values the last ones,
// with its error and their own time, for two intervals.
func (c *cache) shown(r reading) reading {
	end := c.values.at.Add(2 * c.interval)
	if r.out != nil || !r.failed() || c.values.out == nil || !c.now().Before(end) {
		return r
	}
	return reading{out: c.values.out, err: r.err, at: c.values.at, validUntil: end}
}

// finish hands on what the read under way returned, and notes when the next is due.
// ownFailure reports whether a failure is the collector's own: when the whole cluster is
// down the collector is read anew as soon as somebody asks.
func (c *cache) finish(read *cachedRead, r reading, ownFailure func() bool) {
	c.hand(read, r)
	own := r.failed() && ownFailure()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending != read {
		return
	}
	c.pending = nil
	if own {
		c.failures++
		c.nextRead = c.now().Add(c.pause())
	}
}

// hand tells all who wait for a read what it returned. A read without a failure is over with that.
func (c *cache) hand(read *cachedRead, r reading) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.validUntil = c.due(read.began)
	if c.pending == read {
		c.newest = r
		if r.out != nil || r.unsupported() {
			c.values, c.current = r, read.began.Add(c.interval)
		}
		if !r.failed() {
			c.pending, c.failures, c.nextRead = nil, 0, r.validUntil
		}
	}
	read.result = c.shown(r)
	close(read.done)
}

// leave is told that a sweep does not wait for a read any more. Where it asks for that, and no other
// one waits, the read is ended; who comes next begins another one.
func (c *cache) leave(read *cachedRead, end bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	read.waiting--
	if end && read.waiting == 0 && c.pending == read {
		c.pending, read.abandoned = nil, true
		read.cancel(errAbandoned)
	}
}

// isAbandoned reports whether a read was ended by the last one that waited for it.
func (c *cache) isAbandoned(read *cachedRead) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return read.abandoned
}

// giveWay ends a read that began before then. It is a failure of its own if it had a slot.
func (c *cache) giveWay(before time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending != nil && c.pending.began.Before(before) {
		c.pending.cancel(errGaveWay)
	}
}

func (c *cache) pause() time.Duration {
	if c.failures < 2 {
		return 0
	}
	pauses := backoff.Backoff{Min: firstRetryPause, Max: c.interval}
	return pauses.ForAttempt(float64(c.failures - 2))
}
