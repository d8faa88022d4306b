package qumulo_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func TestWrongPasswordIsSentOnce(t *testing.T) {
	r := newRig(t)
	r.SetPassword(qumulotest.DefaultUser, "another")
	for _, err := range r.batch(t, 8) {
		e := as[*qumulo.LoginError](t, err)
		if !e.Rejected || e.Username != qumulotest.DefaultUser {
			t.Errorf("error is %+v, want a refused login of %s", e, qumulotest.DefaultUser)
		}
		if !errors.Is(err, qumulo.ErrUnauthorized) {
			t.Errorf("%v: want ErrUnauthorized", err)
		}
		for _, word := range []string{"list nodes", `login of user "exporter" rejected`, "401"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q does not say %q", err, word)
			}
		}
		r.checkNoSecret(t, err.Error())
	}
	for range 25 { // 100 calls in the pause
		for _, err := range r.batch(t, 4) {
			if !as[*qumulo.LoginError](t, err).Rejected {
				t.Errorf("%v: want a refused login", err)
			}
		}
	}
	r.checkSent(t, sent{refusedLogins: 1})
	if l := r.hookLogin(t); l.Pause != 2*time.Minute || l.Renewing || !as[*qumulo.LoginError](t, l.Err).Rejected {
		t.Errorf("the hook was told %+v of the login", l)
	}
	if !r.client.State().LoginPaused {
		t.Error("logins are not paused")
	}

	r.reset()
	r.write(t, "another\n")
	ok(t, r.batch(t, 8)...)
	r.checkSent(t, sent{logins: 1, nodeCalls: 8})
	if r.client.State().LoginPaused {
		t.Error("logins are still paused")
	}
}

func TestPauseGrows(t *testing.T) {
	r := newRig(t)
	r.SetPassword(qumulotest.DefaultUser, "another")
	minutes := []float64{2, 10, 30, 30, 30}
	for i, m := range minutes {
		pause := time.Duration(m * float64(time.Minute))
		refused(t, r.call(t))
		logins := r.hookLogins()
		if len(logins) != i+1 || logins[i].Pause != pause {
			t.Fatalf("login %d: the hook was told %+v, want a pause of %v", i+1, logins, pause)
		}
		r.clock.advance(pause - time.Second)
		refused(t, r.call(t))
		if n := r.RefusedLogins(); n != i+1 {
			t.Fatalf("%d logins before the end of pause %d", n, i+1)
		}
		r.clock.advance(2 * time.Second)
		if r.client.State().LoginPaused {
			t.Fatalf("still paused at the end of pause %d", i+1)
		}
	}
	// Another wrong password begins anew, and a good login forgets the pauses.
	r.write(t, "a third")
	refused(t, r.call(t))
	if l := r.hookLogins(); l[len(l)-1].Pause != 2*time.Minute {
		t.Errorf("the pause of another password is %v, want 2m", l[len(l)-1].Pause)
	}
	r.write(t, "another")
	ok(t, r.call(t))
	r.RevokeTokens()
	r.SetPassword(qumulotest.DefaultUser, "changed again")
	refused(t, r.call(t))
	if l := r.hookLogins(); l[len(l)-1].Pause != 2*time.Minute {
		t.Errorf("the first pause after a good login is %v, want 2m", l[len(l)-1].Pause)
	}
}

// refused checks that err is a refused login.
func refused(t *testing.T, err error) {
	t.Helper()
	if !as[*qumulo.LoginError](t, err).Rejected {
		t.Fatalf("%v: want a refused login", err)
	}
}

func TestWhichLoginsPause(t *testing.T) {
	tests := []struct {
		name   string
		fault  qumulotest.Fault
		pauses bool
	}{
		{"400", qumulotest.Fault{Status: 400}, true},
		{"401", qumulotest.Fault{Status: 401}, true},
		{"403", qumulotest.Fault{Status: 403}, true},
		{"401, HTML", qumulotest.Fault{Status: 401, Body: []byte("<html>"), ContentType: "text/html"}, false},
		{"403, HTML", qumulotest.Fault{Status: 403, Body: []byte("\n<!DOCTYPE html>"), ContentType: "text/html"}, false},
		{"401, no body", qumulotest.Fault{Status: 401, Body: []byte{}}, true},
		{"400, not the API's", qumulotest.Fault{Status: 400, Body: []byte("Bad Request")}, false},
		{"404", qumulotest.Fault{Status: 404}, false},
		{"429", qumulotest.Fault{Status: 429}, false},
		{"500", qumulotest.Fault{Status: 500}, false},
		{"503", qumulotest.Fault{Status: 503}, false},
		{"reset", qumulotest.Fault{Reset: true}, false},
		{"HTML", qumulotest.Fault{Body: []byte("<html>")}, false},
		{"no token", qumulotest.Fault{Body: []byte(`{"key":"x"}`)}, false},
		{"a token with a line end", qumulotest.Fault{Body: []byte(`{"bearer_token":"session-v1:a\nX-Evil: 1"}`)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, alone)
			r.LoginFault(test.fault)
			for _, err := range r.batch(t, 4) {
				if e := as[*qumulo.LoginError](t, err); e.Rejected != test.pauses {
					t.Errorf("%v: Refused is %v, want %v", err, e.Rejected, test.pauses)
				}
				r.checkNoSecret(t, err.Error())
			}
			if n := r.CallCount(loginPath); n != 1 {
				t.Errorf("%d logins sent for one batch, want 1", n)
			}
			if got := r.hookLogin(t).Pause > 0; got != test.pauses {
				t.Errorf("the hook was told of a pause: %v, want %v", got, test.pauses)
			}
			if got := r.client.State().LoginPaused; got != test.pauses {
				t.Errorf("paused: %v, want %v", got, test.pauses)
			}
			if n := r.CallCount(""); n != 0 {
				t.Errorf("%d calls sent without a token", n)
			}

			r.ClearFaults()
			switch err := r.call(t); {
			case test.pauses:
				refused(t, err)
			case err != nil:
				t.Errorf("the next call: %v", err)
			}
		})
	}
}

func TestLoginAtStoppedCluster(t *testing.T) {
	r := newRig(t)
	r.StopListening()
	for _, err := range r.batch(t, 4) {
		if as[*qumulo.LoginError](t, err).Rejected {
			t.Errorf("%v: an outage is no refusal", err)
		}
	}
	if l := r.hookLogin(t); l.Err == nil || l.Pause != 0 {
		t.Errorf("the hook was told %+v of the login", l)
	}
	r.Resume()
	ok(t, r.call(t))
	r.checkSent(t, sent{logins: 1, nodeCalls: 1})
}

// A login outlives its caller and serves the next call.
func TestSlowLogin(t *testing.T) {
	r := newRig(t)
	node := r.Nodes()[0]
	node.Hang(true)
	began := time.Now()
	err := listNodes(within(t, 100*time.Millisecond), r.client)
	if !errors.Is(err, qumulo.ErrNoAnswer) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want no answer in time", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the call ended after %v, want 100 ms", took)
	}
	eventually(t, "a login", func() bool { return r.CallCount(loginPath) == 1 })
	if len(r.hookLogins()) != 0 {
		t.Fatal("the login ended with its caller")
	}
	if r.client.State().LoginPaused {
		t.Error("a login under way pauses logins")
	}
	next := make(chan error)
	go func() { next <- r.call(t) }()
	node.Hang(false)
	ok(t, <-next)
	if n := r.CallCount(loginPath); n != 1 {
		t.Errorf("%d logins sent, want 1", n)
	}
	r.checkSent(t, sent{logins: 1, nodeCalls: 1})
}

func TestCloseEndsLogin(t *testing.T) {
	r := newRig(t)
	r.LoginFault(qumulotest.Fault{Hang: true})
	done := make(chan error)
	go func() { done <- r.call(t) }()
	eventually(t, "a login", func() bool { return r.CallCount(loginPath) == 1 })
	r.client.Close()
	select {
	case err := <-done:
		if !errors.Is(err, qumulo.ErrClosed) {
			t.Errorf("error is %v, want a closed client", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the call did not end")
	}
	if l := r.hookLogin(t); l.Err == nil || l.Pause != 0 {
		t.Errorf("the hook was told %+v of the login", l)
	}
	eventually(t, "the end of the login", func() bool { return r.InFlight() == 0 })
}

func TestPasswordFileUnreadable(t *testing.T) {
	for name, text := range map[string]string{"empty": "\n", "too large": strings.Repeat("x", 64<<10+1)} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, alone)
			r.write(t, text)
			for _, err := range r.batch(t, 4) {
				if err == nil || !strings.Contains(err.Error(), r.secretFile) {
					t.Errorf("%v: want an error that names the file", err)
				}
			}
			r.checkSent(t, sent{})
			r.write(t, markerPassword)
			ok(t, r.call(t))
		})
	}
}

func TestPasswordWithoutFile(t *testing.T) {
	r := newRig(t, func(cfg *qumulo.Config) {
		cfg.Credentials.PasswordFile = ""
		cfg.Credentials.Password = qumulo.NewSecret(markerPassword)
	})
	ok(t, r.call(t))
	r.SetPassword(qumulotest.DefaultUser, "another")
	r.RevokeTokens()
	refused(t, r.call(t))
	refused(t, r.call(t))
	r.checkSent(t, sent{logins: 1, refusedLogins: 1, nodeCalls: 2, refusedCalls: 1})
}
