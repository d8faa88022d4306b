package qumulotest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait of these tests.
const patience = 10 * time.Second

// cluster under test, with short ways to call it.
type testServer struct{ *Server }

type reply struct {
	status int
	header http.Header
	body   string
}

func start(t *testing.T, m *Model) testServer {
	t.Helper()
	s := NewServer(m)
	t.Cleanup(s.Close)
	return testServer{s}
}

// do sends one call and reads the whole answer.
func (s testServer) do(ctx context.Context, method, url, token, body string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(raw)}, err
}

func (s testServer) call(t *testing.T, method, path, token, body string) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := s.do(ctx, method, s.URL()+path, token, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (s testServer) get(t *testing.T, path, token string) reply {
	t.Helper()
	return s.call(t, http.MethodGet, path, token, "")
}

// fails sends a GET that must not be answered, and gives the error.
func (s testServer) fails(t *testing.T, url string, within time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	r, err := s.do(ctx, http.MethodGet, url, "", "")
	if err == nil {
		t.Fatalf("%s: answered %d", url, r.status)
	}
	return err
}

func (s testServer) tryLogin(t *testing.T, user, password string) reply {
	t.Helper()
	return s.call(t, http.MethodPost, loginPath, "", string(marshal(map[string]string{"username": user, "password": password})))
}

func (s testServer) login(t *testing.T) string {
	t.Helper()
	r := s.tryLogin(t, DefaultUser, DefaultPassword)
	var out map[string]string
	if err := json.Unmarshal([]byte(r.body), &out); err != nil || r.status != 200 || len(out) != 1 {
		t.Fatalf("login: %d %s", r.status, r.body)
	}
	return out["bearer_token"]
}

// eventually waits until what is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

func wantStatus(t *testing.T, what string, r reply, want int) {
	t.Helper()
	if r.status != want {
		t.Errorf("%s: %d %s, want %d", what, r.status, r.body, want)
	}
	if r.header.Get("Content-Type") != "application/json" {
		t.Errorf("%s: content type %q", what, r.header.Get("Content-Type"))
	}
	if want < 400 {
		return
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Errorf("%s: error body: %v", what, err)
	}
	for _, key := range []string{"description", "error_class", "module", "stack", "user_visible"} {
		if _, ok := body[key]; !ok || len(body) != 5 {
			t.Errorf("%s: error body %s, want %s", what, r.body, key)
		}
	}
}

func TestAnswers(t *testing.T) {
	stopped := time.Now()
	m := OnPremises().SetClock(func() time.Time { return stopped })
	s := start(t, m)
	token := s.login(t)
	if !strings.HasPrefix(token, "session-v1:") {
		t.Errorf("token begins with %.10q", token)
	}
	for _, path := range jsonPaths(m) {
		r := s.get(t, path+"?"+parameters().Encode(), token)
		wantStatus(t, path, r, 200)
		if want, _ := m.answer(path, parameters()); r.body != string(want.body) {
			t.Errorf("%s: another body than the model's", path)
		}
	}
	for path, want := range map[string]int{
		"/v1/version": 200, "/v1/cluster/settings": 200, "/v1/node/state": 200,
		"/v1/cluster/nodes/": 401, "/v1/cluster/slots/": 401, "/v1/file-system": 401,
		"/v1/session/who-am-i": 401, "/v1/auth/access-tokens/": 401, "/openapi.json": 401, "/v9": 401,
	} {
		wantStatus(t, path+" without token", s.get(t, path, ""), want)
		wantStatus(t, path+" with a wrong token", s.get(t, path, "session-v1:no"), want)
	}
	for _, path := range []string{"/v1/cluster/nodes", "/v1/version/", "/V1/version", "//v1/version", "/v1/cluster/../version", "/openapi.json", "/"} {
		wantStatus(t, path, s.get(t, path, token), 404)
	}
	for path, method := range map[string]string{
		"/v1/version": "POST", "/v1/cluster/nodes/": "DELETE", loginPath: "GET", whoAmIPath: "PUT",
	} {
		r := s.call(t, method, path, token, "")
		wantStatus(t, method+" "+path, r, 405)
		if r.header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", method, path)
		}
	}
	m.Remove("/v1/version")
	wantStatus(t, "removed", s.get(t, "/v1/version", ""), 404)
}

func TestCertificate(t *testing.T) {
	s := start(t, NewModel())
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("no certificate in CAPEM")
	}
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		dialer := &tls.Dialer{Config: &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}}
		c, err := dialer.DialContext(t.Context(), "tcp", s.Nodes()[0].Addr())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		leaf := c.(*tls.Conn).ConnectionState().PeerCertificates[0]
		if days := time.Until(leaf.NotAfter).Hours() / 24; days < 364 || days > 366 {
			t.Errorf("valid for %.0f days", days)
		}
		_ = c.Close()
	}
	config := &tls.Config{RootCAs: pool, ServerName: "cluster.example", MinVersion: tls.VersionTLS12}
	if _, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", s.Nodes()[0].Addr()); err == nil {
		t.Error("the certificate is good for cluster.example")
	}
	if other := start(t, NewModel()); bytes.Equal(other.CAPEM(), s.CAPEM()) {
		t.Error("two servers have one CA")
	}
	// Only the three completed handshakes count: the refused one does not.
	eventually(t, "3 handshakes", func() bool { return s.Handshakes() == 3 && s.OpenConnections() == 0 })
}

func TestNodes(t *testing.T) {
	s := start(t, SingleNode())
	token := s.login(t)
	first, second := s.Nodes()[0], s.AddNode()
	if len(s.Nodes()) != 2 || s.Nodes()[1] != second || first.URL() != s.URL() || second.Addr() == first.Addr() {
		t.Fatal("nodes are mixed up")
	}
	ask := func(n *Node) (reply, error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		return s.do(ctx, http.MethodGet, n.URL()+"/v1/cluster/nodes/", token, "")
	}
	// One token is good on all nodes.
	for _, n := range []*Node{first, second, second} {
		if r, err := ask(n); err != nil || r.status != 200 {
			t.Fatalf("%s: %d, %v", n.Addr(), r.status, err)
		}
	}
	if first.Calls() != 2 || second.Calls() != 2 {
		t.Errorf("calls %d and %d, want 2 (one login) and 2", first.Calls(), second.Calls())
	}
	second.Stop()
	second.Stop()
	if _, err := ask(second); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("stopped node: %v", err)
	}
	if r, err := ask(first); err != nil || r.status != 200 {
		t.Errorf("the other node: %d, %v", r.status, err)
	}
	second.Start()
	second.Start()
	if r, err := ask(second); err != nil || r.status != 200 {
		t.Errorf("node after its start: %d, %v", r.status, err)
	}

	s.StopListening()
	for _, n := range s.Nodes() {
		if _, err := ask(n); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("stopped cluster: %v", err)
		}
	}
	if n := s.OpenConnections(); n != 0 {
		t.Errorf("%d connections open", n)
	}
	s.Resume()
	for _, n := range s.Nodes() {
		if r, err := ask(n); err != nil || r.status != 200 {
			t.Errorf("cluster after Resume: %d, %v", r.status, err)
		}
	}
	if last := s.Calls()[len(s.Calls())-1]; last.Node != second.Addr() {
		t.Errorf("last call at %s, want %s", last.Node, second.Addr())
	}
}

func TestHangingNode(t *testing.T) {
	s := start(t, SingleNode())
	n := s.AddNode()
	url := n.URL() + "/v1/version"

	// A call in flight hangs too.
	s.SetFault("/v1/version", Fault{Delay: 50 * time.Millisecond, Times: 1})
	got := make(chan reply, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		r, _ := s.do(ctx, http.MethodGet, url, "", "")
		got <- r
	}()
	eventually(t, "a call in flight", func() bool { return s.InFlight() == 1 })
	n.Hang(true)
	n.Hang(true)
	before := s.Handshakes()
	if err := s.fails(t, url, 300*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hanging node: %v", err)
	}
	if s.Handshakes() != before+1 {
		t.Errorf("%d handshakes while hanging, want 1", s.Handshakes()-before)
	}
	select {
	case r := <-got:
		t.Errorf("the call in flight was answered: %d", r.status)
	default:
	}
	if r := s.get(t, "/v1/version", ""); r.status != 200 {
		t.Errorf("the other node: %d", r.status)
	}
	n.Hang(false)
	select {
	case r := <-got:
		wantStatus(t, "after the hang", r, 200)
	case <-time.After(patience):
		t.Error("the call in flight is still there")
	}
	eventually(t, "no call in flight", func() bool { return s.InFlight() == 0 })

	// Neither Stop nor Close waits for a hang to end.
	n.Hang(true)
	stopped := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_, err := s.do(ctx, http.MethodGet, url, "", "")
		stopped <- err
	}()
	eventually(t, "a call in flight", func() bool { return s.InFlight() == 1 })
	n.Stop()
	if err := <-stopped; err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("call to a node that stopped: %v", err)
	}
}

func TestClose(t *testing.T) {
	s := NewServer(SingleNode())
	ts := testServer{s}
	s.SetFault("/v1/node/state", Fault{Hang: true})
	failed := make(chan error, 1)
	go func() {
		_, err := ts.do(context.Background(), http.MethodGet, s.URL()+"/v1/node/state", "", "")
		failed <- err
	}()
	eventually(t, "a call in flight", func() bool { return s.InFlight() == 1 })
	idle, err := net.Dial("tcp", s.Nodes()[0].Addr()) // a connection without a handshake must not hold it up
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	eventually(t, "two connections", func() bool { return s.OpenConnections() == 2 })
	s.Close()
	s.Close()
	if s.OpenConnections() != 0 || s.InFlight() != 0 {
		t.Errorf("%d connections, %d calls after Close", s.OpenConnections(), s.InFlight())
	}
	if err := <-failed; err == nil {
		t.Error("the call was answered")
	}
	if _, err := net.Dial("tcp", s.Nodes()[0].Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial after Close: %v", err)
	}
}
