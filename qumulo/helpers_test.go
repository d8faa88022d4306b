package qumulo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	loginPath      = "/v1/session/login"
	nodesPath      = "/v1/cluster/nodes/"
	slotsPath      = "/v1/cluster/slots/"
	fileSystemPath = "/v1/file-system"

	markerPassword = "marker-password-4711"
)

// rig is a cluster, a client of it, and what the client's hooks were told.
type rig struct {
	*qumulotest.Server

	client *qumulo.Client
	clock  *clock
	// secretFile is the password's file, or the access token's.
	secretFile string

	mu         sync.Mutex
	calls      []qumulo.CallResult
	logins     []qumulo.LoginResult
	handshakes int
}

// newRig makes a client that logs in with a password; options change its configuration.
func newRig(t *testing.T, options ...func(*qumulo.Config)) *rig {
	t.Helper()
	r := &rig{Server: newCluster(t), clock: &clock{at: time.Now()}, secretFile: filepath.Join(t.TempDir(), "secret")}
	r.SetPassword(qumulotest.DefaultUser, markerPassword)
	r.write(t, markerPassword+"\n")
	r.connect(t, qumulo.Credentials{Username: qumulotest.DefaultUser, PasswordFile: r.secretFile}, options)
	return r
}

// alone makes a client that sends one call at a time: where a test needs no more, it saves the
// handshakes of the connections that would be opened ahead.
func alone(cfg *qumulo.Config) { cfg.Concurrency = 1 }

// newTokenRig makes a client that has an access token in a file.
func newTokenRig(t *testing.T, options ...func(*qumulo.Config)) *rig {
	t.Helper()
	return newTokenRigOf(t, newCluster(t), options...)
}

func newTokenRigOf(t *testing.T, s *qumulotest.Server, options ...func(*qumulo.Config)) *rig {
	t.Helper()
	r := &rig{Server: s, clock: &clock{at: time.Now()}, secretFile: filepath.Join(t.TempDir(), "token")}
	r.write(t, r.AddAccessToken(qumulotest.DefaultUser, time.Time{})+"\n")
	r.connect(t, qumulo.Credentials{AccessTokenFile: r.secretFile}, options)
	return r
}

func newCluster(t *testing.T) *qumulotest.Server {
	t.Helper()
	s := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(s.Close)
	return s
}

func (r *rig) connect(t *testing.T, credentials qumulo.Credentials, options []func(*qumulo.Config)) {
	t.Helper()
	cfg := qumulo.Config{
		URLs:        []string{r.URL()},
		Credentials: credentials,
		TLS:         config.TLSConfig{CAFile: caFile(t, r.Server)},
		UserAgent:   "qumulo-test",
		Now:         r.clock.now,
		Hooks: qumulo.Hooks{
			Call: func(c qumulo.CallResult) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.calls = append(r.calls, c)
			},
			Login: func(l qumulo.LoginResult) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.logins = append(r.logins, l)
			},
			Handshake: func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.handshakes++
			},
		},
	}
	for _, o := range options {
		o(&cfg)
	}
	r.client = newClient(t, cfg)
}

func newClient(t *testing.T, cfg qumulo.Config) *qumulo.Client {
	t.Helper()
	c, err := qumulo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// caFile writes the cluster's CA certificate to a file.
func caFile(t *testing.T, s *qumulotest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, path, string(s.CAPEM()))
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// write puts another secret file in the place of the last, with another time.
func (r *rig) write(t *testing.T, text string) {
	t.Helper()
	fresh := r.secretFile + ".new"
	writeFile(t, fresh, text)
	if before, err := os.Stat(r.secretFile); err == nil {
		later := before.ModTime().Add(time.Second)
		ok(t, os.Chtimes(fresh, later, later))
	}
	ok(t, os.Rename(fresh, r.secretFile))
}

// call lists the nodes, in a batch of its own, and checks what came.
func (r *rig) call(t *testing.T) error {
	t.Helper()
	return listNodes(soon(t), r.client)
}

// batch lists the nodes n times at once, in one batch.
func (r *rig) batch(t *testing.T, n int) []error {
	t.Helper()
	ctx := qumulo.WithRound(soon(t), qumulo.Round{Began: r.clock.now()})
	return together(n, func(int) error { return listNodes(ctx, r.client) })
}

func listNodes(ctx context.Context, c *qumulo.Client) error {
	list, err := c.Nodes(ctx)
	if err != nil {
		return err
	}
	if len(list.Items) != 5 || len(list.Malformed) != 0 {
		return errors.New("want the cluster's five nodes")
	}
	return nil
}

// together runs f n times at once and gives what each returned.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// sent is what the cluster has seen.
type sent struct {
	logins, refusedLogins, nodeCalls, refusedCalls int
}

// checkSent compares what the cluster has seen since the start or the last ResetCounts, and what
// the hooks were told since, with want.
func (r *rig) checkSent(t *testing.T, want sent) {
	t.Helper()
	got := sent{
		logins: r.Logins(), refusedLogins: r.RefusedLogins(), nodeCalls: r.CallCount(nodesPath),
	}
	for _, c := range r.Calls() {
		if c.Path == nodesPath && c.Status == 401 {
			got.refusedCalls++
		}
	}
	if got != want {
		t.Errorf("the cluster saw %+v, want %+v", got, want)
	}
	var hooked sent
	for _, c := range r.hookCalls() {
		switch {
		case c.Operation == "list nodes":
			hooked.nodeCalls++
			if c.Status == 401 {
				hooked.refusedCalls++
			}
		case c.Operation == "log in" && c.Status == 200:
			hooked.logins++
		case c.Operation == "log in" && c.Status >= 400 && c.Status < 500:
			hooked.refusedLogins++
		}
	}
	if hooked != want {
		t.Errorf("the hooks were told of %+v, want %+v", hooked, want)
	}
}

// reset forgets what cluster and hooks have seen.
func (r *rig) reset() {
	r.ResetCounts()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls, r.logins, r.handshakes = nil, nil, 0
}

func (r *rig) hookCalls() []qumulo.CallResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

func (r *rig) hookLogins() []qumulo.LoginResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.logins)
}

// hookLogin returns the one login that the hook was told of.
func (r *rig) hookLogin(t *testing.T) qumulo.LoginResult {
	t.Helper()
	logins := r.hookLogins()
	if len(logins) != 1 {
		t.Fatalf("the hook was told of %d logins, want 1", len(logins))
	}
	return logins[0]
}

// soon returns a context that ends only when the test has gone wrong.
func soon(t *testing.T) context.Context {
	t.Helper()
	return within(t, 10*time.Second)
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func ok(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// as finds the error of type E in err's chain.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	e, found := errors.AsType[E](err)
	if !found {
		t.Fatalf("error is %v, want a %T in it", err, e)
	}
	return e
}

func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !happened(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// checkNoSecret checks a text for the password and for each token that was sent.
func (r *rig) checkNoSecret(t *testing.T, text string) {
	t.Helper()
	secrets := []string{markerPassword}
	for _, c := range r.Calls() {
		if c.Token != "" {
			secrets = append(secrets, c.Token)
		}
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the secret %q is in %q", s, text)
		}
	}
}

// clock is a clock that goes on when told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

// now is a little later at each look, as a real clock is.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Nanosecond)
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
