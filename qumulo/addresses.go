package qumulo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	firstAvoidance = 30 * time.Second
	maxAvoidance   = 5 * time.Minute
	// defaultShare is how long an address may take for its first byte where the
	// call has no deadline.
	defaultShare = 10 * time.Second
)

// errHung is an address that accepts and does not answer.
var errHung = errors.New("accepts connections and does not answer")

// address is one way to the cluster, with connections of its own.
type address struct {
	url       string
	transport *transport
	answered  atomic.Int64 // when it answered last, in Unix nanoseconds

	// Behind the mutex of addresses:
	failures int
	avoid    time.Time // until then others are tried first
}

// addresses are the ways to the cluster. The one that worked stays in use; one
// that failed is avoided for a while that grows.
type addresses struct {
	list []*address
	now  func() time.Time
	// moved is told when another address comes into use.
	moved func()

	mu     sync.Mutex
	active int
}

// inUse is the address that calls go to first.
func (a *addresses) inUse() *address {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list[a.active]
}

// order gives the addresses as a call should try them: from the one in use on,
// those to be avoided last.
func (a *addresses) order() []*address {
	a.mu.Lock()
	defer a.mu.Unlock()
	var good, avoided []*address
	for i := range a.list {
		way := a.list[(a.active+i)%len(a.list)]
		if a.now().Before(way.avoid) {
			avoided = append(avoided, way)
		} else {
			good = append(good, way)
		}
	}
	return append(good, avoided...)
}

// worked brings the address into use if the one in use is to be avoided. An
// answer that comes late from an address left meanwhile does not bring it back.
func (a *addresses) worked(way *address) {
	a.mu.Lock()
	defer a.mu.Unlock()
	way.failures, way.avoid = 0, time.Time{}
	if !a.now().Before(a.list[a.active].avoid) {
		return
	}
	for i := range a.list {
		if a.list[i] == way {
			a.active = i
		}
	}
	a.moved()
}

// failed avoids the address for a while.
func (a *addresses) failed(way *address) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now().Before(way.avoid) {
		return // another call has told the same already
	}
	way.avoid = a.now().Add(min(firstAvoidance<<min(way.failures, 8), maxAvoidance))
	way.failures++
	way.transport.close()
}

// sendOnce makes one request, on one address after the other as far as their
// connections fail, and reads its answer.
func (c *Client) sendOnce(ctx context.Context, req request, decode decoder) error {
	if err := c.limiter.acquire(ctx, req.batch.Priority); err != nil {
		return c.failed(req, 0, inTime(ctx, err))
	}
	defer c.limiter.release()
	ways := c.addresses.order()
	gateways := 0
	for i, way := range ways {
		sent, err := c.try(ctx, req, decode, way, len(ways)-i)
		switch {
		case i == len(ways)-1 || ctx.Err() != nil:
		case isGateway(err):
			// Not the node's own answer, perhaps: worth one more try, elsewhere.
			gateways++
			if gateways == 1 && req.method == http.MethodGet {
				continue
			}
		case isConnection(err):
			c.addresses.failed(way)
			if req.method == http.MethodGet || !sent {
				continue
			}
		}
		if ctx.Err() == nil && !isConnection(err) && !isGateway(err) {
			c.addresses.worked(way)
		}
		return err
	}
	return nil
}

// try makes the request on one address. While others are left to try, it may
// take its share of the time for the first byte: beyond it the address counts as
// hung, unless it has answered another call meanwhile.
func (c *Client) try(ctx context.Context, req request, decode decoder, way *address, left int) (sent bool, err error) {
	began := c.now()
	result := CallResult{Operation: req.name, Address: way.url}
	attempt, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if left > 1 {
		start := time.Now()
		watch := time.AfterFunc(share(ctx, left), func() {
			if way.answered.Load() < start.UnixNano() {
				cancel(errHung)
			}
		})
		defer watch.Stop()
	}
	sent, err = c.exchange(attempt, req, decode, way, &result)
	if err != nil {
		if errors.Is(context.Cause(attempt), errHung) {
			err = errHung
		}
		err = c.failed(req, result.Status, inTime(ctx, err))
		err.(*Error).Address = way.url //nolint:errorlint,forcetypeassert // failed makes one
	}
	result.Err, result.Duration = err, c.now().Sub(began)
	c.hooks.Call(result)
	return sent, err
}

func share(ctx context.Context, left int) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return defaultShare
	}
	return time.Until(deadline) / time.Duration(left)
}

// isGateway tells an answer that may be of something before the node.
func isGateway(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	if !ok {
		return false
	}
	switch status.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return status.RetryAfter == 0
	}
	return false
}

// isConnection tells a fault of the way to the cluster from an answer, of
// whatever kind.
func isConnection(err error) bool {
	if err == nil {
		return false
	}
	if _, ok := errors.AsType[*StatusError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*LimitError](err); ok {
		return false
	}
	body, ok := errors.AsType[*BodyError](err)
	return !ok || body.cut()
}

func parseAddresses(cfg Config) ([]*address, error) {
	if len(cfg.URLs) == 0 {
		return nil, errors.New("no address of the cluster")
	}
	var list []*address
	for _, text := range cfg.URLs {
		u, err := ParseURL(text)
		if err != nil {
			return nil, err
		}
		t, err := newTransport(cfg, cfg.Hooks.Handshake)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		list = append(list, &address{url: u.String(), transport: t})
	}
	return list, nil
}
