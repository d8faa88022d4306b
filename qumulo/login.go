package qumulo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

const (
	// loginTimeout bounds a login. It is no caller's: all may have gone while
	// it goes on, and the next ones use the token it brings.
	loginTimeout = 30 * time.Second
	firstPause   = 30 * time.Second
	maxPause     = 15 * time.Minute
)

// flight is a login under way.
type flight struct {
	done chan struct{}
	err  error
}

// pause keeps refused logins from locking the account.
type pause struct {
	length   time.Duration
	until    time.Time
	password Secret // that was refused
	err      error
}

// LoginResult tells what became of a login.
type LoginResult struct {
	Err      error         // nil, or a *LoginError
	Pause    time.Duration // how long no login is sent, after a refusal
	Renewing bool          // it was to renew a token that still works
}

// startLogin sends a login for a batch unless they are paused. A pause ends before
// its time when the password has changed.
func (s *session) startLogin(batch Batch, renewing bool) error {
	password, err := s.credentials.secret()
	if err != nil {
		return err
	}
	if s.now().Before(s.pause.until) && password == s.pause.password.Reveal() {
		return s.pause.err
	}
	f := &flight{done: make(chan struct{})}
	s.flight = f
	batch.Priority = 0 // all calls wait for it
	go func() {
		ctx, cancel := context.WithTimeout(WithBatch(s.base, batch), loginTimeout)
		defer cancel()
		began := s.now()
		value, err := s.login(ctx, s.credentials.Username, password)
		s.landed(f, value, password, began, err, renewing)
	}()
	return nil
}

// landed takes the result of a login.
func (s *session) landed(f *flight, value, password string, began time.Time, err error, renewing bool) {
	result := LoginResult{Renewing: renewing}
	s.mu.Lock()
	if err != nil {
		refused := isRefusal(err)
		f.err = &LoginError{Username: s.credentials.Username, Refused: refused, Err: err}
		result.Err = f.err
		s.failure = &failure{at: s.now(), err: f.err}
		if refused {
			s.lengthenPause(password, f.err)
			result.Pause = s.pause.length
		}
	} else {
		s.current = &token{value: NewSecret(value), born: began}
		s.failure, s.pause = nil, pause{}
	}
	s.flight = nil
	s.mu.Unlock()
	// Told before the callers go on, so that counts are complete when they end.
	s.done(result)
	close(f.done)
}

func (s *session) lengthenPause(password string, err error) {
	length := min(max(firstPause, 2*s.pause.length), maxPause)
	if password != s.pause.password.Reveal() {
		length = firstPause
	}
	s.pause = pause{length: length, until: s.now().Add(length), password: NewSecret(password), err: err}
}

// wait waits for the end of the login under way.
func (s *session) wait() {
	s.mu.Lock()
	f := s.flight
	s.mu.Unlock()
	if f != nil {
		<-f.done
	}
}

// endPause lets the next call log in again.
func (s *session) endPause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pause.until = time.Time{}
}

// renewAhead begins a login when the token nears its end. Calls go on with the
// old token; if the login fails, it is tried again after a while.
func (s *session) renewAhead(batch Batch) {
	if s.credentials.byToken() || s.flight != nil {
		return
	}
	age := s.now().Sub(s.current.born)
	if age < time.Duration(renewAt*float64(s.life)) || s.now().Sub(s.renewed) < min(renewRetry, s.life/10) {
		return
	}
	s.renewed = s.now()
	// An error here is a password file that can't be read, or a pause: both are
	// said when the old token has ended, if they last until then.
	_ = s.startLogin(batch, true)
}

// login is how the session asks for a token: POST /v1/session/login.
func (c *Client) login(ctx context.Context, username, password string) (string, error) {
	body, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		return "", err
	}
	op := operation{name: "log in", path: "/v1/session/login", vital: true, maxBytes: smallBody}
	var answer struct {
		BearerToken string `json:"bearer_token"`
	}
	err = c.send(ctx, request{operation: op, method: http.MethodPost, body: body, batch: batchOf(ctx, c.now()), left: new(1)}, objectInto(&answer))
	if err != nil {
		return "", err
	}
	if !validToken(answer.BearerToken) {
		return "", errors.New("the answer to the login holds no token")
	}
	return answer.BearerToken, nil
}
