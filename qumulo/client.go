package qumulo

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/files"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// Client calls the API of one cluster. It is safe for concurrent use, and meant
// to live as long as the program: it keeps the token and the connections.
type Client struct {
	pool      *transport.Pool
	session   *session
	budget    *LoginBudget
	doubted   *transport.Address // it has rejected a login, which no other confirmed; of the one login under way
	slow      bool               // the last login had no answer; likewise
	missing   missing
	maxRows   int
	maxBytes  int64
	userAgent string
	hooks     Hooks
	now       func() time.Time

	base context.Context //nolint:containedctx // ends when the client is closed
	stop context.CancelCauseFunc

	mu    sync.Mutex     // held when base ends, and when a call begins
	calls sync.WaitGroup // under way
}

// ErrClosed is a call of a client that is closed.
var ErrClosed = errors.New("the client is closed")

// ParseURL checks the address of a cluster: https, a host, the API's port 8000 if none is
// named, and nothing else. Plain http would send the credentials readable over the network
// and is taken for loopback addresses only.
func ParseURL(text string) (*url.URL, error) { return transport.ParseURL(text) }

// New makes a client. It sends nothing and reads no file.
func New(cfg Config) (*Client, error) {
	if err := cfg.Credentials.Validate(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	c := &Client{
		budget: cfg.LoginBudget, maxRows: cfg.MaxRows, maxBytes: cfg.MaxBytes,
		userAgent: cfg.UserAgent, hooks: cfg.Hooks, now: cfg.Now,
	}
	pool, err := transport.New(transport.Config{
		URLs: cfg.URLs, TLS: cfg.TLS, Proxy: cfg.Proxy, Concurrency: cfg.Concurrency, Resolver: cfg.Resolver, Now: cfg.Now,
		Probe: c.probe, Check: c.check, Handshake: cfg.Hooks.Handshake, Failover: cfg.Hooks.Failover, FileChanged: c.fileChanged,
	})
	if err != nil {
		return nil, err
	}
	c.pool = pool
	c.base, c.stop = context.WithCancelCause(context.Background())
	c.session = &session{
		credentials: cfg.Credentials, life: cfg.TokenLife, now: cfg.Now,
		send: c.logIn, hung: pool.HungFile, done: cfg.Hooks.Login, base: c.base,
	}
	if path := cfg.Credentials.file(); path != "" {
		changed := c.fileChanged
		if !cfg.Credentials.byToken() { // an earlier password is not used: the login that needs it fails
			changed = func(string, error) {}
		}
		c.session.secret = files.NewReader(path, maxSecretFile, cfg.Credentials.CheckSecret, changed)
	}
	return c, nil
}

// begin counts a call in, unless the client is closed.
func (c *Client) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base.Err() != nil {
		return false
	}
	c.calls.Add(1)
	return true
}

// fileChanged tells the hook, unless the client is closed: a file that hangs may answer
// long after.
func (c *Client) fileChanged(path string, err error) {
	if c.begin() {
		defer c.calls.Done()
		c.hooks.File(path, err)
	}
}

// Close ends the login and the calls under way, and closes the idle connections. It
// returns after the last hook has been told.
func (c *Client) Close() {
	c.mu.Lock()
	c.stop(ErrClosed) // the login's error too, which a call may get before its own end
	c.mu.Unlock()
	c.calls.Wait()
	<-c.session.underWay()
	c.pool.Close()
}

// WaitLogin waits for the end of the login under way, or of ctx: a login that is ended
// before its answer is there may be one more that was rejected, and nobody counts it.
func (c *Client) WaitLogin(ctx context.Context) {
	select {
	case <-c.session.underWay():
	case <-ctx.Done():
	}
}

// Resume ends the pause of logins after a rejection, and what the cluster asked for with
// Retry-After: whoever calls it has a reason to think that the next call fares better.
// The budget of logins holds on.
func (c *Client) Resume() {
	c.session.endPause()
	c.pool.Resume()
}

// State is what the client knows without asking the cluster.
type State struct {
	// Address is the one in use.
	Address string
	// TokenExpires is when the session token ends; zero without one, and with
	// an access token, whose end only the cluster knows.
	TokenExpires time.Time
	// LoginPaused reports whether logins are not sent, after a rejected one.
	LoginPaused bool
	// CertificateExpires is the earliest end in the chain of certificates that
	// the cluster presented at the last TLS handshake; zero before one.
	CertificateExpires time.Time
}

// State returns the client's state.
func (c *Client) State() State {
	var s State
	s.TokenExpires, s.LoginPaused = c.session.state()
	active := c.pool.Active()
	s.Address, s.CertificateExpires = active.Name, active.CertificateExpires()
	return s
}

// probe finds out whether an address gives a sign of life.
func (c *Client) probe(ctx context.Context, a *transport.Address) {
	_, _ = c.send(ctx, VersionEndpoint.request(Round{}, never), a, 1) // what comes is a sign
}

// check finds out whether an address is well again: it lists the nodes.
func (c *Client) check(ctx context.Context, a *transport.Address) {
	if began := c.now(); errors.Is(c.listAt(ctx, a), ErrUnauthorized) {
		c.pool.Report(a, began, transport.Sick)
	}
}

// checkInstead does so in place of an address that lets the listing wait. That the token is rejected
// is no sign against this one: the other one says nothing of the token, which no call would renew.
func (c *Client) checkInstead(ctx context.Context, a *transport.Address) {
	if errors.Is(c.listAt(ctx, a), ErrUnauthorized) && c.begin() {
		defer c.calls.Done()
		c.session.renewDoubted() //nolint:contextcheck // a login outlives its callers
	}
}

// listAt asks an address for the nodes with the token at hand, if there is one.
func (c *Client) listAt(ctx context.Context, a *transport.Address) error {
	r := NodesEndpoint.request(Round{}, never)
	r.decode = nodesInto(new(List[Node]), c.rows(NodesEndpoint))
	if r.secret = c.session.token(); r.secret.IsZero() {
		return nil
	}
	_, err := c.sendTo(ctx, r, a, 1)
	return err
}

// never is the deadline of a request that no caller waits for.
func never() time.Time { return time.Time{} }
