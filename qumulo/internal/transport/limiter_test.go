package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLimiterOrder(t *testing.T) {
	l := newLimiter(1)
	if err := l.acquire(t.Context(), 0, nil); err != nil {
		t.Fatal(err)
	}
	order := make(chan [2]int, 9)
	var wg sync.WaitGroup
	for i, priority := range []int{2, 0, 1, 2, 0, 1, -1, 2, 0} {
		wg.Go(func() {
			if err := l.acquire(t.Context(), priority, nil); err != nil {
				t.Error(err)
				return
			}
			order <- [2]int{priority, i}
			l.release()
		})
		l.queued(t, i+1)
	}
	l.release()
	wg.Wait()
	close(order)
	var got [][2]int
	for o := range order {
		got = append(got, o)
	}
	want := [][2]int{{-1, 6}, {0, 1}, {0, 4}, {0, 8}, {1, 2}, {1, 5}, {2, 0}, {2, 3}, {2, 7}}
	if !slices.Equal(got, want) {
		t.Errorf("order (priority, age) is %v, want %v", got, want)
	}
	if l.free != 1 || len(l.waiting) != 0 {
		t.Errorf("%d free, %d waiting; want 1, 0", l.free, len(l.waiting))
	}
}

// queued waits until n callers wait.
func (l *limiter) queued(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		waiting := len(l.waiting)
		l.mu.Unlock()
		if waiting == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d callers wait, want %d", waiting, n)
		}
	}
}

func TestLimiterCancellation(t *testing.T) {
	l := newLimiter(1)
	if err := l.acquire(t.Context(), 0, nil); err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	first, second := make(chan error), make(chan error)
	go func() { first <- l.acquire(ctx, 0, nil) }()
	l.queued(t, 1)
	go func() { second <- l.acquire(t.Context(), 1, nil) }()
	l.queued(t, 2)
	cancel(gone)
	if err := <-first; !errors.Is(err, gone) {
		t.Errorf("error is %v, want the cause of the end", err)
	}
	l.release()
	if err := <-second; err != nil {
		t.Error(err)
	}
	l.release()
	if l.free != 1 || len(l.waiting) != 0 {
		t.Errorf("%d free, %d waiting; want 1, 0", l.free, len(l.waiting))
	}
}

// A slot that comes at the moment when its caller goes is handed on: with slots given and
// callers gone at random, none is lost and never more than there are is in use.
func TestLimiterUnderLoad(t *testing.T) {
	const slots, callers, rounds = 3, 16, 200
	l := newLimiter(slots)
	var inUse, tooMany, served atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range rounds {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(200))*time.Microsecond)
				if l.acquire(ctx, rand.IntN(4), nil) == nil {
					if inUse.Add(1) > slots {
						tooMany.Add(1)
					}
					if rand.IntN(4) == 0 {
						time.Sleep(50 * time.Microsecond)
					}
					inUse.Add(-1)
					served.Add(1)
					l.release()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if n := tooMany.Load(); n > 0 {
		t.Errorf("%d times there were more than %d slots in use", n, slots)
	}
	if served.Load() == 0 {
		t.Error("nobody got a slot")
	}
	if l.free != slots || len(l.waiting) != 0 {
		t.Errorf("%d free, %d waiting in the end; want %d, 0", l.free, len(l.waiting), slots)
	}
}
