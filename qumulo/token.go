package qumulo

import (
	"context"
	"errors"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// maxProofTime is how long a call may take that shows whether a rejected token is at fault, if nobody
// waits for it.
const maxProofTime = 3 * time.Second

// token is a bearer token and what is known of it.
type token struct {
	value     Secret
	born      time.Time
	confirmed bool          // a call was accepted with it, and none rejected after that
	accepted  bool          // a call was, ever
	doubted   time.Time     // when a call was last rejected with it; zero: none since it was accepted
	unlisted  bool          // the node listing was among those calls
	listing   chan struct{} // closed when the node listing has ended that was sent with it last; nil: none is under way
	fate      chan struct{} // closed when a call that confirms it has ended; nil if there is none
	tried     time.Time     // when the newest such call began
}

// confirming lets the others wait for the call that is made with t now.
func (t *token) confirming() {
	if t.fate == nil {
		t.fate = make(chan struct{})
	}
	t.tried = time.Now()
}

// release ends the wait of those who wait for the fate of t.
func (t *token) release() {
	if t.fate != nil {
		close(t.fate)
		t.fate = nil
	}
}

// lists notes that the node listing is sent with the token. ended is to be told what came of it.
func (s *session) lists(t *token) (ended func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan struct{})
	t.listing = done
	return func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		t.unlisted = t.unlisted || errors.Is(err, ErrUnauthorized)
		if t.listing == done {
			t.listing = nil
		}
		close(done)
	}
}

// isUnlisted reports whether the node listing was rejected with the token. For one under way it waits a while.
func (s *session) isUnlisted(ctx context.Context, t *token, wait time.Duration) bool {
	s.mu.Lock()
	listing := t.listing
	s.mu.Unlock()
	if listing != nil {
		select {
		case <-listing:
		case <-time.After(min(wait, confirmWait)):
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.unlisted
}

// judge finds out whether a token is at fault that a call, sent at rejected, got the 401 err with. It returns the
// call's error, which is that of the other address (or nil) if the token is well there, and whether the cluster knows the token.
func (c *Client) judge(ctx context.Context, r *request, t *token, rejected time.Time, err error) (known bool, _ error) {
	var other error
	if c.elsewhere(ctx, r) {
		if other = c.prove(ctx, r); other == nil || accepts(other) && !r.lists() {
			c.pool.Report(r.not, rejected, transport.Sick)
			return true, other
		}
	}
	switch {
	case !c.session.wasAccepted(t) || !c.isKnown(ctx, r, t):
		return false, err
	case errors.Is(other, ErrForbidden):
		return true, other
	}
	return true, refusedAlone(err)
}

// elsewhere reports whether there is another address than the one that was asked, and
// leaves that one out.
func (c *Client) elsewhere(ctx context.Context, r *request) bool {
	r.not = r.at
	return len(c.candidates(ctx, r)) > 0
}

// proofTime is how long what shows whether a token is at fault may take.
func (r *request) proofTime() time.Duration {
	deadline := r.round.deadline()
	if deadline.IsZero() {
		return maxProofTime
	}
	return min(maxProofTime, time.Until(deadline)/4)
}

// prove sends a call that shows whether a rejected token is at fault. No answer shows nothing, and
// must not hold up a new login for all the time that there is. An address that hangs has its share of
// the time that the proof may take.
func (c *Client) prove(ctx context.Context, r *request) error {
	end := time.Now().Add(r.proofTime())
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	defer func(deadline func() time.Time) { r.deadline = deadline }(r.deadline)
	r.deadline = func() time.Time { return end }
	return c.retry(ctx, r)
}
