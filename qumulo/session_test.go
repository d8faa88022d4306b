package qumulo_test

import (
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func TestThousandCallsCostOneLoginAndNoNewHandshake(t *testing.T) {
	r := newRig(t)
	// Slow answers keep all calls of the batch in flight at once.
	r.SetFault(nodesPath, qumulotest.Fault{Delay: 50 * time.Millisecond})
	ok(t, r.batch(t, 8)...)
	ok(t, r.batch(t, 8)...)
	r.ClearFaults()
	// A connection may come when its call has gone over another one already.
	open := r.Handshakes()
	for batches, same := 0, 0; same < 20 && batches < 100; batches++ {
		ok(t, r.batch(t, 8)...)
		if n := r.Handshakes(); n != open {
			open, same = n, 0
		}
		same++
	}
	if open > 2*qumulo.DefaultConcurrency {
		t.Errorf("%d handshakes for %d calls at a time", open, qumulo.DefaultConcurrency)
	}
	r.mu.Lock()
	if r.handshakes != open {
		t.Errorf("the hook was told of %d handshakes, want %d", r.handshakes, open)
	}
	r.mu.Unlock()
	if l := r.hookLogin(t); l.Err != nil || l.Pause != 0 || l.Renewing {
		t.Errorf("the hook was told %+v of the login", l)
	}
	r.reset()
	for range 125 {
		ok(t, r.batch(t, 8)...)
	}
	if n := r.Handshakes(); n != 0 {
		t.Errorf("%d new handshakes in a thousand calls", n)
	}
	r.checkSent(t, sent{nodeCalls: 1000})
}

// A login has one connection of its own, since nobody could tell whether it got through on
// one that was dead; those of the calls stay.
func TestLoginCostsOneHandshake(t *testing.T) {
	r := newRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Delay: 50 * time.Millisecond})
	ok(t, r.batch(t, 8)...)
	ok(t, r.batch(t, 8)...)
	r.reset()
	for n := range 3 {
		r.RevokeTokens()
		ok(t, r.call(t))
		ok(t, r.batch(t, 8)...)
		if logins, handshakes := r.Logins(), r.Handshakes(); logins != n+1 || handshakes != n+1 {
			t.Errorf("%d logins, %d handshakes after %d revoked tokens", logins, handshakes, n+1)
		}
	}
	eventually(t, "the connections of the logins are closed", func() bool { return r.OpenConnections() == 8 })
}

func TestRevokedTokenBetweenCalls(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.reset()
	r.RevokeTokens()
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 2, refusedCalls: 1})
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 3, refusedCalls: 1})
}

func TestRevokedTokenWithCallsInFlight(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.reset()
	node := r.Nodes()[0]
	node.Hang(true)
	done := make(chan []error)
	go func() { done <- r.batch(t, 8) }()
	eventually(t, "8 calls in flight", func() bool { return r.InFlight() == 8 })
	r.RevokeTokens()
	node.Hang(false)
	ok(t, <-done...)
	r.checkSent(t, sent{logins: 1, nodeCalls: 16, refusedCalls: 8})
	if l := r.hookLogin(t); l.Err != nil || l.Renewing {
		t.Errorf("the hook was told %+v of the login", l)
	}
}

// A cluster whose logins give dead tokens costs one login and one call a batch, and no loop.
func TestRevokeEachLogin(t *testing.T) {
	r := newRig(t)
	r.RevokeEachLogin(true)
	for range 3 {
		r.reset()
		r.checkRefused(t, r.batch(t, 8))
		r.checkSent(t, sent{logins: 1, nodeCalls: 1, refusedCalls: 1})
	}
	r.RevokeEachLogin(false)
	r.reset()
	ok(t, r.batch(t, 8)...)
	r.checkSent(t, sent{logins: 1, nodeCalls: 8})
}

// Here the token at hand was good until now: it is replaced once, and then no more.
func TestRevokeEachLoginWithTokenAtHand(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.reset()
	r.RevokeTokens()
	r.RevokeEachLogin(true)
	r.checkRefused(t, r.batch(t, 1))
	r.checkSent(t, sent{logins: 1, nodeCalls: 2, refusedCalls: 2})
	r.RevokeEachLogin(false)
	r.reset()
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 1})
}

// checkRefused checks the errors of calls whose token a login had just given.
func (r *rig) checkRefused(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		if e := as[*qumulo.TokenError](t, err); e.File != "" {
			t.Errorf("the error names the file %q, but the token came from a login", e.File)
		}
		if e := as[*qumulo.Error](t, err); e.Operation != "list nodes" {
			t.Errorf("the operation is %q", e.Operation)
		}
		if as[*qumulo.StatusError](t, err).Status != 401 {
			t.Errorf("%v: want the status 401 in it", err)
		}
		r.checkNoSecret(t, err.Error())
	}
}

func TestRenewedAheadOfItsEnd(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	first := r.client.State().TokenExpires
	if want := r.clock.now().Add(10 * time.Hour); want.Sub(first).Abs() > time.Second {
		t.Errorf("the token ends at %v, want %v", first, want)
	}
	r.clock.advance(9*time.Hour - time.Second)
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 2})

	// The first renewal hangs until the node goes down, and no call waits for it.
	r.reset()
	r.LoginFault(qumulotest.Fault{Hang: true, Times: 1})
	r.clock.advance(2 * time.Second)
	for range 20 {
		ok(t, r.call(t))
	}
	eventually(t, "the renewal on its way", func() bool { return r.CallCount(loginPath) == 1 })
	r.StopListening()
	r.Resume()
	eventually(t, "the end of the renewal", func() bool { return len(r.hookLogins()) == 1 })
	if l := r.hookLogin(t); l.Err == nil || !l.Renewing {
		t.Errorf("the hook was told %+v of the renewal that hung", l)
	}
	ok(t, r.call(t)) // which finds the old connections closed: a login is not repeated
	r.clock.advance(time.Minute + time.Second)
	ok(t, r.call(t))
	eventually(t, "the renewal", func() bool { return len(r.hookLogins()) == 2 })
	if l := r.hookLogins()[1]; l.Err != nil || !l.Renewing {
		t.Errorf("the hook was told %+v of the renewal", l)
	}
	ok(t, r.batch(t, 8)...)
	// The hooks may have been told of one more, on a connection that was dead.
	if logins, calls := r.Logins(), r.CallCount(nodesPath); logins != 1 || calls != 30 {
		t.Errorf("%d logins and %d node listings, want 1 and 30", logins, calls)
	}
	if got := r.client.State().TokenExpires; got.Sub(first) < 9*time.Hour {
		t.Errorf("the token still ends at %v", got)
	}
	tokens := map[string]bool{}
	for _, c := range r.Calls() {
		if c.Path == nodesPath {
			tokens[c.Token] = true
		}
	}
	if len(tokens) != 2 {
		t.Errorf("%d tokens were in use, want the old and the new one", len(tokens))
	}
}

func TestTokenLifeIsConfigured(t *testing.T) {
	r := newRig(t, func(cfg *qumulo.Config) { cfg.TokenLife = 100 * time.Second })
	ok(t, r.call(t))
	r.clock.advance(89 * time.Second)
	ok(t, r.call(t))
	if n := len(r.hookLogins()); n != 1 {
		t.Fatalf("%d logins before nine tenths of the token's life, want 1", n)
	}
	r.clock.advance(2 * time.Second)
	ok(t, r.call(t))
	eventually(t, "the renewal", func() bool { return len(r.hookLogins()) == 2 })
}

// A renewal that fails is tried again each minute, and no call notices.
func TestRenewalFails(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.clock.advance(9*time.Hour + time.Minute)
	r.LoginFault(qumulotest.Fault{Status: 500})
	for attempt := 1; attempt <= 3; attempt++ {
		r.reset()
		for range 10 {
			ok(t, r.batch(t, 4)...)
		}
		eventually(t, "a renewal", func() bool { return len(r.hookLogins()) == 1 })
		if l := r.hookLogin(t); !l.Renewing || l.Pause != 0 || as[*qumulo.LoginError](t, l.Err).Rejected {
			t.Errorf("the hook was told %+v of the renewal", l)
		}
		r.checkSent(t, sent{nodeCalls: 40})
		if n := r.CallCount(loginPath); n != 1 {
			t.Errorf("%d logins sent in one minute, want 1", n)
		}
		r.clock.advance(time.Minute + time.Second)
	}
	r.ClearFaults()
	r.reset()
	ok(t, r.call(t))
	eventually(t, "the renewal", func() bool { return len(r.hookLogins()) == 1 })
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 2})
}

func TestRenewalRefused(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.SetPassword(qumulotest.DefaultUser, "another")
	r.clock.advance(9*time.Hour + time.Minute)
	r.reset()
	for range 10 {
		ok(t, r.batch(t, 4)...)
	}
	eventually(t, "the renewal", func() bool { return len(r.hookLogins()) == 1 })
	ok(t, r.batch(t, 4)...)
	r.checkSent(t, sent{refusedLogins: 1, nodeCalls: 44})
	l := r.hookLogin(t)
	if !l.Renewing || l.Pause != 2*time.Minute || !as[*qumulo.LoginError](t, l.Err).Rejected {
		t.Errorf("the hook was told %+v of the renewal", l)
	}
	if !r.client.State().LoginPaused {
		t.Error("logins are not paused")
	}

	// Once the old token has ended, the reason is told, and the pause still holds.
	r.RevokeTokens()
	r.reset()
	for _, err := range r.batch(t, 4) {
		if !as[*qumulo.LoginError](t, err).Rejected {
			t.Errorf("%v: want a refused login", err)
		}
	}
	if n := r.CallCount(loginPath); n != 0 {
		t.Errorf("%d logins sent in the pause, want none", n)
	}

	r.write(t, "another")
	ok(t, r.batch(t, 4)...)
	if r.client.State().LoginPaused {
		t.Error("logins are still paused")
	}
}

// A token that ended while nobody called costs one refused call and one login.
func TestTokenEndedWhileIdle(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.reset()
	r.RevokeTokens()
	r.clock.advance(24 * time.Hour)
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 2, refusedCalls: 1})
}
