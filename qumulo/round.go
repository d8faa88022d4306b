package qumulo

import (
	"context"
	"time"
)

// Round says that calls belong together, as those of one scrape do. What the session
// learns of its token by one call of a round holds for all others of it: a rejected
// token costs one call a round, and one login at most.
type Round struct {
	// Began is when the first call of the round could be made.
	Began time.Time
	// Priority decides who goes first when calls wait for a free slot: lower goes
	// first.
	Priority int
	// Queued is told when a call of the round waits for a slot, since all are taken; nil: nobody. It
	// must be quick and safe for concurrent use.
	Queued func()
	// Acquired is told when a call of the round has got its slot; nil: nobody. It must be quick and
	// safe for concurrent use.
	Acquired func()
	// After is closed when the call that goes first has got its slot, or has ended without one: all
	// others of the round wait for that, but for a moment only. nil: none goes first.
	After <-chan struct{}
	// Deadline returns when nobody waits for the calls any more, which may move while
	// they are made; ok is false if it never comes. nil: the context's deadline.
	Deadline func() (deadline time.Time, ok bool)
	// Observe is told of each request made for the round that ended, the login's too;
	// nil: nobody. It must be quick and safe for concurrent use.
	Observe func(CallResult)
}

// headStart is how long a call waits for the one that goes first, whenever it could be sent itself. It
// takes no time unless that one waits too, and must last on a machine that is busy.
const headStart = 200 * time.Millisecond

type roundKey struct{}

// WithRound returns a context for calls of round r.
func WithRound(ctx context.Context, r Round) context.Context {
	return context.WithValue(ctx, roundKey{}, r)
}

// roundOf returns the round of ctx: each call without one is a round of its own.
func roundOf(ctx context.Context, now time.Time) Round {
	r, ok := ctx.Value(roundKey{}).(Round)
	if !ok {
		r = Round{Began: now}
	}
	if r.Deadline == nil {
		r.Deadline = ctx.Deadline
	}
	return r
}

// deadline is when nobody waits any more; zero: never.
func (r Round) deadline() time.Time {
	deadline, ok := r.Deadline()
	if !ok {
		return time.Time{}
	}
	return deadline
}

// acquired says that a call of the round has got its slot.
func (r Round) acquired() {
	if r.Acquired != nil {
		r.Acquired()
	}
}

// yield lets the call go on ahead that goes first.
func (r Round) yield(ctx context.Context) {
	if r.After == nil {
		return
	}
	select {
	case <-r.After:
		return
	default:
	}
	timer := time.NewTimer(headStart)
	defer timer.Stop()
	select {
	case <-r.After:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// over reports whether nobody waits any more.
func (r Round) over() bool {
	deadline, ok := r.Deadline()
	return ok && !time.Now().Before(deadline)
}

// measured returns a context for a call of e, and what returns the middle of the request that
// was answered: neither the wait for a slot nor a login nor another address counts.
func measured(ctx context.Context, now time.Time, e Endpoint) (_ context.Context, middle func() time.Time) {
	r := roundOf(ctx, now)
	at, observe := now, r.Observe
	r.Observe = func(call CallResult) {
		if call.Operation == e.Name && call.Err == nil {
			at = call.Began.Add(call.Duration / 2)
		}
		if observe != nil {
			observe(call)
		}
	}
	return WithRound(ctx, r), func() time.Time { return at }
}
