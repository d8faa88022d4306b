package transport

import (
	"context"
	"slices"
	"sync"
)

// limiter lets a bounded number of calls go on at a time. Of those that wait,
// the one with the lowest priority number goes first, then the oldest.
type limiter struct {
	mu      sync.Mutex
	free    int
	waiting []*waiter // in the order in which they go
}

type waiter struct {
	priority int
	ready    chan struct{}
}

func newLimiter(n int) *limiter { return &limiter{free: n} }

// acquire waits for a free slot until ctx ends; queued is told if there is none now.
// Whoever got one must release it.
func (l *limiter) acquire(ctx context.Context, priority int, queued func()) error {
	w := &waiter{priority: priority, ready: make(chan struct{})}
	if l.enter(w) {
		return nil
	}
	if queued != nil {
		queued()
	}
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.waiting, w); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	} else { // a slot came at the same moment
		l.handOn()
	}
	return context.Cause(ctx)
}

// enter takes a free slot, or lets w wait behind those of its priority.
func (l *limiter) enter(w *waiter) (entered bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free > 0 {
		l.free--
		return true
	}
	i := slices.IndexFunc(l.waiting, func(other *waiter) bool { return other.priority > w.priority })
	if i < 0 {
		i = len(l.waiting)
	}
	l.waiting = slices.Insert(l.waiting, i, w)
	return false
}

func (l *limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.handOn()
}

// handOn gives a slot to the first that waits. mu is held.
func (l *limiter) handOn() {
	if len(l.waiting) == 0 {
		l.free++
		return
	}
	close(l.waiting[0].ready)
	l.waiting = slices.Delete(l.waiting, 0, 1)
}
