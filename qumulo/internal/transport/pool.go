// Package transport carries requests to the addresses of one cluster: it knows which
// of them are well, keeps connections to them, and bounds what is sent at a time. It
// knows nothing of what is asked, nor which answer is good: that it is told.
package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/common/config"
)

// Config makes a Pool.
type Config struct {
	// URLs are the addresses of the cluster, as ParseURL takes them.
	URLs        []string
	TLS         config.TLSConfig
	Proxy       config.ProxyConfig
	Concurrency int // requests at a time
	Resolver    Resolver
	Now         func() time.Time
	// Probe asks an address for something small. That it answers, Send notes.
	Probe func(ctx context.Context, a *Address)
	// Check asks an address for what shows that it is well, and reports what came.
	Check func(ctx context.Context, a *Address)
	// Handshake is told of each TLS handshake with the cluster that succeeded.
	Handshake func()
	// Failover is told when another address has become the active one.
	Failover func()
	// FileChanged is told of a file of the TLS settings, as files.NewReader says.
	FileChanged func(path string, err error)
}

// Pool is the addresses of one cluster. The active one is asked first for as long
// as it works; one that failed is avoided for a while that grows.
type Pool struct {
	cfg     Config
	limiter *limiter
	trust   *trust
	base    context.Context //nolint:containedctx // of the work beside the calls; it ends with the pool
	stop    context.CancelFunc
	work    sync.WaitGroup // beside the calls; none begins after stop

	mu      sync.Mutex
	resumed chan struct{} // closed when throttles are ended
	hosts   []*host
	list    []*Address
	active  *Address
	asked   time.Time     // when the DNS was last asked
	asking  chan struct{} // closed when it has answered; nil while it is not asked
	// doubting: another address is checked beside one that is doubted.
	doubting bool
}

// New makes the pool. It sends nothing and reads no file.
func New(cfg Config) (*Pool, error) {
	if len(cfg.URLs) == 0 {
		return nil, errors.New("no address of the cluster")
	}
	trust, err := newTrust(cfg)
	if err != nil {
		return nil, err
	}
	p := &Pool{cfg: cfg, limiter: newLimiter(cfg.Concurrency), trust: trust, resumed: make(chan struct{})}
	for _, text := range cfg.URLs {
		u, err := ParseURL(text)
		if err != nil {
			return nil, err
		}
		h, err := newHost(cfg, trust, u)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		p.hosts = append(p.hosts, h)
	}
	p.arrange()
	p.base, p.stop = context.WithCancel(context.Background())
	return p, nil
}

// Close ends the work beside the calls, waits for it, and closes the idle connections.
func (p *Pool) Close() {
	p.mu.Lock()
	p.stop()
	p.mu.Unlock()
	p.work.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.hosts {
		for _, a := range append(h.pinned, h.named) {
			a.http.CloseIdleConnections()
		}
	}
}

// Acquire waits for a slot until ctx ends. Of those who wait, the one with the
// lowest priority number goes first; queued (nil: nobody) is told that it has to wait.
// Whoever has a slot must Release it.
func (p *Pool) Acquire(ctx context.Context, priority int, queued func()) error {
	return p.limiter.acquire(ctx, priority, queued)
}

// Release gives a slot back.
func (p *Pool) Release() { p.limiter.release() }

// Active is the address that is asked first.
func (p *Pool) Active() *Address {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.active
}

// Candidates returns the addresses in the order in which to ask them: from the active
// one on, those to be avoided last. Those that are throttled are left out. It waits
// for the DNS, where it must, for a part of the time until the deadline.
func (p *Pool) Candidates(ctx context.Context, deadline time.Time) []*Address {
	p.resolve(ctx, deadline)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Now()
	first := max(slices.Index(p.list, p.active), 0)
	var good, avoided []*Address
	for _, a := range slices.Concat(p.list[first:], p.list[:first]) {
		switch {
		case now.Before(a.throttle.until):
		case now.Before(a.avoid):
			avoided = append(avoided, a)
		default:
			good = append(good, a)
			p.check(a) //nolint:contextcheck // it is not the call's
		}
	}
	return append(good, avoided...)
}

// check asks an address that has failed whether it is well again, beside the calls,
// which go to the active one. p.mu is held.
func (p *Pool) check(a *Address) {
	if a == p.active || a.failures == 0 || a.checking {
		return
	}
	a.checking = p.beside(checkTimeout, func(ctx context.Context) {
		p.cfg.Check(ctx, a)
		p.mu.Lock()
		defer p.mu.Unlock()
		a.checking = false
	})
}

// checkTimeout bounds a check, which nobody waits for.
const checkTimeout = 10 * time.Second

// beside begins work that no caller waits for, unless the pool is closed; it reports
// whether. p.mu is held.
func (p *Pool) beside(timeout time.Duration, work func(ctx context.Context)) bool {
	if p.base.Err() != nil {
		return false
	}
	p.work.Go(func() {
		ctx, cancel := context.WithTimeout(p.base, timeout)
		defer cancel()
		work(ctx)
	})
	return true
}

// lists reports whether the DNS still names the address. p.mu is held.
func (p *Pool) lists(a *Address) bool { return slices.Contains(p.list, a) }

// Ready waits for the files of the TLS settings, where they were never read: that they
// hang is not the address's fault.
func (a *Address) Ready(ctx context.Context) error { return a.http.ready(ctx) }

// HungFile is a file of the TLS settings that is waited for; "": there is none.
func (p *Pool) HungFile() string { return p.trust.hanging() }

// Send makes a request at the address, whose URL it must have. Redirects are
// not followed, so that a token never goes to another address. One whose Close is set
// goes over a new connection of its own. sent reports whether the request may have
// reached the other side.
func (a *Address) Send(r *http.Request) (resp *http.Response, sent bool, err error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		connected.Store(true)
		a.http.established(c.Conn)
	}}
	resp, err = a.http.roundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)), &connected)
	if err != nil {
		return nil, connected.Load(), withoutPort(err)
	}
	a.touch()
	resp.Body = livingBody{resp.Body, a}
	return resp, true, nil
}

// CloseIdle closes the connections to the address that nothing is sent on.
func (a *Address) CloseIdle() { a.http.CloseIdleConnections() }

// livingBody notes that the address lives as long as something comes.
type livingBody struct {
	io.ReadCloser

	address *Address
}

// Read implements io.Reader.
func (b livingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.address.touch()
	}
	return n, err
}

// withoutPort leaves the changing local port out of an error of the network, so that
// the same fault has the same text each time.
func withoutPort(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Source != nil {
		return &net.OpError{Op: op.Op, Net: op.Net, Addr: op.Addr, Err: op.Err}
	}
	return err
}
