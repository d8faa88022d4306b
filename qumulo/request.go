package qumulo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// The path of a call, stage by stage:
//
//	authenticate → retry → throttle → failOver → send → decode

// get calls an endpoint with the session's token, where it needs one.
func (c *Client) get(ctx context.Context, e Endpoint, decode decoder, args ...any) error {
	uri, err := e.at(args)
	if err != nil {
		return &Error{Operation: e.Name, Err: err}
	}
	return c.getAt(ctx, e, uri, decode)
}

// getAt calls an endpoint at a path that is filled.
func (c *Client) getAt(ctx context.Context, e Endpoint, uri string, decode decoder) error {
	round := roundOf(ctx, c.now())
	r := e.request(round, round.deadline)
	r.uri, r.decode = uri, decode
	if !c.begin() {
		return c.failed(r, 0, ErrClosed)
	}
	defer c.calls.Done()
	if c.missing.has(e.Path, c.now()) {
		return c.failed(r, http.StatusNotFound, &StatusError{Status: http.StatusNotFound})
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(c.base, func() { cancel(ErrClosed) })() //nolint:contextcheck // the client's end is every call's
	if e.Public {
		return c.retry(ctx, r)
	}
	return c.authenticate(ctx, r)
}

// authenticate sends the call with the current token, and once more with another one
// if the cluster rejects it.
func (c *Client) authenticate(ctx context.Context, r *request) error {
	t, lead, err := c.session.acquire(ctx, r.round)
	if err != nil {
		return c.failed(r, 0, inTime(ctx, err))
	}
	err = c.withToken(ctx, r, t, lead, false)
	if !errors.Is(err, ErrUnauthorized) {
		return err
	}
	fresh, lead, replaceErr := c.session.replace(ctx, t, r.round, errors.Unwrap(err))
	if replaceErr != nil {
		return c.failed(r, http.StatusUnauthorized, inTime(ctx, replaceErr))
	}
	proven := fresh == t // by another call, meanwhile
	err = c.withToken(ctx, r, fresh, lead, proven)
	switch {
	case !errors.Is(err, ErrUnauthorized):
		return err
	case proven:
		return refusedAlone(err)
	}
	return c.failed(r, http.StatusUnauthorized, c.session.reject(fresh, errors.Unwrap(err)))
}

// withToken sends the call with a token and tells the session what came of it. That a
// token is rejected is confirmed by the call that leads: at one other address, since a node
// that rejects what another one accepts is sick; and, of a token that was accepted, by other
// calls, since an endpoint that alone rejects it is at fault itself. Of one that is proven
// there is no doubt.
func (c *Client) withToken(ctx context.Context, r *request, t *token, lead, proven bool) error {
	r.secret, r.not = t.value, nil
	listed := func(error) {}
	if r.lists() {
		listed = c.session.lists(t)
	}
	began := c.now()
	err := c.retry(ctx, r)
	listed(err)
	if errors.Is(err, ErrUnauthorized) && !proven && c.session.doubts(ctx, t, lead) {
		rejected := began
		began = c.now()
		if known, judged := c.judge(ctx, r, t, rejected, err); known {
			c.session.settle(t, began, nil)
			return judged
		}
	}
	c.session.settle(t, began, err)
	return err
}

// retry sends a read once more if every address asks for time, and there is time. It
// holds no slot meanwhile.
func (c *Client) retry(ctx context.Context, r *request) error {
	err := c.throttle(ctx, r)
	if !isThrottle(err) || !c.pool.Throttled() || !r.mayRepeat() || c.pool.Unthrottled(ctx, r.round.deadline()) != nil {
		return err
	}
	r.repeated = true
	return c.throttle(ctx, r)
}

// throttle waits for a slot, and for an address that may be asked: calls that waited
// for a slot are not sent into a throttle that began meanwhile.
func (c *Client) throttle(ctx context.Context, r *request) error {
	for {
		if err := c.pool.Unthrottled(ctx, r.round.deadline()); err != nil {
			return c.failed(r, 0, err)
		}
		r.round.yield(ctx)
		if err := c.pool.Acquire(ctx, r.round.Priority, r.round.Queued); err != nil {
			return c.failed(r, 0, inTime(ctx, fmt.Errorf("%w for a free slot: %w", ErrWaiting, err)))
		}
		if !c.pool.Throttled() {
			break
		}
		c.pool.Release()
	}
	defer c.pool.Release()
	r.round.acquired()
	return c.failOver(ctx, r)
}

// failOver asks one address after the other: all of them as far as there is no answer,
// and one more where the answer is not that of a node that is well, or may not be. A login
// that may have got through without an answer is not sent again. If none of them is well,
// the error of the first is returned.
func (c *Client) failOver(ctx context.Context, r *request) error {
	candidates := c.candidates(ctx, r)
	if len(candidates) == 0 {
		return c.failed(r, 0, c.pool.ThrottledBy())
	}
	var (
		first   error
		doubted *transport.Address
	)
	for i, second := 0, false; i < len(candidates); i++ {
		sent, err := c.sendTo(ctx, r, candidates[i], len(candidates)-i)
		first = cmp.Or(first, err)
		switch v := r.verdict(err); {
		case v == fine && doubted != nil:
			return c.compare(doubted, candidates[i], first, err)
		case v == fine:
			return err
		case ctx.Err() != nil, v == unanswered && r.login && sent, v != unanswered && second:
			return first
		case v == doubtful:
			second, doubted = true, candidates[i]
		case v == unwell:
			second = true
		}
	}
	return first
}

// compare tells what the answer of another address, err, makes of that of one that is doubted, first.
func (c *Client) compare(doubted, other *transport.Address, first, err error) error {
	switch {
	case err == nil:
		c.pool.Prefer(other, doubted)
		return nil
	case errors.Is(err, ErrUnauthorized): // the one that is doubted may not have looked at the token
		return err
	}
	return first
}

// candidates are the addresses to ask, in order.
func (c *Client) candidates(ctx context.Context, r *request) []*transport.Address {
	candidates := c.pool.Candidates(ctx, r.deadline())
	if r.not == nil {
		return candidates
	}
	var others []*transport.Address
	for _, a := range candidates {
		if a != r.not {
			others = append(others, a)
		}
	}
	return others
}

// sendTo sends the call to an address, once more if a kept-alive connection was dead,
// and reports how the address did. left counts the addresses to try, this one included.
func (c *Client) sendTo(ctx context.Context, r *request, a *transport.Address, left int) (sent bool, err error) {
	began, since := c.now(), time.Now()
	sent, err = c.send(ctx, r, a, left)
	if sent && isDead(err) && ctx.Err() == nil && r.mayRepeat() {
		// The cluster may close a kept-alive connection at any time, and has closed the
		// others with it when a node stopped.
		r.repeated = true
		a.CloseIdle()
		sent, err = c.send(ctx, r, a, left)
	}
	switch {
	case isNotFound(err) && r.Missing != NoAPI:
		err = c.notFound(ctx, r, a, began, err)
	case sent && hasEndpoint(err):
		c.missing.found(r.Path, err == nil)
	}
	if ctx.Err() == nil {
		c.report(r, a, began, err)
	} else if err != nil && sent {
		c.overdue(ctx, r, a, began, time.Since(since), left)
	}
	return sent, err
}

// send makes one request at one address and reads its answer. While others are left to
// try, the address must not be silent for longer than its share of the time. sent
// reports whether the request may have reached the cluster.
func (c *Client) send(ctx context.Context, r *request, a *transport.Address, left int) (sent bool, err error) {
	r.at = a
	result := CallResult{Operation: r.Name, Address: a.Name, Began: c.now()}
	sent, err = c.attempt(ctx, r, a, left, &result)
	r.sent = r.sent || sent
	if err != nil {
		err = &Error{Operation: r.Name, Address: a.Name, Status: result.Status, Privilege: r.Privilege, Err: inTime(ctx, err)}
	}
	if busy, ok := errors.AsType[*StatusError](err); ok && busy.RetryAfter > 0 {
		c.pool.Throttle(a, busy.RetryAfter, busy)
	}
	result.Err, result.Duration = err, c.now().Sub(result.Began)
	c.hooks.Call(result)
	if r.round.Observe != nil {
		r.round.Observe(result)
	}
	return sent, err
}

// attempt is send without what is told of it. The watch begins when the files of the TLS
// settings are there: that they hang is not the address's fault.
func (c *Client) attempt(ctx context.Context, r *request, a *transport.Address, left int, result *CallResult) (sent bool, err error) {
	if err := a.Ready(ctx); err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if left > 1 {
		defer c.pool.Watch(ctx, a, r.deadline(), left, cancel)()
	}
	resp, sent, err := c.exchange(ctx, r, a)
	if err == nil {
		result.Status = resp.StatusCode
		result.Bytes, err = c.decode(r, resp)
	}
	if cause := context.Cause(ctx); err != nil && (errors.Is(cause, transport.ErrHung) || errors.Is(cause, transport.ErrSilent)) {
		err = cause
	}
	return sent, err
}

// exchange sends the request. Its answer is there as far as the header.
func (c *Client) exchange(ctx context.Context, r *request, a *transport.Address) (*http.Response, bool, error) {
	h, err := http.NewRequestWithContext(ctx, r.method, a.URL+r.uri, bytes.NewReader(r.body))
	if err != nil {
		return nil, false, err
	}
	if h.Body == http.NoBody {
		// As a body that can't be had again it keeps net/http from repeating the
		// request by itself, on each of its idle connections.
		h.Body, h.GetBody = struct{ io.ReadCloser }{http.NoBody}, nil
	}
	h.Header.Set("Accept", r.accept())
	h.Header.Set("User-Agent", c.userAgent)
	if r.login {
		h.Header.Set("Content-Type", "application/json")
		// It is not sent again where it may have got through: on a kept-alive connection
		// that is dead nobody could tell, so it has one of its own.
		h.Close = true
	} else if !r.secret.IsZero() {
		h.Header.Set("Authorization", "Bearer "+r.secret.Reveal())
	}
	resp, sent, err := a.Send(h)
	return resp, sent, withoutSecret(err, r.secret)
}

// decode reads the answer.
func (c *Client) decode(r *request, resp *http.Response) (read int64, err error) {
	defer resp.Body.Close()
	body := &boundedReader{r: resp.Body, limit: cmp.Or(c.maxBytes, r.MaxBytes, defaultBytes)}
	if resp.StatusCode == http.StatusOK {
		err = r.decode(body)
		return body.read, body.because(err)
	}
	status := statusError(resp.StatusCode, body, r.secret)
	status.RetryAfter, status.missing = transport.RetryAfter(resp, c.now()), r.Missing
	return body.read, status
}
