package collector

import (
	"context"
	"errors"
	"time"

	"github.com/jpillora/backoff"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// firstRetryPause is how long a collector with an interval is left alone after
// its second failure in a row; each further one doubles it, up to the interval.
const firstRetryPause = 30 * time.Second

// reading is what one read of a collector gave.
type reading struct {
	out *output // nil if there is nothing to show
	err error
	at  time.Time // when it was there
	// until is how long it may be shown, of a collector that has an interval.
	until time.Time
}

func (r reading) unsupported() bool { return errors.Is(r.err, qumulo.ErrNotSupported) }

// failed tells whether all or a part of what should be there is missing.
func (r reading) failed() bool {
	return r.err != nil && !r.unsupported() || r.out != nil && r.out.partial
}

// keeper holds the last reading of a collector that has an interval, for all
// sweeps of its cluster: the cluster is asked once in the interval, whoever
// scrapes. A failed reading is not kept but counted: the next scrape tries
// again, and after more failures a pause grows.
type keeper struct {
	interval time.Duration
	now      func() time.Time
	turn     chan struct{} // held by who reads; it guards what follows

	kept     reading
	again    time.Time // when the cluster is asked again
	failures int
}

func newKeeper(interval time.Duration, now func() time.Time) *keeper {
	return &keeper{interval: interval, now: now, turn: make(chan struct{}, 1)}
}

// read gives what is kept, or reads; kept tells which. blames tells after a failed
// read whether it is the collector's own failure: when the whole cluster is down,
// or the caller has gone, or has waited for its turn and had too little time left,
// the collector is read again as soon as somebody asks.
func (k *keeper) read(ctx context.Context, fresh func() reading, blames func() bool) (r reading, kept bool) {
	waited := false
	select {
	case k.turn <- struct{}{}:
	default:
		waited = true
		select {
		case k.turn <- struct{}{}:
		case <-ctx.Done():
			return reading{err: context.Cause(ctx), at: k.now()}, true
		}
	}
	defer func() { <-k.turn }()
	began := k.now()
	if began.Before(k.again) {
		return k.kept, true
	}
	k.kept = fresh()
	k.kept.until = began.Add(k.interval)
	switch {
	case !k.kept.failed():
		k.failures = 0
		k.again = k.kept.until
	case !(waited && ctx.Err() != nil) && blames():
		k.failures++
		k.again = k.now().Add(k.pause())
	}
	return k.kept, false
}

func (k *keeper) pause() time.Duration {
	if k.failures < 2 {
		return 0
	}
	pauses := backoff.Backoff{Min: firstRetryPause, Max: k.interval}
	return pauses.ForAttempt(float64(k.failures - 2))
}
