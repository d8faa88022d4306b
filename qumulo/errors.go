package qumulo

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Causes to test for with errors.Is.
var (
	// ErrUnauthorized is HTTP 401: the token or the login was rejected.
	ErrUnauthorized = errors.New("the cluster rejected the credentials")
	// ErrForbidden is HTTP 403: the user lacks the privilege of the operation.
	ErrForbidden = errors.New("a privilege is missing")
	// ErrNotSupported is HTTP 404: this release of Qumulo Core has no such endpoint.
	ErrNotSupported = errors.New("this release of Qumulo Core has no such endpoint")
	// ErrNoObject is HTTP 404 of what is named in the path: a node, a quota.
	ErrNoObject = errors.New("the cluster has no such object")
	// ErrNoAPI is HTTP 404 of what every release has: the login, the node listing.
	ErrNoAPI = errors.New("there is no Qumulo Core API at this address")
	// ErrVanished is HTTP 404 of an endpoint that this release has answered before: what says
	// so is not well, or the endpoint was turned off.
	ErrVanished = errors.New("this release of Qumulo Core has answered this endpoint before")
	// ErrNoAnswer is a call whose context ended before the answer was there.
	ErrNoAnswer = errors.New("no answer in time")
	// ErrWaiting is a call that was not sent: it waited for a slot, a login or another call.
	ErrWaiting = errors.New("waiting")
)

// Error is a failed call. Its text holds no secret.
type Error struct {
	Operation string // in words: "list nodes"
	Address   string // scheme, host and port of the address asked, or in use if nothing was sent
	Status    int    // HTTP status; 0 if there was no answer
	Privilege string // what the operation needs, for ErrForbidden
	Err       error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	if e.Address != "" {
		b.WriteString(" at " + e.Address)
	}
	b.WriteString(": " + e.Err.Error())
	if e.Status == http.StatusForbidden && e.Privilege != "" {
		b.WriteString(": needs " + e.Privilege)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// StatusError is an HTTP answer other than 200. Class and Description are the
// cluster's own words: to show, never to decide by.
type StatusError struct {
	Status      int
	Class       string
	Description string
	// RetryAfter is how long a 429 or 503 asks to be asked nothing; 0: it does not.
	RetryAfter time.Duration
	missing    Missing // what a 404 means
	foreign    bool    // the answer is not that of the API of a node that is well
	alone      bool    // of a 401: the cluster accepts the token elsewhere
}

func (e *StatusError) Error() string {
	text := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.Class != "" {
		text += " (" + e.Class + ")"
	}
	if (e.missing == NoAPI || e.missing == vanished) && e.Status == http.StatusNotFound {
		text += ": " + e.missing.cause().Error()
	}
	if e.alone {
		text += ": the token is accepted for other calls"
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" (Retry-After: %s)", e.RetryAfter)
	}
	return text
}

// Is lets errors.Is find the cause that the status stands for.
func (e *StatusError) Is(target error) bool {
	switch e.Status {
	case http.StatusUnauthorized:
		return target == ErrUnauthorized && !e.alone
	case http.StatusForbidden:
		return target == ErrForbidden
	case http.StatusNotFound:
		return target == e.missing.cause()
	}
	return false
}

// refusedAlone makes a 401 that of an endpoint which alone rejects a good token.
func refusedAlone(err error) error {
	status, ok := errors.AsType[*StatusError](err)
	if !ok {
		return err
	}
	alone := *status
	alone.alone = true
	if call, ok := errors.AsType[*Error](err); ok {
		again := *call
		again.Err = &alone
		return &again
	}
	return &alone
}

// BodyError is an answer that can't be read: truncated, HTML, empty, null, or of the
// wrong type. It tells the kind of body, never its content.
type BodyError struct {
	Problem string // "truncated JSON list", "HTML instead of a JSON list", ...
	Err     error  // nil if the problem says all
	// Broken: the connection ended before the answer did.
	Broken bool
}

func (e *BodyError) Error() string {
	if e.Err == nil || errors.Is(e.Err, io.ErrUnexpectedEOF) {
		return e.Problem
	}
	return e.Problem + ": " + e.Err.Error()
}

func (e *BodyError) Unwrap() error { return e.Err }

// LoginError is a login that brought no token. Rejected tells an answer that would not
// change if it were sent again (400, 401, 403) from an outage.
type LoginError struct {
	Username string
	Rejected bool
	Err      error
}

func (e *LoginError) Error() string {
	if e.Rejected {
		return fmt.Sprintf("login of user %q rejected: %v", e.Username, e.Err)
	}
	return fmt.Sprintf("login of user %q failed: %v", e.Username, e.Err)
}

func (e *LoginError) Unwrap() error { return e.Err }

// TokenError is an access token, or a token just given by a login, that the
// cluster rejected.
type TokenError struct {
	File string // the access token's file; "" for a token given by a login
	Err  error
}

func (e *TokenError) Error() string {
	if e.File == "" {
		return "the cluster rejected a token that it had just issued: " + e.Err.Error()
	}
	return "access token in " + e.File + " rejected: " + e.Err.Error()
}

func (e *TokenError) Unwrap() error { return e.Err }
