package qumulo_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestSlowLoginWithOneSlot: two addresses, one call at a time, and a login of four seconds: it is
// slow, and the node is not hung.
func TestSlowLoginWithOneSlot(t *testing.T) {
	t.Parallel()
	r, nodes := twoNodes(t, alone, realClock)
	r.LoginFault(qumulotest.Fault{Delay: 4 * time.Second})
	ok(t, listNodes(within(t, 9*time.Second), r.client))
	if n := r.CallCount(loginPath); n != 1 {
		t.Errorf("%d logins sent, want 1", n)
	}
	if n := nodes[1].Calls(); n != 0 {
		t.Errorf("%d calls of the second node", n)
	}
}

// TestSlowCallWithAllSlotsTaken: calls of four seconds take all slots. Each is sent once.
func TestSlowCallWithAllSlotsTaken(t *testing.T) {
	t.Parallel()
	r, nodes := twoNodes(t, realClock)
	ok(t, r.call(t))
	r.reset()
	r.SetFault(nodesPath, qumulotest.Fault{Delay: 4 * time.Second})
	ctx := within(t, 9*time.Second)
	ok(t, together(8, func(int) error { return listNodes(ctx, r.client) })...)
	if n := r.CallCount(nodesPath); n != 8 || nodes[1].Calls() != 0 {
		t.Errorf("%d calls sent, %d to the second node, want each of the 8 once", n, nodes[1].Calls())
	}
}

// TestCallerInAHurry: a caller with little time left does not make an address avoided.
func TestCallerInAHurry(t *testing.T) {
	r, nodes := twoNodes(t, realClock)
	ok(t, r.call(t))
	r.SetFault(nodesPath, qumulotest.Fault{Delay: 300 * time.Millisecond})
	for range 10 {
		if err := listNodes(within(t, 80*time.Millisecond), r.client); !errors.Is(err, qumulo.ErrNoAnswer) {
			t.Errorf("error is %v", err)
		}
	}
	ok(t, r.call(t))
	if n := nodes[1].Calls(); n != 0 || r.client.State().Address != nodes[0].URL() {
		t.Errorf("%d calls of the second node, %s in use", n, r.client.State().Address)
	}
}

// TestRetryAfterOfOneAddress leaves the other in use, for calls and logins; what asked for it is
// asked nothing until then, or until the client is told to resume.
func TestRetryAfterOfOneAddress(t *testing.T) {
	r, nodes := twoNodes(t)
	ok(t, r.batch(t, 8)...)
	nodes[0].SetFault("", busy(http.StatusTooManyRequests, "600"))
	r.RevokeTokens()
	ok(t, r.batch(t, 1)...)
	nodes[0].ClearFaults()
	before := nodes[0].Calls()
	ok(t, r.batch(t, 8)...)
	if n := nodes[0].Calls() - before; n != 0 {
		t.Errorf("%d calls of the address that asked for time", n)
	}
	r.client.Resume()
	ok(t, r.batch(t, 8)...)
	if n := nodes[0].Calls() - before; n != 8 {
		t.Errorf("%d calls of the first address after the throttle, want 8", n)
	}
}

// TestCloseAfterTheLastHook: whatever is under way when a client is closed, no hook is told of
// anything after Close has returned, and no call begins.
func TestCloseAfterTheLastHook(t *testing.T) {
	for range 20 {
		var closed atomic.Bool
		var late atomic.Int64
		told := func() {
			if closed.Load() {
				late.Add(1)
			}
		}
		r, nodes := twoNodes(t, func(cfg *qumulo.Config) {
			cfg.Hooks.Call = func(qumulo.CallResult) { told() }
			cfg.Hooks.Login = func(qumulo.LoginResult) { told() }
			cfg.Hooks.Handshake = told
			cfg.Hooks.Failover = told
		})
		nodes[0].SetFault("", qumulotest.Fault{Hang: true})
		var calls sync.WaitGroup
		for range 8 {
			calls.Go(func() { _ = listNodes(within(t, 2*time.Second), r.client) })
		}
		eventually(t, "a call", func() bool { return r.InFlight() > 0 })
		r.client.Close()
		closed.Store(true)
		calls.Wait()
		if err := listNodes(soon(t), r.client); !errors.Is(err, qumulo.ErrClosed) {
			t.Errorf("error is %v, want a closed client", err)
		}
		if n := late.Load(); n != 0 {
			t.Fatalf("%d hooks were told of something after Close", n)
		}
	}
}

// TestOverdueCallerDoesNotLead: a caller past its deadline, whose context has not ended, does not
// keep others waiting for the token.
func TestOverdueCallerDoesNotLead(t *testing.T) {
	r := newTokenRig(t, realClock)
	r.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	past := time.Now().Add(-time.Second)
	round := qumulo.Round{Began: time.Now(), Deadline: func() (time.Time, bool) { return past, true }}
	_, err := r.client.Slots(qumulo.WithRound(context.WithoutCancel(t.Context()), round))
	if !errors.Is(err, qumulo.ErrNoAnswer) {
		t.Errorf("error is %v, want no answer in time", err)
	}
	began := time.Now()
	ok(t, r.call(t))
	if took := time.Since(began); took > 300*time.Millisecond || r.CallCount(slotsPath) != 0 {
		t.Errorf("the next call took %v, %d calls of the overdue one", took, r.CallCount(slotsPath))
	}
}

// TestOverdueCallerSaysWhatItWaitedFor: so does one that learns of its deadline before its context has ended.
func TestOverdueCallerSaysWhatItWaitedFor(t *testing.T) {
	r := newRig(t, realClock)
	r.LoginFault(qumulotest.Fault{Hang: true})
	soon := time.Now().Add(200 * time.Millisecond)
	round := qumulo.Round{Began: time.Now(), Deadline: func() (time.Time, bool) { return soon, true }}
	err := listNodes(qumulo.WithRound(context.WithoutCancel(t.Context()), round), r.client)
	if !errors.Is(err, qumulo.ErrNoAnswer) || !strings.Contains(err.Error(), "no answer in time: waiting for the login") {
		t.Errorf("error is %v, want one that speaks of the login", err)
	}
}

// TestTokenOfAnotherRequest: a sick node mixes answers up; what looks like a token is in no error.
func TestTokenOfAnotherRequest(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Status: 500, Body: []byte(`{"description":"Bearer session-v1:marker-of-another is not valid"}`)})
	if err := r.call(t); err == nil || strings.Contains(err.Error(), "marker") {
		t.Errorf("error is %v", err)
	}
}
