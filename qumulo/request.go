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
//	authenticate → throttle → retry → failOver → send → decode

// request is one call on its way.
type request struct {
	operation

	method string
	body   []byte
	round  Round
	decode decoder
	secret Secret // the token, or the password in body: not to be repeated in an error
	login  bool
	// not is an address that has rejected the token or the login: it is not asked again.
	not *transport.Address
	// at is the address that was asked last.
	at *transport.Address
	// repeated: it has been sent again, for a dead connection or after a throttle, which
	// is done once.
	repeated bool
	// deadline is when the answer must be there; zero: it has time.
	deadline func() time.Time
}

// get calls the API with the session's token, where the operation needs one.
func (c *Client) get(ctx context.Context, op operation, decode decoder) error {
	round := roundOf(ctx, c.now())
	r := &request{operation: op, method: http.MethodGet, round: round, decode: decode, deadline: round.deadline}
	if !c.begin() {
		return c.failed(r, 0, ErrClosed)
	}
	defer c.calls.Done()
	if c.missing.has(op.path, c.now()) {
		return c.failed(r, http.StatusNotFound, &StatusError{Status: http.StatusNotFound})
	}
	if op.public {
		return c.throttle(ctx, r)
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
	err = c.withToken(ctx, r, t, lead)
	if !errors.Is(err, ErrUnauthorized) {
		return err
	}
	t, lead, replaceErr := c.session.replace(ctx, t, r.round, errors.Unwrap(err))
	if replaceErr != nil {
		return c.failed(r, http.StatusUnauthorized, inTime(ctx, replaceErr))
	}
	err = c.withToken(ctx, r, t, lead)
	if errors.Is(err, ErrUnauthorized) {
		return c.failed(r, http.StatusUnauthorized, c.session.reject(t, errors.Unwrap(err)))
	}
	return err
}

// withToken sends the call with a token and tells the session what came of it. That a
// token is rejected is confirmed at one other address, by the call that leads: a node
// that rejects what another one accepts is sick.
func (c *Client) withToken(ctx context.Context, r *request, t *token, lead bool) error {
	r.secret, r.not = t.value, nil
	began := c.now()
	err := c.throttle(ctx, r)
	if errors.Is(err, ErrUnauthorized) && c.session.doubts(ctx, t, lead) && c.elsewhere(ctx, r) {
		if confirmed := c.throttle(ctx, r); accepts(confirmed) {
			c.pool.Report(r.not, began, transport.Sick)
			err = confirmed
		}
	}
	c.session.settle(t, err)
	return err
}

// elsewhere reports whether there is another address than the one that was asked, and
// leaves that one out.
func (c *Client) elsewhere(ctx context.Context, r *request) bool {
	r.not = r.at
	return len(c.candidates(ctx, r)) > 0
}

// accepts reports whether an answer comes from behind the check of the token.
func accepts(err error) bool { return err == nil || errors.Is(err, ErrForbidden) }

// throttle waits for a slot, and for an address that may be asked: calls that waited
// for a slot are not sent into a throttle that began meanwhile.
func (c *Client) throttle(ctx context.Context, r *request) error {
	for {
		if err := c.pool.Unthrottled(ctx, r.round.deadline()); err != nil {
			return c.failed(r, 0, err)
		}
		if err := c.pool.Acquire(ctx, r.round.Priority); err != nil {
			return c.failed(r, 0, inTime(ctx, err))
		}
		if !c.pool.Throttled() {
			break
		}
		c.pool.Release()
	}
	defer c.pool.Release()
	return c.retry(ctx, r)
}

// retry sends a read once more if every address asks for time, and there is time.
func (c *Client) retry(ctx context.Context, r *request) error {
	err := c.failOver(ctx, r)
	if !isThrottle(err) || !c.pool.Throttled() || !r.mayRepeat() || c.pool.Unthrottled(ctx, r.round.deadline()) != nil {
		return err
	}
	r.repeated = true
	return c.failOver(ctx, r)
}

// mayRepeat reports whether the same may be sent to the same address again.
func (r *request) mayRepeat() bool { return !r.login && !r.repeated }

// failOver asks one address after the other: all of them as far as there is no answer,
// and one more where the answer is not that of a node that is well. A login that may
// have got through without an answer is not sent again. If none of them is well, the
// error of the first is returned.
func (c *Client) failOver(ctx context.Context, r *request) error {
	candidates := c.candidates(ctx, r)
	if len(candidates) == 0 {
		return c.failed(r, 0, c.pool.ThrottledBy())
	}
	var first error
	for i, second := 0, false; i < len(candidates); i++ {
		sent, err := c.sendTo(ctx, r, candidates[i], len(candidates)-i)
		first = cmp.Or(first, err)
		switch v := verdictOf(err); {
		case v == fine:
			return err
		case ctx.Err() != nil, v == unanswered && r.login && sent, v == unwell && second:
			return first
		case v == unwell:
			second = true
		}
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
	began := c.now()
	if r.login {
		// It is not sent again where it may have got through: on a kept-alive connection
		// that is dead nobody could tell.
		a.CloseIdle()
	}
	sent, err = c.send(ctx, r, a, left)
	if sent && isDead(err) && ctx.Err() == nil && r.mayRepeat() {
		// The cluster may close a kept-alive connection at any time, and has closed the
		// others with it when a node stopped.
		r.repeated = true
		a.CloseIdle()
		sent, err = c.send(ctx, r, a, left)
	}
	if isNotFound(err) && !r.required {
		err = c.notSupported(ctx, r, a, err)
	}
	if ctx.Err() == nil {
		c.report(r, a, began, err)
	}
	return sent, err
}

// report tells how an address did.
func (c *Client) report(r *request, a *transport.Address, began time.Time, err error) {
	switch v := verdictOf(err); {
	case v == unanswered && errors.Is(err, transport.ErrHung):
		c.pool.Report(a, began, transport.Hung)
	case v == unanswered && !errors.Is(err, transport.ErrSilent):
		c.pool.Report(a, began, transport.Broken)
	case v == unwell && r.required && !isThrottle(err):
		c.pool.Report(a, began, transport.Sick)
	case err == nil, errors.Is(err, ErrForbidden) && r.required && !r.login: // who may not list the nodes finds no address that lists them
		c.pool.Report(a, began, r.good())
	}
}

// good is what a good answer shows.
func (r *request) good() transport.Outcome {
	switch {
	case r.public:
		return transport.Public
	case r.required:
		return transport.Served
	}
	return transport.Good
}

// notSupported tells a release without the endpoint from something that is not the API,
// and gives no good answer to other calls. That the release has none holds for a while.
func (c *Client) notSupported(ctx context.Context, r *request, a *transport.Address, err error) error {
	is, known := c.pool.IsAPI(ctx, a, r.round.Began)
	if !known && ctx.Err() == nil && r.path != versionOperation.path { // there are no other calls
		version := &request{operation: versionOperation, method: http.MethodGet, round: r.round, decode: discard, deadline: r.deadline}
		_, versionErr := c.send(ctx, version, a, 1)
		is = versionErr == nil
	}
	if !is {
		status := &StatusError{Status: http.StatusNotFound, required: true}
		return &Error{Operation: r.name, Address: a.Name, Status: status.Status, Err: inTime(ctx, status)}
	}
	c.missing.add(r.path, c.now())
	return err
}

// send makes one request at one address and reads its answer. While others are left to
// try, the address must not be silent for longer than its share of the time. sent
// reports whether the request may have reached the cluster.
func (c *Client) send(ctx context.Context, r *request, a *transport.Address, left int) (sent bool, err error) {
	r.at = a
	result := CallResult{Operation: r.name, Address: a.Name, Began: c.now()}
	attempt, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(c.base, func() { cancel(ErrClosed) })() //nolint:contextcheck // the client's end is every call's
	if left > 1 {
		defer c.pool.Watch(attempt, a, r.deadline(), left, cancel)()
	}
	resp, sent, err := c.exchange(attempt, r, a)
	if err == nil {
		result.Status = resp.StatusCode
		result.Bytes, err = c.decode(r, resp)
	}
	if err != nil {
		if cause := context.Cause(attempt); cause != nil && ctx.Err() == nil {
			err = cause // hung, or closed
		}
		err = &Error{Operation: r.name, Address: a.Name, Status: result.Status, Privilege: r.privilege, Err: inTime(ctx, err)}
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

// exchange sends the request. Its answer is there as far as the header.
func (c *Client) exchange(ctx context.Context, r *request, a *transport.Address) (*http.Response, bool, error) {
	h, err := http.NewRequestWithContext(ctx, r.method, a.URL+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, false, err
	}
	if h.Body == http.NoBody {
		// As a body that can't be had again it keeps net/http from repeating the
		// request by itself, on each of its idle connections.
		h.Body, h.GetBody = struct{ io.ReadCloser }{http.NoBody}, nil
	}
	h.Header.Set("Accept", "application/json")
	h.Header.Set("User-Agent", c.userAgent)
	if r.login {
		h.Header.Set("Content-Type", "application/json")
	} else if !r.secret.IsZero() {
		h.Header.Set("Authorization", "Bearer "+r.secret.Reveal())
	}
	resp, sent, err := a.Send(h)
	return resp, sent, withoutSecret(err, r.secret)
}

// decode reads the answer.
func (c *Client) decode(r *request, resp *http.Response) (read int64, err error) {
	defer resp.Body.Close()
	body := &boundedReader{r: resp.Body, limit: cmp.Or(c.maxBytes, r.maxBytes)}
	if resp.StatusCode == http.StatusOK {
		err = r.decode(body)
		return body.read, body.because(err)
	}
	status := statusError(resp.StatusCode, body, r.secret)
	status.RetryAfter, status.required = transport.RetryAfter(resp, c.now()), r.required
	return body.read, status
}

// failed wraps what went wrong with a call beside its requests.
func (c *Client) failed(r *request, status int, err error) error {
	return &Error{Operation: r.name, Address: c.pool.Active().Name, Status: status, Privilege: r.privilege, Err: err}
}

// inTime says of a call that was ended by its context that it was, and why.
func inTime(ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil, errors.Is(err, ErrNoAnswer):
		return err
	case isFile(err), errors.Is(err, errWaiting):
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, context.Cause(ctx))
}
