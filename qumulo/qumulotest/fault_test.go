package qumulotest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const publicPath = "/v1/version"

func TestStatusFaults(t *testing.T) {
	s := start(t, OnPremises())
	s.SetFault(publicPath, Fault{Status: 503, Header: http.Header{"Retry-After": {"7"}}, Times: 2})
	for range 2 {
		r := s.get(t, publicPath, "")
		wantStatus(t, "fault", r, 503)
		if r.header.Get("Retry-After") != "7" {
			t.Errorf("headers %v", r.header)
		}
	}
	wantStatus(t, "after two times", s.get(t, publicPath, ""), 200)

	// A path's own fault wins; a status comes before the token is looked at.
	s.SetFault("", Fault{Status: 500})
	s.SetFault(publicPath, Fault{Status: 429})
	wantStatus(t, "own fault", s.get(t, publicPath, ""), 429)
	wantStatus(t, "fault of all", s.get(t, guardedPath, ""), 500)
	wantStatus(t, "login", s.tryLogin(t, DefaultUser, DefaultPassword), 500)
	s.SetFault("", Fault{})
	s.SetFault(publicPath, Fault{})
	wantStatus(t, "cleared", s.get(t, publicPath, ""), 200)
	s.SetFault("", Fault{Status: 500, Times: 1})
	wantStatus(t, "once for all", s.get(t, publicPath, ""), 500)
	wantStatus(t, "once for all, over", s.get(t, publicPath, ""), 200)
	s.SetFault(publicPath, Fault{Header: http.Header{"X-Extra": {"1"}}})
	if r := s.get(t, publicPath, ""); r.status != 200 || r.header.Get("X-Extra") != "1" {
		t.Errorf("header alone: %d %v", r.status, r.header)
	}

	s.LoginFault(Fault{Status: 503})
	wantStatus(t, "login fault", s.tryLogin(t, DefaultUser, DefaultPassword), 503)
	s.LoginFault(Fault{Status: 403})
	wantStatus(t, "login fault", s.tryLogin(t, DefaultUser, DefaultPassword), 403)
	if s.Logins() != 0 || s.RefusedLogins() != 1 {
		t.Errorf("%d logins, %d refused", s.Logins(), s.RefusedLogins())
	}
	s.LoginFault(Fault{})
	s.login(t)
	s.SetFault(guardedPath, Fault{Status: 500})
	s.ClearFaults()
	wantStatus(t, "all cleared", s.get(t, guardedPath, s.login(t)), 200)
}

func TestBodyFaults(t *testing.T) {
	s := start(t, OnPremises())
	token := s.login(t)
	s.SetFault(guardedPath, Fault{Body: []byte("<html>"), ContentType: "text/html"})
	if r := s.get(t, guardedPath, token); r.status != 200 || r.body != "<html>" || r.header.Get("Content-Type") != "text/html" {
		t.Errorf("%+v", r)
	}
	wantStatus(t, "token comes before the body", s.get(t, guardedPath, ""), 401)
	s.SetFault(guardedPath, Fault{Body: []byte{}})
	if r := s.get(t, guardedPath, token); r.status != 200 || r.body != "" {
		t.Errorf("empty body: %+v", r)
	}
	s.SetFault(guardedPath, Fault{Body: []byte("null"), Status: 502})
	if r := s.get(t, guardedPath, ""); r.status != 502 || r.body != "null" || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("body with status: %+v", r)
	}
	s.LoginFault(Fault{Body: []byte(`{"bearer_token":1}`)})
	if r := s.tryLogin(t, DefaultUser, DefaultPassword); r.status != 200 || r.body != `{"bearer_token":1}` {
		t.Errorf("login: %+v", r)
	}
	wantStatus(t, "wrong password", s.tryLogin(t, DefaultUser, "guess"), 401)
}

func TestBrokenBodies(t *testing.T) {
	s := start(t, OnPremises())
	want, _ := s.Model().Answer(publicPath)
	half := string(want[:len(want)/2])

	s.SetFault(publicPath, Fault{CutBody: true})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := s.do(ctx, http.MethodGet, s.URL()+publicPath, "", "")
	if !errors.Is(err, io.ErrUnexpectedEOF) || r.status != 200 || r.body != half {
		t.Errorf("cut: %d %q, %v", r.status, r.body, err)
	}

	s.SetFault(publicPath, Fault{HangBody: true})
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r, err = s.do(short, http.MethodGet, s.URL()+publicPath, "", "")
	if !errors.Is(err, context.DeadlineExceeded) || r.status != 200 || r.body != half {
		t.Errorf("hang: %d %q, %v", r.status, r.body, err)
	}
	eventually(t, "no call in flight", func() bool { return s.InFlight() == 0 })
	if s.StatusCount(200) != 2 {
		t.Errorf("%d answered with 200", s.StatusCount(200))
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := start(t, OnPremises())
	s.SetFault(publicPath, Fault{Reset: true})
	if err := s.fails(t, s.URL()+publicPath, patience); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("reset: %v", err)
	}
	s.SetFault(publicPath, Fault{Hang: true})
	if err := s.fails(t, s.URL()+publicPath, time.Second); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hang: %v", err)
	}
	s.SetFault(publicPath, Fault{Delay: time.Hour})
	if err := s.fails(t, s.URL()+publicPath, time.Second); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("delay: %v", err)
	}
	// A login that hangs ends with its client too, though it has a body.
	s.LoginFault(Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := s.do(ctx, http.MethodPost, s.URL()+loginPath, "", `{}`); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("login: %v", err)
	}
	eventually(t, "no call in flight, no connection", func() bool { return s.InFlight() == 0 && s.OpenConnections() == 0 })
	for _, c := range s.Calls() {
		if c.Status != 0 {
			t.Errorf("%s was answered: %d", c.Path, c.Status)
		}
	}
	if s.CallCount(publicPath) < 3 || s.CallCount(loginPath) != 1 {
		t.Errorf("%d calls, %d logins", s.CallCount(publicPath), s.CallCount(loginPath))
	}
	began := time.Now()
	s.SetFault(publicPath, Fault{Delay: 30 * time.Millisecond})
	wantStatus(t, "after a delay", s.get(t, publicPath, ""), 200)
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestCounts(t *testing.T) {
	s := start(t, OnPremises())
	token := s.login(t)
	for range 3 {
		s.get(t, guardedPath+"?a=b", token)
	}
	s.get(t, publicPath, "")
	wantStatus(t, "unknown", s.get(t, "/nowhere", token), 404)
	if s.CallCount(guardedPath) != 3 || s.CallCount("") != 5 || s.CallCount("/v2") != 0 ||
		s.StatusCount(200) != 5 || s.StatusCount(404) != 1 || s.Logins() != 1 || s.Nodes()[0].Calls() != 6 {
		t.Errorf("calls %d %d, statuses %d %d", s.CallCount(guardedPath), s.CallCount(""), s.StatusCount(200), s.StatusCount(404))
	}
	calls := s.Calls()
	if len(calls) != 6 {
		t.Fatalf("%d calls", len(calls))
	}
	c := calls[1]
	if c.Method != http.MethodGet || c.Path != guardedPath || c.Query != "a=b" || c.Token != token || c.Status != 200 ||
		c.Node != s.Nodes()[0].Addr() || time.Since(c.Time) > patience {
		t.Errorf("call %+v", c)
	}
	if calls[0].Path != loginPath || calls[0].Method != http.MethodPost || calls[0].Token != "" || calls[5].Status != 404 {
		t.Errorf("calls %+v", calls)
	}
	// All of it went over one connection.
	if s.Handshakes() != 1 || s.OpenConnections() != 1 || s.MaxInFlight() != 1 {
		t.Errorf("%d handshakes, %d open, %d at most", s.Handshakes(), s.OpenConnections(), s.MaxInFlight())
	}
	s.ResetCounts()
	if s.CallCount("") != 0 || s.StatusCount(200) != 0 || s.Logins() != 0 || s.Handshakes() != 0 ||
		len(s.Calls()) != 0 || s.MaxInFlight() != 0 || s.Nodes()[0].Calls() != 0 || s.OpenConnections() != 1 {
		t.Error("counts are left after ResetCounts")
	}

	s.SetFault(publicPath, Fault{Delay: 100 * time.Millisecond})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = s.do(t.Context(), http.MethodGet, s.URL()+publicPath, "", "") })
	}
	eventually(t, "4 in flight", func() bool { return s.InFlight() == 4 })
	s.ResetCounts()
	if s.MaxInFlight() != 4 {
		t.Errorf("%d in flight at most, want the 4 of now", s.MaxInFlight())
	}
	all.Wait()
	if s.StatusCount(200) != 0 || len(s.Calls()) != 0 {
		t.Error("the end of a call from before ResetCounts was counted")
	}
	eventually(t, "no call in flight", func() bool { return s.InFlight() == 0 })
}

func TestCallLogIsBounded(t *testing.T) {
	r := newRecorder(3)
	for i, path := range strings.Split("/a /b /c /d /e", " ") {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := r.begin(req, "node")
		r.answered(n, path, 200+i)
	}
	r.answered(0, "/a", 500) // long gone: counted, and no other call's status
	var got []string
	for i, c := range r.newest() {
		got = append(got, c.Path)
		if c.Status != 202+i {
			t.Errorf("%s: status %d", c.Path, c.Status)
		}
	}
	if strings.Join(got, " ") != "/c /d /e" || r.statuses[500] != 1 || len(r.paths) != 5 || r.nodes["node"] != 5 {
		t.Errorf("kept %q, counts %v %v", got, r.statuses, r.paths)
	}
}
