package qumulo_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestRejectionIsConfirmedLater: a sick node rejects each login while the other is away, longer than
// the first pause. When that one is back it is asked, and used.
func TestRejectionIsConfirmedLater(t *testing.T) {
	r, nodes := twoNodes(t, alone)
	nodes[0].SetFault(loginPath, qumulotest.Fault{Status: 401})
	nodes[1].Stop()
	refused(t, r.call(t))
	r.clock.advance(3 * time.Minute)
	refused(t, r.call(t))
	nodes[1].Start()
	r.clock.advance(time.Minute)
	ok(t, r.call(t))
	if a := r.client.State().Address; a != nodes[1].URL() {
		t.Errorf("%s is in use", a)
	}
}

// TestUndecidedConfirmation: the other address takes the login and gives no token. It may have
// checked the password: it is asked once a pause, within the budget.
func TestUndecidedConfirmation(t *testing.T) {
	for name, fault := range map[string]qumulotest.Fault{"504": {Status: 504}, "reset": {Reset: true}} {
		t.Run(name, func(t *testing.T) {
			r, nodes := twoNodes(t, alone)
			r.SetPassword(qumulotest.DefaultUser, "another")
			nodes[1].SetFault(loginPath, fault)
			for range 4 * 29 { // just under half an hour
				if r.call(t) == nil {
					t.Fatal("well with a wrong password")
				}
				r.clock.advance(15 * time.Second)
			}
			if n := r.CallCount(loginPath); n > 4 {
				t.Errorf("%d logins sent with a password that is known to be rejected, want 4 at most", n)
			}
		})
	}
}

// TestMissingInASickRound: a node lists its nodes and then says 404 to all: nothing of that is
// remembered when it is well again.
func TestMissingInASickRound(t *testing.T) {
	r := newRig(t, alone)
	ctx := qumulo.WithRound(soon(t), qumulo.Round{Began: r.clock.now()})
	ok(t, listNodes(ctx, r.client))
	r.SetFault("", qumulotest.Fault{Status: 404, Body: []byte("<html>nginx</html>")})
	// What has just listed its nodes is believed, until it does not.
	if _, err := r.client.Slots(ctx); !errors.Is(err, qumulo.ErrNotSupported) {
		t.Errorf("slots: %v", err)
	}
	if err := listNodes(ctx, r.client); !errors.Is(err, qumulo.ErrNoAPI) {
		t.Errorf("nodes: %v, want that this is not the API", err)
	}
	if _, err := r.client.FileSystem(ctx); !errors.Is(err, qumulo.ErrNoAPI) {
		t.Errorf("file system: %v, want that this is not the API", err)
	}
	r.ClearFaults()
	ok(t, r.call(t))
	_, err := r.client.Slots(soon(t))
	ok(t, err)
}

// TestCloseWaitsForNobody: what waits for a throttle or a login is ended, and the hook of a login has
// returned when Close has.
func TestCloseWaitsForNobody(t *testing.T) {
	r := newRig(t, alone)
	ok(t, r.call(t))
	r.SetFault("", busy(http.StatusServiceUnavailable, "600"))
	done := make(chan error, 1)
	go func() { done <- listNodes(context.WithoutCancel(t.Context()), r.client) }()
	eventually(t, "the answer that asks for time", func() bool { return r.StatusCount(503) == 1 })
	began := time.Now()
	r.client.Close()
	if took := time.Since(began); took > time.Second {
		t.Errorf("Close took %v", took)
	}
	if err := <-done; err == nil {
		t.Error("an answer")
	}

	var left atomic.Bool
	entered := make(chan struct{})
	r = newRig(t, func(cfg *qumulo.Config) {
		cfg.Hooks.Login = func(qumulo.LoginResult) {
			close(entered)
			time.Sleep(100 * time.Millisecond)
			left.Store(true)
		}
	})
	r.LoginFault(qumulotest.Fault{Delay: 100 * time.Millisecond})
	_ = listNodes(within(t, 20*time.Millisecond), r.client)
	<-entered
	r.client.Close()
	if !left.Load() {
		t.Error("Close has returned while the hook runs")
	}
}

// TestResumeWakes: who waits for a throttle holds no slot, and goes on when it is ended.
func TestResumeWakes(t *testing.T) {
	r := newRig(t, alone, realClock)
	ok(t, r.call(t))
	r.SetFault(slotsPath, qumulotest.Fault{Status: 503, Header: http.Header{"Retry-After": {"6"}}, Times: 1})
	done := make(chan error, 1)
	began := time.Now()
	ctx := soon(t)
	go func() { _, err := r.client.Slots(ctx); done <- err }()
	eventually(t, "the answer that asks for time", func() bool { return r.StatusCount(503) == 1 })
	time.Sleep(50 * time.Millisecond)
	r.client.Resume()
	ok(t, r.call(t), <-done)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("they waited %v after the throttle was ended", took)
	}
}

// TestCheckBelievesNoHTML: an address that answers a page to everything is not well again.
func TestCheckBelievesNoHTML(t *testing.T) {
	r, nodes := twoNodes(t)
	ok(t, r.batch(t, 4)...)
	nodes[0].SetFault("", qumulotest.Fault{Body: []byte("<html>")})
	ok(t, r.batch(t, 4)...)
	for range 5 {
		before := nodes[0].Calls()
		eventually(t, "the check", func() bool { // the last one may still be under way
			r.clock.advance(10 * time.Minute)
			ok(t, r.batch(t, 1)...)
			return nodes[0].Calls() > before
		})
	}
	if a := r.client.State().Address; a != nodes[1].URL() {
		t.Errorf("%s is in use", a)
	}
}

// TestEchoOfALogin: a server that repeats the body of a login puts the password into no error,
// whatever escapes it has.
func TestEchoOfALogin(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"description": "bad request: " + string(body), "error_class": "x"})
	}))
	defer s.Close()
	client := newClient(t, qumulo.Config{URLs: []string{s.URL}, Credentials: qumulo.Credentials{
		Username: "u", Password: qumulo.NewSecret(`marker<&pw"4711`),
	}})
	if err := listNodes(soon(t), client); err == nil || strings.Contains(err.Error(), "4711") {
		t.Errorf("error is %v", err)
	}
}

// TestHungCAIsNoAddress: while the CA file hangs no address is blamed.
func TestHungCAIsNoAddress(t *testing.T) {
	var path string
	var moves atomic.Int64
	r, nodes := twoNodes(t, realClock, func(cfg *qumulo.Config) {
		path = cfg.TLS.CAFile
		cfg.Hooks.Failover = func() { moves.Add(1) }
	})
	release := hangs(t, path)
	err := listNodes(within(t, 2*time.Second), r.client)
	if file, is := errors.AsType[*qumulo.FileError](err); !is || file.Path != path {
		t.Errorf("error is %v, want the file", err)
	}
	release()
	eventually(t, "the file is read", func() bool { return listNodes(within(t, time.Second), r.client) == nil })
	if moves.Load() != 0 || nodes[1].Calls() != 0 {
		t.Errorf("%d moves, %d calls of the second address", moves.Load(), nodes[1].Calls())
	}
}
