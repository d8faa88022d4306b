package qumulo

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// defaultShare is how long an address may take for its first byte where the call
// has no deadline.
const defaultShare = 10 * time.Second

// errHung is an address that accepts and does not answer.
var errHung = errors.New("accepts connections and does not answer")

// sendOnce makes one request, on one address after the other as far as their
// connections fail, and reads its answer.
func (c *Client) sendOnce(ctx context.Context, req request, decode decoder) error {
	if err := c.limiter.acquire(ctx, req.batch.Priority); err != nil {
		return c.failed(req, 0, inTime(ctx, err))
	}
	defer c.limiter.release()
	ways := c.addresses.order(ctx)
	var err error
	for i, next := 0, true; next && i < len(ways); i++ {
		next, err = c.sendTo(ctx, ways[i], len(ways)-i, req, decode)
	}
	return err
}

// sendTo makes the request on one address of those that are left. next tells
// whether the next one may be tried.
func (c *Client) sendTo(ctx context.Context, way *address, left int, req request, decode decoder) (next bool, err error) {
	read := req.method == http.MethodGet
	sent, err := c.try(ctx, way, left, req, decode)
	if sent && read && isDead(err) && ctx.Err() == nil && req.repeat() {
		// The cluster may close a kept-alive connection at any time, and has
		// closed the others with it when a node stopped.
		way.transport.close()
		_, err = c.try(ctx, way, left, req, decode)
	}
	switch {
	case ctx.Err() != nil:
		return false, err
	case isConnection(err):
		if left > 1 {
			c.addresses.failed(way)
		}
		return read || !sent, err
	case isGateway(err):
		// Not the node's own answer, perhaps: worth one more try, elsewhere.
		return read && left > 1 && req.repeat(), err
	}
	c.addresses.worked(way)
	return false, err
}

// try makes the request on one address. While others are left to try, it may
// take its share of the time for the first byte: beyond it the address counts as
// hung, unless it has answered another call meanwhile. sent tells whether the
// request may have reached the cluster.
func (c *Client) try(ctx context.Context, way *address, left int, req request, decode decoder) (sent bool, err error) {
	result := CallResult{Operation: req.name, Address: way.name, Began: c.now()}
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
		err = &Error{Operation: req.name, Address: way.name, Status: result.Status, Privilege: req.privilege, Err: inTime(ctx, err)}
	}
	result.Err, result.Duration = err, c.now().Sub(result.Began)
	c.hooks.Call(result)
	if req.batch.Observe != nil {
		req.batch.Observe(result)
	}
	return sent, err
}

// share is a part of the time that is left: of many addresses a third each time,
// for a share that is too small would take slow nodes for hung ones.
func share(ctx context.Context, left int) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return defaultShare
	}
	return time.Until(deadline) / time.Duration(min(left, 3))
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

// isDead tells a connection that ended before an answer began.
func isDead(err error) bool {
	call, ok := errors.AsType[*Error](err)
	return ok && call.Status == 0 && isConnection(err) && !errors.Is(err, errHung)
}
