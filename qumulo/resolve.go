package qumulo

import (
	"context"
	"net"
	"net/http"
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

// Resolver gives the IP addresses of a name, as net.Resolver does.
type Resolver interface {
	LookupHost(ctx context.Context, name string) (addresses []string, err error)
}

// host is the cluster as one of its URLs names it. A name with several IP
// addresses is as many ways to the cluster: a node that hangs is seen and left,
// which a connection to the name would not do.
type host struct {
	// named is the way by the name as it is, for one that has a single address,
	// and as long as the DNS has not answered.
	named *address
	// pinned are the ways by IP address, in the order in which they came up.
	pinned []*address
	// byIP makes a way by IP address.
	byIP func(ip string) (*address, error)
	// lookup asks the DNS; nil if that is not for this side to do: the URL has an
	// IP address already, or a proxy resolves the name.
	lookup func(ctx context.Context) ([]string, error)
}

func newHost(cfg Config, u *url.URL) (*host, error) {
	t, err := newTransport(cfg, "")
	if err != nil {
		return nil, err
	}
	h := &host{named: &address{name: u.String(), url: u.String(), transport: t}}
	proxied, err := goesByProxy(cfg, u)
	if err != nil || proxied || isLoopback(u.Hostname()) || net.ParseIP(u.Hostname()) != nil {
		return h, err
	}
	h.lookup = func(ctx context.Context) ([]string, error) { return cfg.Resolver.LookupHost(ctx, u.Hostname()) }
	h.byIP = func(ip string) (*address, error) {
		t, err := newTransport(cfg, ip)
		return &address{name: u.String() + " (" + ip + ")", ip: ip, url: u.String(), transport: t}, err
	}
	return h, nil
}

func goesByProxy(cfg Config, u *url.URL) (bool, error) {
	choose := cfg.Proxy.Proxy()
	if choose == nil {
		return false, nil
	}
	proxy, err := choose(&http.Request{URL: u})
	return proxy != nil, err
}

// ways are those to be used now.
func (h *host) ways() []*address {
	if len(h.pinned) > 0 {
		return h.pinned
	}
	return []*address{h.named}
}

// pin takes the addresses that the DNS gave: those that were there already keep
// their connections and their place.
func (h *host) pin(ips []string) {
	if len(ips) < 2 {
		ips = nil
	}
	h.pinned = slices.DeleteFunc(slices.Clone(h.pinned), func(way *address) bool {
		gone := !slices.Contains(ips, way.ip)
		if gone {
			way.transport.close()
		}
		return gone
	})
	for _, ip := range ips {
		if slices.ContainsFunc(h.pinned, func(way *address) bool { return way.ip == ip }) {
			continue
		}
		if way, err := h.byIP(ip); err == nil { // the same settings have made h.named
			h.pinned = append(h.pinned, way)
		}
	}
}

// arrange puts the ways of all hosts together. The one in use stays in use as
// long as it is one of them. mu is held, or nobody else has a yet.
func (a *addresses) arrange() {
	a.list = nil
	for _, h := range a.hosts {
		a.list = append(a.list, h.ways()...)
	}
	if !slices.Contains(a.list, a.active) {
		a.active = a.list[0]
	}
}

// resolve asks the DNS for the names' addresses when the last answer is old. The
// first calls wait for it, but not for longer than a third of their time, where
// the URL that is used first has a name; later ones go on with what is known.
func (a *addresses) resolve(ctx context.Context) {
	if !slices.ContainsFunc(a.hosts, func(h *host) bool { return h.lookup != nil }) {
		return
	}
	a.mu.Lock()
	first := a.asked.IsZero()
	if a.asking == nil && (first || a.now().Sub(a.asked) >= resolveEvery) {
		a.asking = make(chan struct{})
		go a.ask() //nolint:contextcheck // it serves later calls too
	}
	asking := a.asking
	a.mu.Unlock()
	if !first || asking == nil || a.hosts[0].lookup == nil {
		return
	}
	timer := time.NewTimer(share(ctx, 3))
	defer timer.Stop()
	select {
	case <-asking:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ask asks the DNS for all names at once. One that it does not answer for keeps
// what it had.
func (a *addresses) ask() {
	ctx, cancel := context.WithTimeout(a.base, resolveTimeout)
	defer cancel()
	var lookups sync.WaitGroup
	for _, h := range a.hosts {
		if h.lookup == nil {
			continue
		}
		lookups.Go(func() {
			ips, err := h.lookup(ctx)
			if err != nil {
				return
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			h.pin(ips)
			a.arrange()
		})
	}
	lookups.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = a.now()
	close(a.asking)
	a.asking = nil
}
