package qumulotest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The paths that are answered from the accounts, not from the model.
const (
	loginPath        = "/v1/session/login"
	whoAmIPath       = "/v1/session/who-am-i"
	accessTokensPath = "/v1/auth/access-tokens/"
)

// bodyLimit bounds what is read of a request: the largest is a login.
const bodyLimit = 1 << 20

// answer is what a call gets.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP answers one call as a cluster does, or meets its fault.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s, ctx := n.server, r.Context()
	// The http package notices that a client has gone only once the body is read.
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	path := r.URL.EscapedPath()
	call := s.seen.begin(r, n.addr)
	defer s.seen.add(&s.seen.inFlight, -1)

	n.hold(ctx)
	f := n.faults.take(path)
	if f.isZero() {
		f = s.faults.take(path)
	}
	if !sleep(ctx, f.Delay) {
		panic(http.ErrAbortHandler)
	}
	switch {
	case f.Hang:
		<-ctx.Done()
		panic(http.ErrAbortHandler)
	case f.Reset:
		if c, ok := ctx.Value(connKey{}).(*conn); ok {
			c.reset()
		}
		panic(http.ErrAbortHandler)
	}
	a := s.answer(r, path, body, f)
	maps.Copy(w.Header(), a.header)
	maps.Copy(w.Header(), f.Header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	n.hold(ctx)
	s.seen.answered(call, path, a.status)
	write(ctx, w, a, f)
}

// write sends the answer, or the half of it that the fault lets through. A client that has gone
// is no error of the cluster's.
func write(ctx context.Context, w http.ResponseWriter, a answer, f Fault) {
	w.WriteHeader(a.status)
	if !f.HangBody && !f.CutBody {
		_, _ = w.Write(a.body)
		return
	}
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	if f.HangBody {
		<-ctx.Done()
	}
	panic(http.ErrAbortHandler)
}

// answer finds what a call gets: fault, then token, then privilege, then path.
func (s *Server) answer(r *http.Request, path string, body []byte, f Fault) answer {
	if f.Status != 0 {
		if f.Body != nil {
			return bodyAnswer(f.Status, f)
		}
		return errorAnswer(f.Status, "simulated fault")
	}
	if path == loginPath {
		return s.answerLogin(r, body, f)
	}
	var as *account
	if !isPublic(path) {
		if as = s.accounts.find(bearer(r), time.Now()); as == nil {
			return errorAnswer(http.StatusUnauthorized, "Authentication failed: the bearer token is missing or not valid.")
		}
		if p := privilegeOf(s.privileges, path); p != "" && !s.accounts.has(as, p) {
			return errorAnswer(http.StatusForbidden, fmt.Sprintf("The caller lacks %s.", p))
		}
	}
	if f.Body != nil {
		return bodyAnswer(http.StatusOK, f)
	}
	a, ok := s.find(r, path, as)
	switch {
	case !ok:
		return errorAnswer(http.StatusNotFound, "No such path: "+path)
	case r.Method != http.MethodGet:
		return methodAnswer(r.Method, http.MethodGet)
	}
	return a
}

// find returns the answer to a GET of path; ok is false where the cluster has no such path.
func (s *Server) find(r *http.Request, path string, as *account) (a answer, ok bool) {
	switch {
	case path == whoAmIPath:
		return s.answerWhoAmI(r, as), true
	case path == accessTokensPath && !s.model.isRemoved(path):
		return s.answerAccessTokens(r, as), true
	}
	return s.model.answer(path, r.URL.Query())
}

func jsonAnswer(status int, body []byte) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// bodyAnswer is the fault's own body.
func bodyAnswer(status int, f Fault) answer {
	a := jsonAnswer(status, f.Body)
	if f.ContentType != "" {
		a.header.Set("Content-Type", f.ContentType)
	}
	return a
}

// errorAnswer has a body in the shape of the cluster's errors. Text and class are guesses: nobody
// has seen those of a 401 or 403.
func errorAnswer(status int, description string) answer {
	class := strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	return jsonAnswer(status, marshal(map[string]any{
		"description": description, "error_class": "http_" + class + "_error",
		"module": "", "stack": []string{}, "user_visible": true,
	}))
}

func methodAnswer(method, allowed string) answer {
	a := errorAnswer(http.StatusMethodNotAllowed, method+" is not allowed here.")
	a.header.Set("Allow", allowed)
	return a
}

// sleep waits for d; false: ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
