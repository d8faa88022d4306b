package qumulo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/files"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// FileError is a file of the credentials or the TLS settings that can't be used.
type FileError = files.Error

// verdict is what the outcome of a request says of the address that was asked.
type verdict int

const (
	// fine is an answer of the API, whatever it says; or nothing was asked of an address.
	fine verdict = iota
	// unwell is an answer that no node gives that is well, or that another node gives better.
	unwell
	// unanswered is no answer, or one that broke off.
	unanswered
	// doubtful is an answer of the API that a node which is well gives only if the others give
	// it too: that it does not list the nodes.
	doubtful
)

// verdict of the outcome of the request.
func (r *request) verdict(err error) verdict {
	v := verdictOf(err)
	if v == fine && err != nil && r.lists() && !isFile(err) && !errors.Is(err, ErrUnauthorized) {
		return doubtful
	}
	return v
}

// lists reports whether the request lists the nodes, which shows that an address is well.
func (r *request) lists() bool { return r.Path == NodesEndpoint.Path }

func verdictOf(err error) verdict {
	if err == nil || isFile(err) {
		return fine
	}
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.verdict()
	}
	if _, ok := errors.AsType[*LimitError](err); ok {
		return fine
	}
	if body, ok := errors.AsType[*BodyError](err); ok && !body.Broken {
		return unwell
	}
	return unanswered
}

// verdict of a status: 4xx are the API's own, but for a missing endpoint that every release
// has, and for Retry-After.
func (e *StatusError) verdict() verdict {
	switch {
	case e.foreign, e.RetryAfter > 0, e.missing == NoAPI && e.Status == http.StatusNotFound, e.Status < 400, e.Status >= 500:
		return unwell
	}
	return fine
}

// report tells how an address did.
func (c *Client) report(r *request, a *transport.Address, began time.Time, err error) {
	switch v := verdictOf(err); {
	case v == unanswered && errors.Is(err, transport.ErrHung):
		c.pool.Report(a, began, transport.Hung)
	case v == unanswered && !errors.Is(err, transport.ErrSilent):
		c.pool.Report(a, began, transport.Broken)
	case v == unwell && r.Missing == NoAPI && !isThrottle(err):
		c.missing.doubt()
		c.pool.Report(a, began, transport.Sick)
	case err == nil, accepts(err) && r.Missing == NoAPI && !r.login: // who may not list the nodes finds no address that lists them
		c.pool.Report(a, began, r.good())
	}
}

// overdue tells what it means of an address that there was no answer when the call's time was over.
// A login is no caller's, and has had all the time that it may take.
func (c *Client) overdue(ctx context.Context, r *request, a *transport.Address, began time.Time, waited time.Duration, left int) {
	a.Overdue(waited)
	switch {
	case r.login && errors.Is(ctx.Err(), context.DeadlineExceeded):
		c.pool.Report(a, began, transport.Broken)
	case r.lists() && left > 1:
		c.pool.Doubt(a, waited, c.checkInstead) //nolint:contextcheck // its caller's time is over
	}
}

// good is what a good answer shows.
func (r *request) good() transport.Outcome {
	switch {
	case r.Missing == NoAPI:
		return transport.Served
	case r.Public:
		return transport.Public
	}
	return transport.Good
}

// isDead reports whether a connection ended before an answer began.
func isDead(err error) bool {
	call, ok := errors.AsType[*Error](err)
	return ok && call.Status == 0 && verdictOf(err) == unanswered &&
		!errors.Is(err, transport.ErrHung) && !errors.Is(err, transport.ErrSilent)
}

func isFile(err error) bool {
	_, ok := errors.AsType[*FileError](err)
	return ok
}

// isThrottle reports whether an answer asks for time.
func isThrottle(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.RetryAfter > 0
}

func isNotFound(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.Status == http.StatusNotFound
}

// hasEndpoint reports whether the outcome of a request that was sent shows that the release has
// the endpoint: any answer of the API but a 404, and those that may come before the endpoint is
// looked for.
func hasEndpoint(err error) bool {
	if status, ok := errors.AsType[*StatusError](err); ok {
		switch status.Status {
		case http.StatusNotFound, http.StatusUnauthorized, http.StatusTooManyRequests:
			return false
		}
	}
	return verdictOf(err) == fine
}

// accepts reports whether an answer comes from behind the check of the token.
func accepts(err error) bool {
	return err == nil || errors.Is(err, ErrForbidden) && verdictOf(err) == fine
}

// isRejection reports whether a login's answer will not change by asking again. One that
// is not the API's is none, whatever its status.
func isRejection(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	if !ok || status.foreign {
		return false
	}
	switch status.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return true
	case http.StatusBadRequest:
		return status.Class != "" || status.Description != ""
	}
	return false
}

// failed wraps what went wrong with a call beside its requests.
func (c *Client) failed(r *request, status int, err error) error {
	return &Error{Operation: r.Name, Address: c.pool.Active().Name, Status: status, Privilege: r.Privilege, Err: err}
}

// inTime says of a call that was ended by its context that it was, and why.
func inTime(ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil, errors.Is(err, ErrNoAnswer):
		return err
	case isFile(err), errors.Is(err, ErrWaiting):
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, context.Cause(ctx))
}
