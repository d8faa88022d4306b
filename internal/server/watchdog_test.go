package server_test

import (
	"sync"
	"testing"
	"time"
)

// nap is how long the watchdog sleeps at a time.
const nap = 5 * time.Millisecond

// watchdog notes when the machine, and not the exporter, was late: it sleeps for
// a moment at a time, and writes down by how much it overslept.
type watchdog struct {
	mu     sync.Mutex
	due    time.Time // when it should wake next
	stalls []stall
}

// stall is a time in which nothing ran.
type stall struct{ from, to time.Time }

func watchMachine(t *testing.T) *watchdog {
	t.Helper()
	w := &watchdog{due: time.Now().Add(nap)}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(nap):
				w.woke()
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-ended })
	return w
}

func (w *watchdog) woke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if now.Sub(w.due) > nap {
		w.stalls = append(w.stalls, stall{w.due, now})
	}
	w.due = now.Add(nap)
}

// stalled is for how long the machine stood still, all in all, from began to now.
func (w *watchdog) stalled(began time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	sum := max(time.Since(w.due), 0) // it may be asleep still
	for i := len(w.stalls) - 1; i >= 0 && w.stalls[i].to.After(began); i-- {
		sum += w.stalls[i].to.Sub(w.stalls[i].from)
	}
	return sum
}
