package qumulo

import (
	"context"
	"time"
)

// Batch says that calls belong together, as those of one scrape do. What the
// session learns of its token by one call of a batch holds for all others of
// it: a refused token costs one call a batch, and one login at most.
type Batch struct {
	// Began is when the first call of the batch could be made.
	Began time.Time
	// Priority decides who goes first when calls wait for a free slot: lower
	// goes first.
	Priority int
	// Observe is told of each request made for the batch that ended, the login's
	// too; nil: nobody. It must be quick and safe for concurrent use.
	Observe func(CallResult)
}

type batchKey struct{}

// WithBatch gives a context for calls of batch b.
func WithBatch(ctx context.Context, b Batch) context.Context {
	return context.WithValue(ctx, batchKey{}, b)
}

// batchOf gives the batch of ctx: each call without one is a batch of its own.
func batchOf(ctx context.Context, now time.Time) Batch {
	if b, ok := ctx.Value(batchKey{}).(Batch); ok {
		return b
	}
	return Batch{Began: now}
}
