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
	// proofWait is how long callers wait for the call that proves a token before
	// one more of them tries, since it may hang at the first one's endpoint only.
	proofWait = 500 * time.Millisecond
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
	refused Secret    // the access token refused last
	renewed time.Time // when a renewal ahead of time was last begun
}

type token struct {
	value  Secret
	born   time.Time
	proven bool
	proof  chan struct{} // closed when a call that proves it has ended; nil if there is none
	tried  time.Time     // when the newest such call began
}

// failure holds for all calls whose batch began before it.
type failure struct {
	at  time.Time
	err error
}

// acquire gives the token to send, logging in if there is none. It waits for a
// login or for the proof of an unproven token, but not beyond ctx.
func (s *session) acquire(ctx context.Context, batch Batch) (*token, error) {
	for {
		t, wait, err := s.next(batch) //nolint:contextcheck // a login outlives its callers
		if t != nil || err != nil {
			return t, err
		}
		select {
		case <-wait:
		case <-time.After(proofWait):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// next gives a token, or what to wait for before asking again.
func (s *session) next(batch Batch) (*token, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credentials.byToken() {
		if err := s.readToken(batch.Began); err != nil {
			return nil, nil, err
		}
	}
	t := s.current
	switch {
	case t == nil:
		return s.nextLogin(batch)
	case t.proven:
		s.renewAhead(batch)
		return t, nil, nil
	case t.proof != nil && time.Since(t.tried) < proofWait:
		return nil, t.proof, nil
	}
	if t.proof == nil {
		t.proof = make(chan struct{})
	}
	t.tried = time.Now()
	return t, nil, nil
}

// nextLogin joins the login under way or begins one, unless this batch has seen
// one fail already or logins are paused. With an access token there is no login.
func (s *session) nextLogin(batch Batch) (*token, <-chan struct{}, error) {
	if s.failure != nil && !s.failure.at.Before(batch.Began) {
		return nil, nil, s.failure.err
	}
	if s.flight == nil {
		if err := s.startLogin(batch, false); err != nil {
			return nil, nil, err
		}
	}
	return nil, s.flight.done, nil
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
	case value == s.refused.Reveal() && s.failure != nil && !s.failure.at.Before(began):
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
// somebody else brought meanwhile, that of a new login, or a changed file's. A
// token that a login has just given to this very batch is not replaced: the next
// one would fare no better.
func (s *session) replace(ctx context.Context, t *token, batch Batch, cause error) (*token, error) {
	s.mu.Lock()
	if s.current == t {
		if s.credentials.byToken() || !t.proven && !t.born.Before(batch.Began) {
			s.reject(t, cause)
		} else {
			s.drop()
		}
	}
	s.mu.Unlock()
	return s.acquire(ctx, batch)
}

// refuse tells that a token which had come in place of another was refused too,
// and gives the error that says so.
func (s *session) refuse(t *token, cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == t {
		s.reject(t, cause)
	}
	return s.tokenError(cause)
}

// reject forgets a token for good: calls of batches under way fail with cause.
func (s *session) reject(t *token, cause error) {
	s.drop()
	if s.credentials.byToken() {
		s.refused = t.value
	}
	s.failure = &failure{at: s.now(), err: s.tokenError(cause)}
}

func (s *session) tokenError(cause error) error {
	return &TokenError{File: s.credentials.AccessTokenFile, Err: cause}
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
