package transport

import (
	"context"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	// resolveEvery is how long the addresses that the DNS gave are taken as they are.
	resolveEvery = time.Minute
	// resolveTimeout bounds a question to the DNS, which is no caller's.
	resolveTimeout = 10 * time.Second
)

// Resolver returns the IP addresses of a name, as net.Resolver does.
type Resolver interface {
	LookupHost(ctx context.Context, name string) (addresses []string, err error)
}

// host is the cluster as one of its URLs names it. A name with several IP
// addresses is as many addresses of the cluster: a node that hangs is seen and left,
// which a connection to the name would not do.
type host struct {
	// named is the name as it is, for one that has a single address, and as long as
	// the DNS has not answered.
	named *Address
	// pinned are its IP addresses, in the order in which they came up.
	pinned []*Address
	// byIP makes an address of an IP address; "": of the name.
	byIP func(ip string) (*Address, error)
	// lookup asks the DNS; nil if that is not for this side to do: the URL has an
	// IP address already, or a proxy resolves the name.
	lookup func(ctx context.Context) ([]string, error)
}

func newHost(cfg Config, trust *trust, u *url.URL) (*host, error) {
	byIP := func(ip string) (*Address, error) {
		t, err := newHTTPTransport(cfg, trust, u, ip)
		if err != nil {
			return nil, err
		}
		a := &Address{Name: u.String(), URL: u.String(), ip: ip, http: t}
		if ip != "" {
			a.Name += " (" + ip + ")"
		}
		return a, nil
	}
	named, err := byIP("")
	if err != nil {
		return nil, err
	}
	h := &host{named: named, byIP: byIP}
	if !named.http.proxied && !isLoopback(u.Hostname()) && net.ParseIP(u.Hostname()) == nil {
		h.lookup = func(ctx context.Context) ([]string, error) { return cfg.Resolver.LookupHost(ctx, u.Hostname()) }
	}
	return h, nil
}

// addresses are those to be used now.
func (h *host) addresses() []*Address {
	if len(h.pinned) > 0 {
		return h.pinned
	}
	return []*Address{h.named}
}

// pin takes the addresses that the DNS gave: those that were there already keep
// their connections and their place.
func (h *host) pin(ips []string) {
	if len(ips) < 2 {
		ips = nil
	}
	h.pinned = slices.DeleteFunc(slices.Clone(h.pinned), func(a *Address) bool {
		gone := !slices.Contains(ips, a.ip)
		if gone {
			a.http.CloseIdleConnections()
		}
		return gone
	})
	for _, ip := range ips {
		if slices.ContainsFunc(h.pinned, func(a *Address) bool { return a.ip == ip }) {
			continue
		}
		if a, err := h.byIP(ip); err == nil { // the same settings have made h.named
			h.pinned = append(h.pinned, a)
		}
	}
}

// arrange puts the addresses of all hosts together. The active one stays active as
// long as it is one of them. p.mu is held, or nobody else has p yet.
func (p *Pool) arrange() {
	p.list = nil
	for _, h := range p.hosts {
		p.list = append(p.list, h.addresses()...)
	}
	if !p.lists(p.active) {
		p.active = p.list[0]
	}
}

// resolve asks the DNS for the names' addresses when the last answer is old. The
// first calls wait for it, but not for longer than a third of their time, where the
// URL that is used first has a name; later ones go on with what is known.
func (p *Pool) resolve(ctx context.Context, deadline time.Time) {
	if !slices.ContainsFunc(p.hosts, func(h *host) bool { return h.lookup != nil }) {
		return
	}
	p.mu.Lock()
	first := p.asked.IsZero()
	if p.asking == nil && (first || p.cfg.Now().Sub(p.asked) >= resolveEvery) {
		asking := make(chan struct{})
		if p.beside(resolveTimeout, func(ctx context.Context) { p.ask(ctx, asking) }) { //nolint:contextcheck // it serves later calls too
			p.asking = asking
		}
	}
	asking := p.asking
	p.mu.Unlock()
	if !first || asking == nil || p.hosts[0].lookup == nil {
		return
	}
	wait := maxShare
	if !deadline.IsZero() {
		wait = min(time.Until(deadline)/3, maxShare)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-asking:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ask asks the DNS for all names at once. One that it does not answer for keeps what
// it had.
func (p *Pool) ask(ctx context.Context, answered chan struct{}) {
	var lookups sync.WaitGroup
	for _, h := range p.hosts {
		if h.lookup == nil {
			continue
		}
		lookups.Go(func() {
			ips, err := h.lookup(ctx)
			if err != nil {
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			h.pin(ips)
			p.arrange()
		})
	}
	lookups.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = p.cfg.Now()
	p.asking = nil
	close(answered)
}
