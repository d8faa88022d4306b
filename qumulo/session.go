package qumulo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/files"
)

const (
	// tokenLife is how long a token given by a login is valid, as the vendor's
	// pages say. Answers to a login don't tell.
	tokenLife = 10 * time.Hour
	// renewAt is the share of its life at which a token is renewed.
	renewAt = 0.9
	// renewRetry is the time between attempts to renew a token that still works.
	renewRetry = time.Minute
	// confirmWait is how long callers wait for the call that confirms a token before
	// one more of them tries, since it may hang at the first one's endpoint only.
	confirmWait = 500 * time.Millisecond
)

// session holds the bearer token that all calls share.
//
// A call takes the token with acquire, tells what became of it with settle, and
// on a 401 asks replace for another one. All state is behind mu, which is held
// neither during a request nor while a file is read.
type session struct {
	credentials Credentials
	secret      *files.Reader // the password's file, or the access token's; nil: none
	life        time.Duration
	now         func() time.Time
	// send sends a login, within the budget.
	send func(ctx context.Context, username, password string, kind attempt) (token string, by confirmation, err error)
	// hung is a file that all calls wait for, "" if there is none.
	hung func() string
	// done is told of each login that ended.
	done func(LoginResult)
	// base ends when the client is closed, and the login under way with it.
	base context.Context //nolint:containedctx // a login outlives its callers

	mu       sync.Mutex
	current  *token
	login    *loginCall // under way
	failure  *failure   // why there is no token
	pause    pause
	read     time.Time // when the access token file was last read
	rejected Secret    // the access token rejected last
	renewed  time.Time // when a renewal ahead of time was last begun
}

// failure holds for all calls whose round began before it.
type failure struct {
	at  time.Time
	err error
}

func (f *failure) holds(round Round) bool { return f != nil && !f.at.Before(round.Began) }

// acquire returns the token to send, logging in if there is none. It waits for a
// login or for the fate of an unconfirmed token, but not beyond ctx. lead reports
// whether it is the call to be made that confirms the token.
func (s *session) acquire(ctx context.Context, round Round) (t *token, lead bool, err error) {
	for waited := false; ; waited = true {
		round.yield(ctx)  // or it may lead, and hang
		if round.over() { // it must not lead
			return nil, false, s.late(ctx, waited)
		}
		if s.credentials.byToken() {
			if err := s.readToken(ctx, round); err != nil {
				return nil, false, err
			}
		}
		t, lead, wait, err := s.next(round) //nolint:contextcheck // a login outlives its callers
		if wait == nil {
			return t, lead, err
		}
		select {
		case <-wait:
		case <-time.After(confirmWait):
		case <-ctx.Done():
			return nil, false, s.waiting(context.Cause(ctx))
		}
	}
}

// late is the error of a call whose round is over.
func (s *session) late(ctx context.Context, waited bool) error {
	cause := cmp.Or(context.Cause(ctx), context.DeadlineExceeded)
	if waited {
		cause = s.waiting(cause)
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, cause)
}

// waiting says what a call waited for that was ended.
func (s *session) waiting(cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := s.hung()
	if s.login != nil && s.login.reading {
		path = s.secret.Path()
	}
	switch {
	case path != "":
		return files.NoAnswer(path, cause)
	case s.login != nil:
		return fmt.Errorf("%w for the login: %w", ErrWaiting, cause)
	}
	return fmt.Errorf("%w for a call that confirms the token: %w", ErrWaiting, cause)
}

// next returns a token, or what to wait for before asking again.
func (s *session) next(round Round) (t *token, lead bool, wait <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t = s.current
	switch {
	case t == nil && s.failure.holds(round):
		return nil, false, nil, s.failure.err
	case t == nil:
		return nil, false, s.startLogin(round, false), nil
	case t.confirmed:
		s.renewAhead(round)
		return t, false, nil, nil
	case t.fate != nil && time.Since(t.tried) < confirmWait:
		return nil, false, t.fate, nil
	}
	t.confirming()
	return t, true, nil, nil
}

// readToken reads the access token file, once a round while there is a token. While
// that one works, a file that can't be used is left alone. A token that was rejected is
// tried again by the next round, not by this one.
func (s *session) readToken(ctx context.Context, round Round) error {
	s.mu.Lock()
	known, done := s.current != nil, s.current != nil && !s.read.Before(round.Began)
	s.mu.Unlock()
	if done {
		return nil
	}
	read, at := s.secret.Read, s.now()
	if known {
		read = s.secret.Latest
	}
	text, err := read(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && s.current == nil {
		return err
	}
	s.read = at
	value := tokenIn(text)
	switch {
	case err != nil, s.current != nil && s.current.value.Reveal() == value:
		return nil
	case s.current == nil && value == s.rejected.Reveal() && s.failure.holds(round):
		return s.failure.err
	}
	s.drop()
	s.current = &token{value: NewSecret(value), born: at}
	return nil
}

// settle tells the session how a call with t ended that began then. A 401 is for replace
// or reject to tell. That a call was accepted which began before another one was rejected
// tells nothing of the token as it is now, and nor does a call that failed meanwhile.
func (s *session) settle(t *token, began time.Time, err error) {
	if errors.Is(err, ErrUnauthorized) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	good := accepts(err)
	if t.confirmed || !t.doubted.IsZero() && (!good || began.Before(t.doubted)) {
		return
	}
	t.confirmed, t.doubted, t.unlisted = good, time.Time{}, false
	t.accepted = t.accepted || good
	t.release()
}

// doubts tells the session that a call got a 401 with t. It reports whether it is for
// this call to find out at another address whose fault that is: it leads already, or is
// the first to learn it, and leads now. The others wait for the fate of t.
func (s *session) doubts(ctx context.Context, t *token, lead bool) bool {
	s.mu.Lock()
	if s.current == t && (lead || t.confirmed) {
		t.confirmed, t.doubted = false, s.now()
		t.confirming()
		s.mu.Unlock()
		return true
	}
	fate := t.fate
	s.mu.Unlock()
	if fate != nil {
		select { // what shows it has little time
		case <-fate:
		case <-ctx.Done():
		}
	}
	return false
}

// drop forgets the token and lets those go on who wait for its fate.
func (s *session) drop() {
	if s.current != nil {
		s.current.release()
		s.current = nil
	}
}

// replace returns the token to use after a call got a 401 with t: t itself if another
// address has accepted it, the one that somebody else brought meanwhile, that of a new
// login, or a changed file's. A token that a login
// has just given to this very round is not replaced: the next one would fare no better.
func (s *session) replace(ctx context.Context, t *token, round Round, cause error) (fresh *token, lead bool, err error) {
	s.mu.Lock()
	if s.current == t && !t.confirmed {
		if s.credentials.byToken() || !t.accepted && !t.born.Before(round.Began) {
			s.forget(t, cause)
		} else {
			s.drop()
		}
	}
	s.mu.Unlock()
	return s.acquire(ctx, round)
}

// wasAccepted reports whether a call was ever accepted with the token.
func (s *session) wasAccepted(t *token) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.accepted
}

// reject tells that a token which had come in place of another was rejected too,
// and returns the error that says so. One that is confirmed is not at fault.
func (s *session) reject(t *token, cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.confirmed {
		return refusedAlone(cause)
	}
	if s.current == t {
		s.forget(t, cause)
	}
	return s.tokenError(cause)
}

// forget drops a token for good: calls of rounds under way fail with cause.
func (s *session) forget(t *token, cause error) {
	s.drop()
	if s.credentials.byToken() {
		s.rejected = t.value
	}
	s.failure = &failure{at: s.now(), err: s.tokenError(cause)}
}

func (s *session) tokenError(cause error) error {
	return &TokenError{File: s.credentials.AccessTokenFile, Err: cause}
}

// token is the one at hand; zero: there is none.
func (s *session) token() Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return Secret{}
	}
	return s.current.value
}

// state returns when the token ends (zero: unknown or none) and whether logins are paused.
func (s *session) state() (expires time.Time, paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && !s.credentials.byToken() {
		expires = s.current.born.Add(s.life)
	}
	until := s.pause.until
	if s.failure != nil {
		if kept, ok := errors.AsType[*BudgetError](s.failure.err); ok && kept.Until.After(until) {
			until = kept.Until
		}
	}
	return expires, s.now().Before(until)
}
