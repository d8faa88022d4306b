package qumulo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func TestStatusFaults(t *testing.T) {
	tests := []struct {
		status int
		is     error
		text   string // how the error's text ends, after operation and address
	}{
		{204, nil, "204 No Content"},
		{400, nil, "400 Bad Request: simulated fault (http_bad_request_error)"},
		{
			403, qumulo.ErrForbidden,
			"403 Forbidden: simulated fault (http_forbidden_error): needs PRIVILEGE_CLUSTER_READ",
		},
		{
			404, qumulo.ErrNoAPI,
			"404 Not Found: simulated fault (http_not_found_error): there is no Qumulo Core API at this address",
		},
		{429, nil, "429 Too Many Requests: simulated fault (http_too_many_requests_error)"},
		{500, nil, "500 Internal Server Error: simulated fault (http_internal_server_error_error)"},
		{503, nil, "503 Service Unavailable: simulated fault (http_service_unavailable_error)"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status), func(t *testing.T) {
			r := newTokenRig(t, alone)
			r.SetFault(nodesPath, qumulotest.Fault{Status: test.status})
			err := r.call(t)
			if want := "list nodes at " + r.URL() + ": " + test.text; err == nil || err.Error() != want {
				t.Fatalf("error is\n%v, want\n%s", err, want)
			}
			if s := as[*qumulo.StatusError](t, err); s.Status != test.status {
				t.Errorf("status %d, want %d", s.Status, test.status)
			}
			for _, cause := range []error{qumulo.ErrForbidden, qumulo.ErrNotSupported, qumulo.ErrUnauthorized, qumulo.ErrNoAnswer, qumulo.ErrNoAPI} {
				if got, want := errors.Is(err, cause), test.is != nil && errors.Is(test.is, cause); got != want {
					t.Errorf("is it %q: %v, want %v", cause, got, want)
				}
			}
			r.checkSent(t, sent{nodeCalls: 1})
			r.checkHook(t, test.status, err)
			r.ClearFaults()
			ok(t, r.call(t))
		})
	}
}

// checkHook checks what the hook was told of the one call.
func (r *rig) checkHook(t *testing.T, status int, err error) {
	t.Helper()
	calls := r.hookCalls()
	if len(calls) != 1 {
		t.Fatalf("the hook was told of %d calls, want 1", len(calls))
	}
	c := calls[0]
	if c.Operation != "list nodes" || c.Status != status || c.Err == nil || c.Err.Error() != err.Error() || c.Duration <= 0 {
		t.Errorf("the hook was told %+v, want status %d and the error %v", c, status, err)
	}
	if e := as[*qumulo.Error](t, err); e.Operation != c.Operation || e.Address != c.Address || e.Status != status {
		t.Errorf("error is %+v, want what the hook was told: %+v", e, c)
	}
}

// A token that every call is refused with is named as the fault, whoever says 401.
func TestStatus401(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Status: 401})
	r.checkTokenRefused(t, []error{r.call(t)})
	r.checkSent(t, sent{nodeCalls: 1, refusedCalls: 1})
}

func TestMissingPrivilege(t *testing.T) {
	r := newRig(t)
	r.SetPrivileges(qumulotest.DefaultUser)
	_, err := r.client.FileSystem(soon(t))
	if !errors.Is(err, qumulo.ErrForbidden) || !strings.HasSuffix(err.Error(), "needs PRIVILEGE_FS_ATTRIBUTES_READ") {
		t.Errorf("error is %v, want the missing privilege", err)
	}
	if _, err := r.client.WhoAmI(soon(t)); err != nil {
		t.Errorf("who am I: %v", err)
	}
	r.SetFault("/v1/session/who-am-i", qumulotest.Fault{Status: 403})
	if _, err = r.client.WhoAmI(soon(t)); !errors.Is(err, qumulo.ErrForbidden) {
		t.Errorf("error is %v", err)
	}
}

func TestBodyFaults(t *testing.T) {
	tests := []struct {
		name, body   string
		list, object string // what each is said to be
	}{
		{"HTML", "<!DOCTYPE html><title>x</title>", "HTML instead of a JSON list", "HTML instead of a JSON object"},
		{"empty", "", "empty body instead of a JSON list", "empty body instead of a JSON object"},
		{"blank", " \r\n\t", "empty body instead of a JSON list", "empty body instead of a JSON object"},
		{"null", "null", "null instead of a JSON list", "null instead of a JSON object"},
		{"string", `"x"`, "JSON string instead of a JSON list", "JSON string instead of a JSON object"},
		{"number", "-1", "JSON number instead of a JSON list", "JSON number instead of a JSON object"},
		{"boolean", "true", "JSON boolean instead of a JSON list", "JSON boolean instead of a JSON object"},
		{"text", "OK", "text instead of a JSON list", "text instead of a JSON object"},
		{"object", `{"x":[1]}`, "JSON object instead of a JSON list", ""},
		{"list", "[]", "JSON list without a node", "JSON list instead of a JSON object"},
		{"list without ids", `[{},{"node_name":"a"}]`, "JSON list without a node", "JSON list instead of a JSON object"},
		{"list of numbers", "[1,2]", "JSON list of something else than objects", "JSON list instead of a JSON object"},
		{"list of nulls", "[null]", "JSON list of something else than objects", "JSON list instead of a JSON object"},
		{"cut list", `[{"id":1},{"id`, "truncated JSON list", "JSON list instead of a JSON object"},
		{"cut object", `{"total_size_bytes":`, "JSON object instead of a JSON list", "truncated JSON object"},
		{"broken list", `[{"id":1} {"id":2}]`, "malformed JSON list", "JSON list instead of a JSON object"},
		{"broken object", `{"total_size_bytes":1,}`, "JSON object instead of a JSON list", "malformed JSON object"},
		{"list, more", `[{"id":1}] [2]`, "trailing data after the JSON list", "JSON list instead of a JSON object"},
		{"list, garbage", `[{"id":1}]]`, "malformed JSON list", "JSON list instead of a JSON object"},
		{"object, more", `{} {}`, "JSON object instead of a JSON list", "trailing data after the JSON object"},
		{"object, garbage", `{}<html>`, "JSON object instead of a JSON list", "malformed JSON object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			fault := qumulotest.Fault{Body: []byte(test.body)}
			r.SetFault(nodesPath, fault)
			r.SetFault(fileSystemPath, fault)
			_, err := r.client.Nodes(soon(t))
			checkBodyError(t, err, "list nodes", test.list)
			_, err = r.client.FileSystem(soon(t))
			checkBodyError(t, err, "get file system", test.object)
			if n := r.CallCount(""); n != 2 {
				t.Errorf("%d calls sent, want 2", n)
			}
			for _, c := range r.hookCalls() {
				if c.Status != 200 || c.Bytes != int64(len(test.body)) && c.Err == nil {
					t.Errorf("the hook was told %+v, want status 200 and %d bytes", c, len(test.body))
				}
			}
		})
	}
}

func checkBodyError(t *testing.T, err error, operation, problem string) {
	t.Helper()
	if problem == "" {
		ok(t, err)
		return
	}
	e := as[*qumulo.BodyError](t, err)
	if e.Problem != problem {
		t.Errorf("problem is %q, want %q", e.Problem, problem)
	}
	if text := err.Error(); !strings.HasPrefix(text, operation+" at ") || !strings.Contains(text, problem) {
		t.Errorf("error is %q, want operation and problem in it", text)
	}
	if call := as[*qumulo.Error](t, err); call.Status != 200 {
		t.Errorf("status is %d, want 200", call.Status)
	}
}

func TestHTMLWithErrorStatus(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Status: 502, Body: []byte("<html>502</html>"), ContentType: "text/html"})
	err := r.call(t)
	if want := "list nodes at " + r.URL() + ": 502 Bad Gateway"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	r.checkHook(t, 502, err)
}

func TestCutBody(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{CutBody: true})
	err := r.call(t)
	checkBodyError(t, err, "list nodes", "truncated JSON list")
	r.checkSent(t, sent{nodeCalls: 1})
	r.checkHook(t, 200, err)
	r.ClearFaults()
	ok(t, r.call(t))
}

func TestHang(t *testing.T) {
	for name, fault := range map[string]qumulotest.Fault{"no answer": {Hang: true}, "half a body": {HangBody: true}} {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			r.SetFault(nodesPath, fault)
			began := time.Now()
			err := listNodes(within(t, 500*time.Millisecond), r.client)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %v, want 500 ms", took)
			}
			if !errors.Is(err, qumulo.ErrNoAnswer) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error is %v, want no answer in time", err)
			}
			if text := err.Error(); !strings.HasPrefix(text, "list nodes at ") || !strings.Contains(text, "no answer in time") {
				t.Errorf("error is %q", text)
			}
			r.checkSent(t, sent{nodeCalls: 1})
			r.checkHook(t, as[*qumulo.Error](t, err).Status, err)
			eventually(t, "the end of the call", func() bool { return r.InFlight() == 0 })
			r.ClearFaults()
			ok(t, r.call(t))
		})
	}
}

func TestReset(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Reset: true})
	err := r.call(t)
	if err == nil || !strings.HasPrefix(err.Error(), "list nodes at "+r.URL()) {
		t.Fatalf("error is %v, want operation and address in it", err)
	}
	r.checkNoSecret(t, err.Error())
	if calls := r.hookCalls(); len(calls) != 2 || calls[0].Status != 0 || calls[1].Err == nil || calls[1].Err.Error() != err.Error() {
		t.Errorf("the hook was told %+v, want the call and its repetition", calls)
	}
	if again := r.call(t); again == nil || again.Error() != err.Error() {
		t.Errorf("the same fault has another text: %v, %v", err, again)
	}
	if n := r.CallCount(nodesPath); n != 4 {
		t.Errorf("%d calls sent, want each and one repetition", n)
	}
	r.ClearFaults()
	ok(t, r.call(t))
}

// A call that meets one broken connection is repeated, and nobody notices.
func TestResetOnce(t *testing.T) {
	r := newTokenRig(t)
	r.SetFault(nodesPath, qumulotest.Fault{Reset: true, Times: 1})
	ok(t, r.call(t))
	if n := r.CallCount(nodesPath); n != 2 {
		t.Errorf("%d calls sent, want 2", n)
	}
	if calls := r.hookCalls(); len(calls) != 2 || calls[0].Err == nil || calls[1].Err != nil {
		t.Errorf("the hook was told %+v, want a failed call and a good one", calls)
	}
}

// A node that was restarted has closed all connections of the pool.
func TestRestartedNode(t *testing.T) {
	r := newTokenRig(t)
	ok(t, r.batch(t, 8)...)
	r.StopListening()
	r.Resume()
	ok(t, r.batch(t, 8)...)
	good := 0
	for _, c := range r.hookCalls() { // those that met a closed connection are told of too
		if c.Err == nil {
			good++
		}
	}
	if n := r.CallCount(nodesPath); n != 16 || good != 16 {
		t.Errorf("%d calls reached the cluster and %d were answered, want 16", n, good)
	}
}

func TestAddressFaults(t *testing.T) {
	plainHTTP := httptest.NewServer(http.NotFoundHandler())
	defer plainHTTP.Close()
	tests := []struct {
		name   string
		change func(*qumulo.Config)
		text   string
	}{
		{
			"untrusted certificate", func(c *qumulo.Config) { c.TLS.CAFile = "" },
			"certificate signed by unknown authority",
		},
		{
			"another cluster's CA", func(c *qumulo.Config) { c.TLS.CAFile = caFile(t, newCluster(t)) },
			"certificate signed by unknown authority",
		},
		{
			"wrong server name", func(c *qumulo.Config) { c.TLS.ServerName = "other.example.com" },
			"other.example.com",
		},
		{ // Not a name at all, so that no server of names is asked.
			"unknown host", func(c *qumulo.Config) { c.URLs = []string{"https://cluster..invalid"} },
			"lookup cluster..invalid: no such host",
		},
		{
			"plain HTTP", func(c *qumulo.Config) { c.URLs = []string{strings.Replace(plainHTTP.URL, "http", "https", 1)} },
			"does not look like a TLS handshake",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newTokenRig(t, test.change)
			err := r.call(t)
			if err == nil || !strings.HasPrefix(err.Error(), "list nodes at https://") || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("error is %v, want %q in it", err, test.text)
			}
			r.checkSentNothing(t)
			r.checkHook(t, 0, err)
		})
	}
}

func (r *rig) checkSentNothing(t *testing.T) {
	t.Helper()
	if n := len(r.Calls()); n != 0 {
		t.Errorf("%d calls reached the cluster, want none", n)
	}
}

func TestConnectionRefused(t *testing.T) {
	r := newTokenRig(t)
	r.StopListening()
	err := r.call(t)
	if err == nil || !strings.HasSuffix(err.Error(), "connection refused") {
		t.Errorf("error is %v", err)
	}
	if again := r.call(t); again == nil || again.Error() != err.Error() {
		t.Errorf("the same fault has another text: %v, %v", err, again)
	}
	r.checkSentNothing(t)
	r.Resume()
	ok(t, r.call(t))
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var visits atomic.Int64
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := newRig(t, alone)
		to := http.Header{"Location": {other.URL + nodesPath}}
		r.SetFault(nodesPath, qumulotest.Fault{Status: status, Header: to})
		err := r.call(t)
		if e := as[*qumulo.StatusError](t, err); e.Status != status {
			t.Errorf("status %d, want %d", e.Status, status)
		}
		r.checkNoSecret(t, err.Error())
		r.checkSent(t, sent{logins: 1, nodeCalls: 1})

		r.RevokeTokens()
		r.ClearFaults()
		r.LoginFault(qumulotest.Fault{Status: status, Header: to})
		if as[*qumulo.LoginError](t, r.call(t)).Rejected {
			t.Error("a redirected login is said to be refused")
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the other server was called %d times", n)
	}
}

// Whatever the cluster says of a request, no error repeats its secret.
func TestEchoedSecrets(t *testing.T) {
	const oddPassword = `mark"er <pass> word\4711 ü`
	for _, status := range []int{400, 401, 403, 404, 500, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			r := newTokenRig(t, alone)
			r.write(t, markerToken)
			r.SetFault(nodesPath, echo(status, markerToken))
			err := r.call(t)
			if err == nil || strings.Contains(err.Error(), "marker") || !strings.Contains(err.Error(), "<secret>") {
				t.Errorf("error is %v, want <secret> in the token's place", err)
			}
			for _, c := range r.hookCalls() {
				if c.Err == nil || strings.Contains(c.Err.Error(), "marker") {
					t.Errorf("the hook was told %v", c.Err)
				}
			}

			l := newRig(t, alone)
			l.write(t, oddPassword)
			l.LoginFault(echo(status, oddPassword))
			err = l.call(t)
			if err == nil || strings.Contains(err.Error(), "mark") || !strings.Contains(err.Error(), "<secret>") {
				t.Errorf("error is %v, want <secret> in the password's place", err)
			}
			if text := l.hookLogin(t).Err.Error(); strings.Contains(text, "mark") {
				t.Errorf("the hook was told %q", text)
			}
		})
	}
}

// echo is an error whose every word repeats a secret.
func echo(status int, secret string) qumulotest.Fault {
	body := fmt.Sprintf(`{"description": %q, "error_class": %q, "module": %[2]q, "stack": [%[2]q]}`,
		strings.Repeat("x", 190)+secret, secret)
	return qumulotest.Fault{Status: status, Body: []byte(body)}
}

// The cluster's words are shown on one line, and shortened.
func TestClustersWords(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"lines":         {`{"description":"one\n\ttwo\r\n"}`, "one two"},
		"long":          {`{"description":"` + strings.Repeat("ü", 150) + `"}`, strings.Repeat("ü", 100) + "…"},
		"number":        {`{"description":5,"error_class":null}`, "5"},
		"another shape": {`["description"]`, ""},
		"nothing":       {``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			r.SetFault(nodesPath, qumulotest.Fault{Status: 500, Body: []byte(test.body)})
			if got := as[*qumulo.StatusError](t, r.call(t)); got.Description != test.want || got.Class != "" {
				t.Errorf("%+v, want the description %q", got, test.want)
			}
		})
	}
}
