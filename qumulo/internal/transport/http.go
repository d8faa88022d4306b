package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// A connection is there within ten seconds or given up, whatever its way: net/http
// opens it for no caller in particular, and would wait for ever where a proxy or a
// node accepts and says nothing.
const (
	dialTimeout  = 4 * time.Second
	tlsTimeout   = 6 * time.Second
	proxyTimeout = dialTimeout + tlsTimeout
)

const (
	keepAlive = 30 * time.Second
	// idleTimeout keeps connections through the longest scrape intervals in use.
	idleTimeout    = 10 * time.Minute
	maxHeaderBytes = 64 << 10
)

// httpTransport carries requests to one address over kept-alive connections. It makes
// net/http's transport anew when the files of the TLS settings have changed.
type httpTransport struct {
	trust *trust
	make  func(*tls.Config) *http.Transport
	// proxied: connections are given up that a proxy does not bring to their end.
	proxied bool
	// notAfter is the earliest expiry in the chain that the cluster presented last, in
	// Unix seconds; 0: none seen.
	notAfter atomic.Int64
	// last is of an IP address of a name; nil: each request may dial.
	last *lastDial

	mu      sync.Mutex
	made    *http.Transport
	version int // of the files that it was made with
}

// newHTTPTransport makes the transport to a URL. With an ip it goes there, whatever
// the DNS says; the certificate is still that of the name. HTTP/1.1 only: with HTTP/2
// one connection that hangs would take all requests with it.
func newHTTPTransport(cfg Config, trust *trust, u *url.URL, ip string) (*httpTransport, error) {
	proxy, err := proxyFor(cfg, u)
	if err != nil {
		return nil, err
	}
	t := &httpTransport{trust: trust, proxied: proxy != nil}
	if ip != "" {
		t.last = new(lastDial)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	t.make = func(forCluster *tls.Config) *http.Transport {
		forProxy := forCluster.Clone()
		forProxy.ServerName, forProxy.GetClientCertificate = "", nil
		forCluster.VerifyConnection = func(state tls.ConnectionState) error {
			t.presented(state.PeerCertificates)
			cfg.Handshake()
			return nil
		}
		h := &http.Transport{
			Proxy:                  http.ProxyURL(proxy),
			ProxyConnectHeader:     cfg.Proxy.GetProxyConnectHeader(),
			DialContext:            t.dialer(ip),
			TLSClientConfig:        forCluster,
			TLSHandshakeTimeout:    tlsTimeout,
			Protocols:              protocols,
			MaxIdleConnsPerHost:    cfg.Concurrency,
			IdleConnTimeout:        idleTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes,
		}
		if proxy != nil && proxy.Scheme == "https" {
			h.DialTLSContext = t.proxyDialer(forProxy) // its certificate is not the cluster's
		}
		return h
	}
	return t, nil
}

// proxyFor returns the proxy on the way to a URL; nil: there is none. Nothing on this
// machine is behind one.
func proxyFor(cfg Config, u *url.URL) (*url.URL, error) {
	choose := cfg.Proxy.Proxy()
	if choose == nil || isLoopback(u.Hostname()) {
		return nil, nil //nolint:nilnil // no proxy
	}
	return choose(&http.Request{URL: u})
}

// dialer opens TCP connections.
func (t *httpTransport) dialer(ip string) func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if err := t.last.recent(); err != nil {
			return nil, err
		}
		end := time.Now().Add(proxyTimeout)
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(cmp.Or(ip, host), port))
		if err == nil && t.proxied {
			err = conn.SetDeadline(end) // until it is established
		}
		return conn, err
	}
}

// proxyDialer opens TLS connections to a proxy.
func (t *httpTransport) proxyDialer(cfg *tls.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := t.dialer("")
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		own := cfg.Clone()
		own.ServerName, _, _ = net.SplitHostPort(address) // which dial has split already
		secured := tls.Client(conn, own)
		if err := secured.HandshakeContext(ctx); err != nil { // in the time that conn has
			_ = conn.Close() // it has failed already
			return nil, err
		}
		return secured, nil
	}
}

// established notes that there is a connection, and lets one that came through a proxy live on.
func (t *httpTransport) established(conn net.Conn) {
	t.last.forget()
	if t.proxied {
		_ = conn.SetDeadline(time.Time{}) // of one that is closed the next request notices
	}
}

// ready waits for the files of the TLS settings.
func (t *httpTransport) ready(ctx context.Context) error {
	_, err := t.trust.material(ctx)
	return err
}

// roundTrip sends a request with the files of the TLS settings as they are now. One whose
// Close is set has a new connection of its own, and leaves the others as they are. connected
// is set when the request gets a connection.
func (t *httpTransport) roundTrip(r *http.Request, connected *atomic.Bool) (*http.Response, error) {
	now, err := t.trust.material(r.Context())
	if err != nil {
		return nil, err
	}
	h := t.with(now)
	if r.Close {
		h = t.make(now.config.Clone())
		h.DisableKeepAlives = true
	}
	resp, err := h.RoundTrip(r)
	if err == nil {
		return resp, nil
	}
	if !connected.Load() && r.Context().Err() == nil {
		t.last.failed(err)
	}
	// A certificate that has expired is to be seen too. That of a proxy is not the cluster's.
	op, isOp := errors.AsType[*net.OpError](err)
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && !(isOp && op.Op == "proxyconnect") {
		t.presented(bad.UnverifiedCertificates)
	}
	return nil, err
}

// with returns the transport that is made with these files, or with later ones.
func (t *httpTransport) with(now *material) *http.Transport {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made != nil && t.version >= now.version {
		return t.made
	}
	if t.made != nil {
		t.made.CloseIdleConnections()
	}
	t.last.forget() // it may be trusted now
	t.made, t.version = t.make(now.config.Clone()), now.version
	return t.made
}

// presented notes the certificates of the cluster.
func (t *httpTransport) presented(chain []*x509.Certificate) {
	var earliest int64
	for _, cert := range chain {
		if at := cert.NotAfter.Unix(); earliest == 0 || at < earliest {
			earliest = at
		}
	}
	t.notAfter.Store(earliest)
}

// CloseIdleConnections closes those that nothing is sent on.
func (t *httpTransport) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made != nil {
		t.made.CloseIdleConnections()
	}
}
