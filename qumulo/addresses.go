package qumulo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	firstAvoidance = 30 * time.Second
	maxAvoidance   = 5 * time.Minute
)

// address is one way to the cluster, with connections of its own.
type address struct {
	name      string // for people: the URL, and which of its IP addresses if it has several
	ip        string // that it goes to; "": whatever the URL's host stands for
	url       string
	transport *transport
	answered  atomic.Int64 // when something came from it last, in Unix nanoseconds
	probed    atomic.Bool  // a probe is under way

	// Behind the mutex of addresses:
	failures int
	failedAt time.Time       // the last time
	avoid    time.Time       // until then others are tried first
	life     context.Context //nolint:containedctx // ends when a call finds the address hung; nil: nobody waits for that
	end      context.CancelFunc
}

// sign notes that the address lives.
func (w *address) sign() { w.answered.Store(time.Now().UnixNano()) }

// addresses are the ways to the cluster. The one that worked stays in use; one
// that failed is avoided for a while that grows.
type addresses struct {
	now func() time.Time
	// base ends when the client is closed.
	base context.Context //nolint:containedctx // the DNS is asked for later calls too
	// moved is told when another address comes into use.
	moved func()

	mu     sync.Mutex
	hosts  []*host
	list   []*address
	active *address
	asked  time.Time     // when the DNS was last asked
	asking chan struct{} // closed when it has answered; nil while it is not asked
}

// newAddresses makes the ways to the cluster, as its URLs name them.
func newAddresses(base context.Context, cfg Config) (*addresses, error) {
	if len(cfg.URLs) == 0 {
		return nil, errors.New("no address of the cluster")
	}
	a := &addresses{now: cfg.Now, base: base, moved: cfg.Hooks.Failover}
	for _, text := range cfg.URLs {
		u, err := ParseURL(text)
		if err != nil {
			return nil, err
		}
		h, err := newHost(cfg, u)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		a.hosts = append(a.hosts, h)
	}
	a.arrange()
	return a, nil
}

// inUse is the address that calls go to first.
func (a *addresses) inUse() *address {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.active
}

// order gives the addresses as a call should try them: from the one in use on,
// those to be avoided last.
func (a *addresses) order(ctx context.Context) []*address {
	a.resolve(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	first := 0
	for i, way := range a.list {
		if way == a.active {
			first = i
		}
	}
	var good, avoided []*address
	for i := range a.list {
		way := a.list[(first+i)%len(a.list)]
		if a.now().Before(way.avoid) {
			avoided = append(avoided, way)
		} else {
			good = append(good, way)
		}
	}
	return append(good, avoided...)
}

// worked brings the address into use if the one in use is to be avoided. The
// answer to a call that began before the address failed does not bring it back.
func (a *addresses) worked(way *address, began time.Time) {
	if a.takes(way, began) {
		a.moved()
	}
}

// takes tells whether another address has come into use.
func (a *addresses) takes(way *address, began time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !began.After(way.failedAt) {
		return false
	}
	way.failures, way.avoid = 0, time.Time{}
	// One that the DNS no longer names is not in the list.
	moves := way != a.active && a.now().Before(a.active.avoid) && slices.Contains(a.list, way)
	if moves {
		a.active = way
	}
	return moves
}

// lifeOf gives a context that ends when a call finds the address hung.
func (a *addresses) lifeOf(way *address) context.Context {
	a.mu.Lock()
	defer a.mu.Unlock()
	if way.life == nil {
		way.life, way.end = context.WithCancel(context.Background())
	}
	return way.life
}

// failed avoids the address for a while. That it hangs is told to all calls that
// wait for it.
func (a *addresses) failed(way *address, hung bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if hung && way.life != nil {
		way.end()
		way.life = nil
	}
	way.failedAt = a.now()
	if way.failedAt.Before(way.avoid) {
		return // another call has told the same already
	}
	way.avoid = way.failedAt.Add(min(firstAvoidance<<min(way.failures, 8), maxAvoidance))
	way.failures++
	way.transport.close()
}

// close closes the idle connections.
func (a *addresses) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.hosts {
		h.named.transport.close()
		for _, way := range h.pinned {
			way.transport.close()
		}
	}
}
