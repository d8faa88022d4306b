package qumulo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxShare bounds how long an address may answer nothing before it counts as hung:
// a login has more time than the scrapes that wait for it.
const maxShare = 3 * time.Second

// errHung is an address that accepts and does not answer.
var errHung = errors.New("accepts connections and does not answer")

// sendOnce makes one request, on one address after the other as far as their
// connections fail, and reads its answer.
func (c *Client) sendOnce(ctx context.Context, req request, decode decoder) error {
	if err := c.turn(ctx, req.batch.Priority); err != nil {
		return c.failed(req, 0, err)
	}
	defer c.limiter.release()
	ways := c.addresses.order(ctx)
	var err error
	for i, next := 0, true; next && i < len(ways); i++ {
		next, err = c.sendTo(ctx, ways[i], len(ways)-i, req, decode)
	}
	return err
}

// turn waits for a free place among the calls, and for the end of a rest that
// begins meanwhile: those that wait are not to be sent into it.
func (c *Client) turn(ctx context.Context, priority int) error {
	for {
		if err := c.rest.wait(ctx); err != nil {
			return err
		}
		if err := c.limiter.acquire(ctx, priority); err != nil {
			return inTime(ctx, err)
		}
		if !c.rest.on() {
			return nil
		}
		c.limiter.release()
	}
}

// sendTo makes the request on one address of those that are left. next tells
// whether the next one may be tried.
func (c *Client) sendTo(ctx context.Context, way *address, left int, req request, decode decoder) (next bool, err error) {
	read, began := req.method == http.MethodGet, c.now()
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
			c.addresses.failed(way, errors.Is(err, errHung))
		}
		return read || !sent, err
	case isGateway(err):
		// Not the node's own answer, perhaps: worth one more try, elsewhere.
		return read && left > 1 && req.repeat(), err
	}
	c.addresses.worked(way, began)
	return false, err
}

// try makes the request on one address. While others are left to try, the
// address must not be silent for longer than its share of the time. sent tells
// whether the request may have reached the cluster.
func (c *Client) try(ctx context.Context, way *address, left int, req request, decode decoder) (sent bool, err error) {
	result := CallResult{Operation: req.name, Address: way.name, Began: c.now()}
	attempt, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if left > 1 {
		start := time.Now()
		go c.watch(attempt, way, share(ctx, left), func() { cancel(errHung) })
		// What another call has found out need not be waited for: a login has more time
		// than the scrapes that wait for it.
		told := context.AfterFunc(c.addresses.lifeOf(way), func() { //nolint:contextcheck // it is the address's, not the call's
			if way.answered.Load() < start.UnixNano() {
				cancel(errHung)
			}
		})
		defer told()
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

// watch calls hung when the address of a call under way no longer answers. A slow
// call alone does not tell that, nor do answers to others that came before: after
// half of the share the address is asked for something small, once for all that
// wait, unless as many calls as there may be wait for it already.
func (c *Client) watch(ctx context.Context, way *address, share time.Duration, hung func()) {
	for {
		since := time.Now()
		if !sleep(ctx, share/2) {
			return
		}
		if now := time.Now(); c.probing(ctx, way) {
			since = now
		}
		if !sleep(ctx, share/2) {
			return
		}
		if way.answered.Load() < since.UnixNano() {
			hung()
			return
		}
	}
}

// probing tells whether an address is being asked for something small, and begins
// it unless the cluster is to be left alone or has as many calls as may be.
func (c *Client) probing(ctx context.Context, way *address) bool {
	switch {
	case c.rest.on():
		return false
	case !way.probed.CompareAndSwap(false, true):
		return true // for another call
	case !c.limiter.try():
		way.probed.Store(false)
		return false
	}
	go c.probe(ctx, way)
	return true
}

// probe asks an address for its version, for exchange to note that it answers.
func (c *Client) probe(ctx context.Context, way *address) {
	defer c.limiter.release()
	defer way.probed.Store(false)
	req := request{operation: versionOperation, method: http.MethodGet}
	result := CallResult{Operation: req.name, Address: way.name, Began: c.now()}
	_, result.Err = c.exchange(ctx, req, discard, way, &result)
	result.Duration = c.now().Sub(result.Began)
	c.hooks.Call(result)
}

// discard reads to the end, which lets the connection be used again.
func discard(body io.Reader) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

// sleep waits for d; false: ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// share is a part of the time that is left: of many addresses a third each time,
// for a share that is too small would take slow nodes for hung ones.
func share(ctx context.Context, left int) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return maxShare
	}
	return min(time.Until(deadline)/time.Duration(min(left, 3)), maxShare)
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
