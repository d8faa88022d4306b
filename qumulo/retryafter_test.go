package qumulo_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func busy(status int, after string) qumulotest.Fault {
	return qumulotest.Fault{Status: status, Header: http.Header{"Retry-After": {after}}}
}

// realClock is for tests in which time must pass by itself.
func realClock(cfg *qumulo.Config) { cfg.Now = time.Now }

func TestRetryAfterInsideTheDeadline(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			r := newTokenRig(t, realClock)
			fault := busy(status, "1")
			fault.Times = 1
			r.SetFault(nodesPath, fault)
			began := time.Now()
			ok(t, r.call(t))
			if took := time.Since(began); took < 900*time.Millisecond {
				t.Errorf("repeated after %v, want 1 s", took)
			}
			r.checkSent(t, sent{nodeCalls: 2})
			if c := r.hookCalls(); len(c) != 2 || c[0].Status != status || c[0].Err == nil || c[1].Status != 200 || c[1].Err != nil {
				t.Errorf("the hook was told %+v, want both calls", c)
			}
		})
	}
}

// Where the deadline comes first, the answer is given at once and the cluster left alone.
func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, busy(503, "120"))
	for range 3 {
		began := time.Now()
		e := as[*qumulo.StatusError](t, r.call(t))
		if e.Status != 503 || e.RetryAfter != 2*time.Minute {
			t.Errorf("%+v, want a 503 that asks for 2 minutes", e)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v", took)
		}
	}
	if _, err := r.client.FileSystem(soon(t)); as[*qumulo.StatusError](t, err).Status != 503 {
		t.Errorf("error of another operation is %v, want the same", err)
	}
	r.checkSent(t, sent{nodeCalls: 1})
	if n := r.CallCount(""); n != 1 {
		t.Errorf("%d calls sent, want 1", n)
	}
	r.ClearFaults()
	r.clock.advance(2*time.Minute + time.Second)
	ok(t, r.call(t))
}

// A cluster that is busy at each answer gets one repetition, not a loop.
func TestRetryAfterIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t, realClock)
	r.SetFault(nodesPath, busy(429, "1"))
	if e := as[*qumulo.StatusError](t, listNodes(within(t, 5*time.Second), r.client)); e.Status != 429 {
		t.Errorf("%+v, want a 429", e)
	}
	r.checkSent(t, sent{nodeCalls: 2})
}

func TestRetryAfterThatSaysNothing(t *testing.T) {
	date := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	for _, fault := range []qumulotest.Fault{
		busy(503, ""), busy(503, "soon"), busy(503, "-5"), busy(503, "0"), busy(503, "1.5"), busy(503, date), busy(500, "120"),
	} {
		r := newTokenRig(t, alone)
		r.SetFault(nodesPath, fault)
		e := as[*qumulo.StatusError](t, r.call(t))
		if e.Status != fault.Status || e.RetryAfter != 0 {
			t.Errorf("%v: %+v, want no time to wait", fault.Header, e)
		}
		r.checkSent(t, sent{nodeCalls: 1})
		r.ClearFaults()
		ok(t, r.call(t))
	}
}

func TestRetryAfterIsBounded(t *testing.T) {
	for _, value := range []string{"4000000000", time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat)} {
		r := newTokenRig(t, alone)
		r.SetFault(nodesPath, busy(429, value))
		if e := as[*qumulo.StatusError](t, r.call(t)); e.RetryAfter != 15*time.Minute {
			t.Errorf("%s: %v, want 15 minutes", value, e.RetryAfter)
		}
	}
}

// A login that meets a busy cluster is no refusal, and no call waits beyond its deadline.
func TestRetryAfterAtLogin(t *testing.T) {
	r := newRig(t)
	r.LoginFault(busy(503, "600"))
	for range 3 {
		err := listNodes(within(t, 5*time.Second), r.client)
		if login, ok := errors.AsType[*qumulo.LoginError](err); ok && login.Rejected || as[*qumulo.StatusError](t, err).Status != 503 {
			t.Errorf("error is %v, want a busy cluster, which does not refuse the login", err)
		}
	}
	if n := r.CallCount(loginPath); n != 1 {
		t.Errorf("%d logins sent, want 1", n)
	}
	if r.client.State().LoginPaused {
		t.Error("logins are paused")
	}
	r.ClearFaults()
	r.clock.advance(10*time.Minute + time.Second)
	ok(t, r.call(t))
}
