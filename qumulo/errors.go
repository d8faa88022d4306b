package qumulo

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Causes to test for with errors.Is.
var (
	// ErrUnauthorized is HTTP 401: the token or the login was refused.
	ErrUnauthorized = errors.New("the cluster refused the credentials")
	// ErrForbidden is HTTP 403: the user lacks the privilege of the operation.
	ErrForbidden = errors.New("a privilege is missing")
	// ErrNotSupported is HTTP 404: this release of Qumulo Core has no such endpoint.
	ErrNotSupported = errors.New("this release of Qumulo Core has no such endpoint")
	// ErrNoAPI is HTTP 404 of what every release has: the login, the node listing.
	ErrNoAPI = errors.New("there is no Qumulo Core API at this address")
	// ErrNoAnswer is a call whose context ended before the answer was there.
	ErrNoAnswer = errors.New("no answer in time")
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
	// RetryAfter is how long a 429 or 503 asks to be left alone; 0: it does not.
	RetryAfter time.Duration
	// vital: every release has what was asked for, so that 404 is no release's.
	vital bool
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("the cluster answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.Class != "" {
		text += " (" + e.Class + ")"
	}
	if e.vital && e.Status == http.StatusNotFound {
		text += ": " + ErrNoAPI.Error()
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(", and asks to be left alone for %s", e.RetryAfter)
	}
	return text
}

// Is lets errors.Is find the cause that the status stands for.
func (e *StatusError) Is(target error) bool {
	switch e.Status {
	case http.StatusUnauthorized:
		return target == ErrUnauthorized
	case http.StatusForbidden:
		return target == ErrForbidden
	case http.StatusNotFound:
		return target == ErrNotSupported && !e.vital || target == ErrNoAPI && e.vital
	}
	return false
}

// BodyError is an answer that can't be read: cut short, HTML, empty, null, or
// of the wrong type. It tells the kind of body, never its content.
type BodyError struct {
	Want string // "a JSON list"
	Kind string // what the first bytes look like: "HTML", "an empty body", ...
	Err  error  // nil if the kind says all
}

func (e *BodyError) Error() string {
	text := "the answer is not " + e.Want + " but " + e.Kind
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *BodyError) Unwrap() error { return e.Err }

// LoginError is a login that did not give a token. Refused tells an answer that
// a repetition would not change (400, 401, 403) from an outage.
type LoginError struct {
	Username string
	Refused  bool
	Err      error
}

func (e *LoginError) Error() string {
	if e.Refused {
		return fmt.Sprintf("login of user %q refused: %v", e.Username, e.Err)
	}
	return fmt.Sprintf("login of user %q failed: %v", e.Username, e.Err)
}

func (e *LoginError) Unwrap() error { return e.Err }

// TokenError is an access token, or a token just given by a login, that the
// cluster refused.
type TokenError struct {
	File string // the access token's file; "" for a token given by a login
	Err  error
}

func (e *TokenError) Error() string {
	if e.File == "" {
		return "the cluster refused a token that it had just given: " + e.Err.Error()
	}
	return "access token in " + e.File + " refused: " + e.Err.Error()
}

func (e *TokenError) Unwrap() error { return e.Err }

// isRefusal tells whether a login's answer will not change by asking again.
func isRefusal(err error) bool {
	var status *StatusError
	if !errors.As(err, &status) {
		return false
	}
	switch status.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}
