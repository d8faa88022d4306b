package transport

import (
	"container/heap"
	"context"
	"sync"
)

// limiter lets a bounded number of calls go on at a time. Of those that wait,
// the one with the lowest priority number goes first, then the oldest.
type limiter struct {
	mu      sync.Mutex
	free    int
	arrived uint64
	waiting waiters
}

type waiter struct {
	priority int
	arrived  uint64
	ready    chan struct{}
	index    int // in the heap; -1 once it has left
}

func newLimiter(n int) *limiter { return &limiter{free: n} }

// acquire waits for a free slot until ctx ends. Whoever got one must release it.
func (l *limiter) acquire(ctx context.Context, priority int) error {
	l.mu.Lock()
	if l.free > 0 {
		l.free--
		l.mu.Unlock()
		return nil
	}
	w := &waiter{priority: priority, arrived: l.arrived, ready: make(chan struct{})}
	l.arrived++
	heap.Push(&l.waiting, w)
	l.mu.Unlock()

	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.index < 0 { // a slot came at the same moment: hand it on
		l.handOn()
	} else {
		heap.Remove(&l.waiting, w.index)
	}
	return context.Cause(ctx)
}

func (l *limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.handOn()
}

func (l *limiter) handOn() {
	if len(l.waiting) == 0 {
		l.free++
		return
	}
	next, _ := heap.Pop(&l.waiting).(*waiter)
	close(next.ready)
}

// waiters is a heap.
type waiters []*waiter

func (w waiters) Len() int { return len(w) }

func (w waiters) Less(i, j int) bool {
	if w[i].priority != w[j].priority {
		return w[i].priority < w[j].priority
	}
	return w[i].arrived < w[j].arrived
}

func (w waiters) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].index, w[j].index = i, j
}

func (w *waiters) Push(x any) {
	item, _ := x.(*waiter)
	item.index = len(*w)
	*w = append(*w, item)
}

func (w *waiters) Pop() any {
	old := *w
	item := old[len(old)-1]
	old[len(old)-1] = nil
	*w = old[:len(old)-1]
	item.index = -1
	return item
}
