package qumulo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/jpillora/backoff"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// LoginEndpoint is where a session token comes from, for a username and a password.
var LoginEndpoint = Endpoint{Name: "log in", Path: "/v1/session/login", Public: true, Missing: NoAPI}

// loginTimeout bounds a login. It is no caller's: all may have gone while it is under
// way, and the next ones use the token it brings.
const loginTimeout = 30 * time.Second

// pauses keep rejected logins from locking the account: 2, 10, then 30 minutes.
var pauses = backoff.Backoff{Min: 2 * time.Minute, Factor: 5, Max: 30 * time.Minute}

// loginCall is a login under way.
type loginCall struct {
	done     chan struct{}
	began    time.Time
	renewing bool // a token that still works
	reading  bool // the password's file is being read
	password Secret
	sent     bool
	attempt  attempt
}

// attempt is what a login stands for.
type attempt int

const (
	// again: the password was rejected before.
	again attempt = iota
	// first: nothing is known of it; a rejection is to be confirmed elsewhere.
	first
	// confirming: to find out, in the pause, whether another address says the same.
	confirming
)

// pause is the time in which no login is sent, after one was rejected.
type pause struct {
	rejections int // in a row, with this password
	until      time.Time
	password   Secret
	err        error
	// asked: no other address is asked in this pause whether it says the same; confirmed:
	// one does, or there is none.
	asked, confirmed bool
}

// LoginResult is what became of a login that was sent.
type LoginResult struct {
	Err      error         // nil, or a *LoginError
	Pause    time.Duration // how long no login is sent, after a rejection
	Renewing bool          // it was to renew a token that still works
}

// startLogin joins the login under way or begins one, and returns what is closed at its
// end. mu is held.
func (s *session) startLogin(round Round, renewing bool) <-chan struct{} {
	if s.login != nil {
		return s.login.done
	}
	l := &loginCall{done: make(chan struct{}), began: s.now(), renewing: renewing, reading: s.secret != nil}
	s.login = l
	round.Priority, round.After, round.Acquired = 0, nil, nil // all calls wait for it, and it is none of them
	go func() {
		ctx, cancel := context.WithTimeout(WithRound(s.base, round), loginTimeout)
		defer cancel()
		value, by, err := s.logIn(ctx, l)
		s.end(l, value, by, err)
	}()
	return l.done
}

// logIn sends a login, unless logins are paused. A pause ends before its time when the
// password has changed; in one whose rejection is not confirmed another address is asked.
func (s *session) logIn(ctx context.Context, l *loginCall) (token string, by confirmation, err error) {
	password := s.credentials.Password.Reveal()
	if s.secret != nil {
		text, err := s.secret.Read(ctx)
		if err != nil {
			return "", unasked, err
		}
		password = passwordIn(text)
	}
	s.mu.Lock()
	l.reading, l.password = false, NewSecret(password)
	pause := s.pause
	paused := s.now().Before(pause.until)
	if password != pause.password.Reveal() {
		paused, pause.rejections = false, 0
	}
	s.mu.Unlock()
	switch {
	case paused && pause.asked:
		return "", pause.confirmation(), pause.err
	case paused:
		l.attempt = confirming
	case pause.rejections > 0 && pause.confirmed:
		l.attempt = again
	default:
		l.attempt = first
	}
	l.sent = true
	return s.send(ctx, s.credentials.Username, password, l.attempt)
}

// end takes the result of a login.
func (s *session) end(l *loginCall, value string, by confirmation, err error) {
	result := LoginResult{Renewing: l.renewing}
	s.mu.Lock()
	switch {
	case err == nil:
		s.drop()
		s.current = &token{value: NewSecret(value), born: l.began}
		s.failure, s.pause = nil, pause{}
	case l.sent:
		login := &LoginError{Username: s.credentials.Username, Rejected: isRejection(err), Err: err}
		if login.Rejected || l.attempt == confirming {
			s.pause.note(l, by)
		}
		if login.Rejected {
			result.Pause = s.lengthenPause(l, login)
		}
		if _, kept := errors.AsType[*BudgetError](err); kept {
			l.sent = false
		}
		err, result.Err = login, login
		if l.attempt == confirming {
			err = s.pause.err // of the address that was asked first
		}
		fallthrough
	default:
		s.failure = &failure{at: s.now(), err: err}
	}
	s.mu.Unlock()
	if l.sent { // told before the callers go on, so that counts are complete when they end
		s.done(result)
	}
	s.mu.Lock()
	s.login = nil
	s.mu.Unlock()
	close(l.done)
}

// lengthenPause begins a pause after a rejection, which is longer after each further one.
func (s *session) lengthenPause(l *loginCall, err error) time.Duration {
	now := s.now()
	if l.attempt != confirming {
		s.pause.until, s.pause.err = now.Add(pauses.ForAttempt(float64(s.pause.rejections))), err
		s.pause.rejections++
	}
	return s.pause.until.Sub(now)
}

// confirmation is what came of asking another address about a rejection.
type confirmation int

const (
	// unasked: none could be.
	unasked confirmation = iota
	// undecided: one was, and said something else. It may have checked the password.
	undecided
	// confirmed: it said the same, or there is no other.
	confirmed
)

// note keeps what came of asking another address about a rejected password.
func (p *pause) note(l *loginCall, by confirmation) {
	if l.password.Reveal() != p.password.Reveal() {
		*p = pause{password: l.password}
	}
	p.asked, p.confirmed = by != unasked, by == confirmed
}

// confirmation is what note was told.
func (p *pause) confirmation() confirmation {
	if p.confirmed {
		return confirmed
	}
	return undecided
}

// underWay returns what is closed when there is no login under way.
func (s *session) underWay() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.login != nil {
		return s.login.done
	}
	none := make(chan struct{})
	close(none)
	return none
}

// endPause lets the next call log in again.
func (s *session) endPause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pause.until = time.Time{}
}

// logIn asks for a token: POST /v1/session/login. The first rejection of a password is
// confirmed at one other address, if none can be reached then in a later attempt: a node
// that rejects what another one accepts is sick.
func (c *Client) logIn(ctx context.Context, username, password string, kind attempt) (token string, by confirmation, err error) {
	body, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		return "", confirmed, err
	}
	deadline, _ := ctx.Deadline()
	r := LoginEndpoint.request(roundOf(ctx, c.now()), func() time.Time { return deadline })
	r.method, r.body, r.login, r.secret, r.decode = http.MethodPost, body, true, NewSecret(password), tokenInto(&token)
	account, began := c.budget.key(username, password), c.now()
	if kind != confirming {
		if err = c.sendLogin(ctx, r, account); kind != first || !isRejection(err) || !c.elsewhere(ctx, r) {
			return token, confirmed, err
		}
		c.doubted = r.not
	}
	r.not = c.doubted
	other := c.sendLogin(ctx, r, account)
	switch {
	case other == nil:
		c.pool.Report(r.not, began, transport.Sick)
		return token, confirmed, nil
	case isRejection(other):
		by = confirmed
	case r.sent:
		by = undecided
	}
	return "", by, cmp.Or(err, other)
}

// sendLogin sends a login within the budget.
func (c *Client) sendLogin(ctx context.Context, r *request, account accountKey) error {
	slow := c.slow
	if err := c.budget.reserve(ctx, account, slow, func() error { return c.alive(ctx, r) }); err != nil {
		return err
	}
	r.sent = false
	err := c.retry(ctx, r)
	c.slow = verdictOf(err) == unanswered
	// Of a password that one address has rejected, another one that gives no token may have
	// rejected it too.
	c.budget.settle(account, slow, isRejection(err) || err != nil && r.sent && r.not != nil, err == nil)
	return err
}

// alive asks for the version, as quickly as a login.
func (c *Client) alive(ctx context.Context, login *request) error {
	return c.throttle(ctx, VersionEndpoint.request(login.round, login.deadline))
}

// tokenInto decodes the answer to a login.
func tokenInto(token *string) decoder {
	return func(body io.Reader) error {
		var answer struct {
			BearerToken string `json:"bearer_token"`
		}
		if err := objectInto(&answer)(body); err != nil {
			return err
		}
		if !validToken(answer.BearerToken) {
			return &BodyError{Problem: "JSON object without a bearer_token"}
		}
		*token = answer.BearerToken
		return nil
	}
}
