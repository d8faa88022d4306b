package qumulo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// smallBody bounds answers that do not grow with the cluster, in bytes.
const smallBody = 1 << 20

// Client calls the API of one cluster. It is safe for concurrent use, and meant
// to live as long as the program: it keeps the token and the connections.
type Client struct {
	addresses *addresses
	session   *session
	limiter   *limiter
	rest      *rest
	maxRows   int
	maxBytes  int64
	userAgent string
	hooks     Hooks
	now       func() time.Time
	stop      context.CancelFunc
}

// New makes a client. It sends nothing and reads no secret.
func New(cfg Config) (*Client, error) {
	if err := cfg.Credentials.Validate(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	ctx, stop := context.WithCancel(context.Background())
	ways, err := newAddresses(ctx, cfg)
	if err != nil {
		stop()
		return nil, err
	}
	c := &Client{
		addresses: ways, limiter: newLimiter(cfg.Concurrency), rest: &rest{now: cfg.Now},
		maxRows: cfg.MaxRows, maxBytes: cfg.MaxBytes,
		userAgent: cfg.UserAgent, hooks: cfg.Hooks, now: cfg.Now, stop: stop,
	}
	c.session = &session{
		credentials: cfg.Credentials, life: cfg.TokenLife, now: cfg.Now,
		login: c.login, done: cfg.Hooks.Login, base: ctx,
	}
	return c, nil
}

// Close ends a login under way, waits for its end, and closes the idle
// connections. Calls under way are not ended: that is for their contexts.
func (c *Client) Close() {
	c.stop()
	c.session.wait()
	c.addresses.close()
}

// EndPause lets logins be sent again that were paused after a refusal: whoever
// calls it has a reason to think that the next one fares better.
func (c *Client) EndPause() { c.session.endPause() }

// State is what the client knows without asking the cluster.
type State struct {
	// Address is the one in use.
	Address string
	// TokenExpires is when the session token ends; zero without one, and with
	// an access token, whose end only the cluster knows.
	TokenExpires time.Time
	// LoginPaused tells that logins are not sent, after a refused one.
	LoginPaused bool
	// CertificateExpires is the earliest end in the chain of certificates that
	// the cluster presented at the last TLS handshake; zero before one.
	CertificateExpires time.Time
}

// State gives the client's state.
func (c *Client) State() State {
	var s State
	s.TokenExpires, s.LoginPaused = c.session.state()
	way := c.addresses.inUse()
	s.Address = way.name
	if t := way.transport.notAfter.Load(); t != 0 {
		s.CertificateExpires = time.Unix(t, 0)
	}
	return s
}

// operation is one call of the API.
type operation struct {
	name      string // in words, for errors and metrics
	path      string
	privilege string // what the user must have; "" if none
	public    bool   // answered without a token
	vital     bool   // every release has it
	maxBytes  int64
}

// request is one HTTP request of an operation.
type request struct {
	operation
	method string
	token  Secret
	body   []byte
	batch  Batch
	left   *int // how often it may still be repeated
}

// repeat tells whether the request may be sent again, and counts it: once,
// whatever the reason. What another address or another token is tried for is not
// a repetition.
func (r request) repeat() bool {
	if *r.left == 0 {
		return false
	}
	*r.left--
	return true
}

// get is the ONE way to call the API: it sends the call with the current token,
// and once more with another token if the cluster answers 401.
func (c *Client) get(ctx context.Context, op operation, decode decoder) error {
	batch := batchOf(ctx, c.now())
	req := request{operation: op, method: http.MethodGet, batch: batch, left: new(1)}
	if op.public {
		return c.send(ctx, req, decode)
	}
	// Not in the login that the call may wait for, which has more time than the call.
	if err := c.rest.wait(ctx); err != nil {
		return c.failed(req, 0, err)
	}
	t, err := c.session.acquire(ctx, batch)
	if ctx.Err() != nil {
		return c.failed(req, 0, fmt.Errorf("waiting for the login, or for the proof of its token: %w", inTime(ctx, err)))
	}
	if err != nil {
		return c.failed(req, 0, inTime(ctx, err))
	}
	err = c.sendWith(ctx, req, t, decode)
	if !errors.Is(err, ErrUnauthorized) {
		return err
	}
	t, replaceErr := c.session.replace(ctx, t, batch, errors.Unwrap(err))
	if replaceErr != nil {
		return c.failed(req, http.StatusUnauthorized, inTime(ctx, replaceErr))
	}
	err = c.sendWith(ctx, req, t, decode)
	if errors.Is(err, ErrUnauthorized) {
		return c.failed(req, http.StatusUnauthorized, c.session.refuse(t, errors.Unwrap(err)))
	}
	return err
}

func (c *Client) sendWith(ctx context.Context, req request, t *token, decode decoder) error {
	req.token = t.value
	err := c.send(ctx, req, decode)
	c.session.settle(t, err)
	return err
}

// send makes a request, and once more if the cluster asks for time and there is
// time.
func (c *Client) send(ctx context.Context, req request, decode decoder) error {
	err := c.sendOnce(ctx, req, decode)
	if !asksForRest(err) || req.method != http.MethodGet || !req.repeat() || c.rest.wait(ctx) != nil {
		return err
	}
	return c.sendOnce(ctx, req, decode)
}

// exchange sends the request and decodes the answer; result gets what it learns.
// sent tells whether it may have reached the cluster.
func (c *Client) exchange(ctx context.Context, req request, decode decoder, way *address, result *CallResult) (sent bool, err error) {
	r, err := http.NewRequestWithContext(ctx, req.method, way.url+req.path, bytes.NewReader(req.body))
	if err != nil {
		return false, err
	}
	if r.Body == http.NoBody {
		// As a body that can't be had again it keeps net/http from repeating the
		// request by itself, on each of its idle connections.
		r.Body, r.GetBody = struct{ io.ReadCloser }{http.NoBody}, nil
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", c.userAgent)
	if !req.token.IsZero() {
		r.Header.Set("Authorization", "Bearer "+req.token.Reveal())
	}
	if req.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, sent, err := way.transport.roundTrip(r)
	if err != nil {
		return sent, withoutSecrets(err, req.secrets())
	}
	defer resp.Body.Close()
	way.sign()
	result.Status = resp.StatusCode
	body := &boundedReader{r: resp.Body, limit: cmp.Or(c.maxBytes, req.maxBytes), sign: way.sign}
	defer func() { result.Bytes = body.read }()
	if resp.StatusCode != http.StatusOK {
		err := statusError(resp.StatusCode, body, req.secrets())
		err.RetryAfter, err.vital = retryAfter(resp, c.now()), req.vital
		c.rest.begin(err)
		return true, err
	}
	return true, decode(body)
}

// failed wraps what went wrong with a call beside its requests.
func (c *Client) failed(req request, status int, err error) error {
	return &Error{Operation: req.name, Address: c.addresses.inUse().name, Status: status, Privilege: req.privilege, Err: err}
}

// inTime says of a call that was ended by its context that it was, and why.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return plain(err)
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, context.Cause(ctx))
}

// plain leaves the changing local port out of an error of the network, so that
// the same fault has the same text each time.
func plain(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Source != nil {
		return &net.OpError{Op: op.Op, Net: op.Net, Addr: op.Addr, Err: op.Err}
	}
	return err
}
