package qumulo

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// tokenLife is how long a token given by a login is valid, as the vendor's
	// pages say. Answers to a login don't tell.
	tokenLife = 10 * time.Hour
	// renewAt is the share of its life at which a token is renewed.
	renewAt = 0.9
	// renewRetry is the time between attempts to renew a token that still works.
	renewRetry = time.Minute
	// loginTimeout bounds a login. It is no caller's: all may have gone while
	// it goes on, and the next ones use the token it brings.
	loginTimeout = 30 * time.Second
	// proofWait is how long callers wait for the fate of an unproven token when
	// the call that proves it hangs, before one of them tries as well.
	proofWait  = time.Second
	firstPause = 30 * time.Second
	maxPause   = 15 * time.Minute
)

// session holds the bearer token that all calls share.
//
// A call takes the token with acquire, tells what became of it with settle, and
// on a 401 asks replace for another one. All state is behind mu, which is never
// held during a request.
type session struct {
	credentials Credentials
	life        time.Duration
	now         func() time.Time
	// login asks the cluster for a token.
	login func(ctx context.Context, username, password string) (string, error)
	// done is told of each login that ended.
	done func(LoginResult)
	// base ends when the client is closed, and the login under way with it.
	base context.Context //nolint:containedctx // a login outlives its callers

	mu      sync.Mutex
	current *token
	flight  *flight  // the login under way
	failure *failure // why there is no token
	pause   pause
	stamp   fileStamp // of the access token file when it was read
	refused string    // the access token refused last
	renewed time.Time // when a renewal ahead of time was last begun
}

type token struct {
	value  Secret
	born   time.Time
	proven bool
	proof  chan struct{} // closed when the call that proves it has ended; nil if there is none
}

type flight struct {
	done chan struct{}
	err  error
}

// failure holds for all calls whose batch began before it.
type failure struct {
	at  time.Time
	err error
}

// pause keeps refused logins from locking the account.
type pause struct {
	length   time.Duration
	until    time.Time
	password string // that was refused
	err      error
}

// LoginResult tells what became of a login.
type LoginResult struct {
	Err      error         // nil, or a *LoginError
	Pause    time.Duration // how long no login is sent, after a refusal
	Renewing bool          // it was to renew a token that still works
}

// acquire gives the token to send, logging in if there is none. It waits for a
// login or for the proof of an unproven token, but not beyond ctx.
func (s *session) acquire(ctx context.Context, began time.Time) (*token, error) {
	timer := time.NewTimer(proofWait)
	defer timer.Stop()
	impatient := false
	for {
		t, wait, err := s.next(began, impatient)
		if t != nil || err != nil {
			return t, err
		}
		select {
		case <-wait:
		case <-timer.C:
			impatient = true
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// next gives a token, or what to wait for before asking again.
func (s *session) next(began time.Time, impatient bool) (*token, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credentials.byToken() {
		if err := s.readToken(began); err != nil {
			return nil, nil, err
		}
	}
	t := s.current
	switch {
	case t == nil:
		return s.nextLogin(began)
	case t.proven:
		s.renewAhead()
		return t, nil, nil
	case t.proof != nil && !impatient:
		return nil, t.proof, nil
	}
	if t.proof == nil {
		t.proof = make(chan struct{})
	}
	return t, nil, nil
}

// nextLogin joins the login under way or begins one, unless this batch has seen
// one fail already or logins are paused. With an access token there is no login.
func (s *session) nextLogin(began time.Time) (*token, <-chan struct{}, error) {
	if s.failure != nil && !s.failure.at.Before(began) {
		return nil, nil, s.failure.err
	}
	if s.flight == nil {
		if err := s.startLogin(false); err != nil {
			return nil, nil, err
		}
	}
	return nil, s.flight.done, nil
}

// startLogin sends a login unless they are paused. A pause ends before its time
// when the password has changed.
func (s *session) startLogin(renewing bool) error {
	password, err := s.credentials.secret()
	if err != nil {
		return err
	}
	if s.now().Before(s.pause.until) && password == s.pause.password {
		return s.pause.err
	}
	f := &flight{done: make(chan struct{})}
	s.flight = f
	go func() {
		ctx, cancel := context.WithTimeout(s.base, loginTimeout)
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
	if password != s.pause.password {
		length = firstPause
	}
	s.pause = pause{length: length, until: s.now().Add(length), password: password, err: err}
}

// renewAhead begins a login when the token nears its end. Calls go on with the
// old token; if the login fails, it is tried again after a while.
func (s *session) renewAhead() {
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
	_ = s.startLogin(true)
}

// readToken reads the access token file if it may have changed. While the token
// at hand works, a file that can't be read is left alone. A token that was
// refused is tried again by the next batch, not by this one.
func (s *session) readToken(began time.Time) error {
	stamp := stampOf(s.credentials.AccessTokenFile)
	if s.current != nil && stamp == s.stamp {
		return nil
	}
	value, err := s.credentials.secret()
	switch {
	case err != nil && s.current != nil:
		return nil
	case err != nil:
		return err
	case s.current != nil && s.current.value.Reveal() == value:
		s.stamp = stamp
		return nil
	case value == s.refused && s.failure != nil && !s.failure.at.Before(began):
		return s.failure.err
	}
	s.drop()
	s.stamp = stamp
	s.current = &token{value: NewSecret(value), born: s.now()}
	return nil
}

// settle tells the session how a call with t ended. A 401 is for replace or
// refuse to tell.
func (s *session) settle(t *token, err error) {
	if errors.Is(err, ErrUnauthorized) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.proven {
		return
	}
	// Only an answer behind the check of the token proves it.
	t.proven = err == nil || errors.Is(err, ErrForbidden)
	t.release()
}

// release lets those go on who wait for the fate of t.
func (t *token) release() {
	if t.proof != nil {
		close(t.proof)
		t.proof = nil
	}
}

// drop forgets the token and lets those go on who wait for its fate.
func (s *session) drop() {
	if s.current != nil {
		s.current.release()
		s.current = nil
	}
}

// replace gives another token than t, which a call got a 401 with: the one that
// somebody else brought meanwhile, that of a new login, or a changed file's.
func (s *session) replace(ctx context.Context, t *token, began time.Time, cause error) (*token, error) {
	s.mu.Lock()
	if s.current == t {
		if s.credentials.byToken() {
			s.reject(t, cause)
		} else {
			s.drop()
		}
	}
	s.mu.Unlock()
	return s.acquire(ctx, began)
}

// refuse tells that a token which had come in place of another was refused too.
func (s *session) refuse(t *token, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == t {
		s.reject(t, cause)
	}
}

// reject forgets a token for good: calls of batches under way fail with cause.
func (s *session) reject(t *token, cause error) {
	s.drop()
	if s.credentials.byToken() {
		s.refused = t.value.Reveal()
	}
	s.failure = &failure{at: s.now(), err: &TokenError{File: s.credentials.AccessTokenFile, Err: cause}}
}

// state gives when the token ends (zero: unknown or none) and whether logins are paused.
func (s *session) state() (expires time.Time, paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && !s.credentials.byToken() {
		expires = s.current.born.Add(s.life)
	}
	return expires, s.now().Before(s.pause.until)
}
