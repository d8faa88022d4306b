package qumulo

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/prometheus/common/config"
)

const (
	defaultPort = "8000"
	// idleTimeout keeps connections through the longest scrape intervals in use.
	idleTimeout    = 10 * time.Minute
	maxHeaderBytes = 64 << 10
)

// ParseURL checks the address of a cluster: https, a host, the API's port 8000
// if none is named, and nothing else. Plain http would send the credentials
// readable over the network and is taken for loopback addresses only.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The parser's own message repeats the text, which may hold a password.
		return nil, errors.New("not a URL: want https://HOST:8000")
	}
	switch {
	case u.User != nil || strings.Contains(text, "@"): // without a scheme too
		return nil, errors.New("a URL must not hold a user or password: give them by their own settings")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%q: want https://HOST:8000", text)
	case !validHost(u.Hostname()):
		return nil, fmt.Errorf("%q has no host, or one that is not text: want https://HOST:8000", text)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("give scheme, host and port only: %q", u.Scheme+"://"+u.Host)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("%q: plain http would send the credentials readable over the network: use https", text)
	}
	port := cmp.Or(u.Port(), defaultPort)
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%q: the port is not one of 1 to 65535", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}

// validHost keeps out what an escape like %ff may stand for: bytes that no name
// has, and that no label of a metric may have.
func validHost(host string) bool {
	return host != "" && utf8.ValidString(host) && !strings.ContainsFunc(host, func(r rune) bool { return !unicode.IsPrint(r) })
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// transport carries requests to one address over kept-alive connections.
type transport struct {
	http.RoundTripper
	// notAfter is the earliest expiry in the chain that the address presented
	// last, in Unix seconds; 0: none seen.
	notAfter atomic.Int64
}

// newTransport makes a transport. With an ip it goes there, whatever the DNS
// says; the certificate is still that of the name.
func newTransport(cfg Config, ip string) (*transport, error) {
	t := &transport{}
	tlsConfig, err := config.NewTLSConfig(&cfg.TLS)
	if err != nil {
		return nil, err
	}
	tlsConfig.VerifyConnection = func(state tls.ConnectionState) error {
		t.notAfter.Store(earliestExpiry(state))
		cfg.Hooks.Handshake()
		return nil
	}
	t.RoundTripper, err = config.NewTLSRoundTripper(tlsConfig, tlsFiles(cfg.TLS), func(c *tls.Config) (http.RoundTripper, error) {
		return newHTTPTransport(cfg, c, ip), nil
	})
	return t, err
}

// httpTransport is net/http's, and the connections opened ahead for it.
type httpTransport struct {
	*http.Transport
	dialer *dialer
}

// newHTTPTransport speaks HTTP/1.1 only: with HTTP/2 one connection that hangs
// would take all calls with it.
func newHTTPTransport(cfg Config, tlsConfig *tls.Config, ip string) httpTransport {
	d := &dialer{tls: tlsConfig, ip: ip, want: cfg.Concurrency}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return httpTransport{dialer: d, Transport: &http.Transport{
		Proxy:                  cfg.Proxy.Proxy(),
		ProxyConnectHeader:     cfg.Proxy.GetProxyConnectHeader(),
		DialTLSContext:         d.dial, // not used through a proxy
		TLSClientConfig:        tlsConfig,
		Protocols:              protocols,
		MaxIdleConnsPerHost:    cfg.Concurrency,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}}
}

// CloseIdleConnections closes those opened ahead too.
func (t httpTransport) CloseIdleConnections() {
	t.Transport.CloseIdleConnections()
	go t.dialer.close() // it waits for those being opened
}

// tlsFiles names the files that are read again when they change.
func tlsFiles(cfg config.TLSConfig) config.TLSRoundTripperSettings {
	var files config.TLSRoundTripperSettings
	if cfg.CAFile != "" {
		files.CA = newTLSFile(cfg.CAFile)
	}
	if cfg.CertFile != "" {
		files.Cert = newTLSFile(cfg.CertFile)
	}
	if cfg.KeyFile != "" {
		files.Key = newTLSFile(cfg.KeyFile)
	}
	return files
}

func earliestExpiry(state tls.ConnectionState) int64 {
	var earliest int64
	for _, cert := range state.PeerCertificates {
		if t := cert.NotAfter.Unix(); earliest == 0 || t < earliest {
			earliest = t
		}
	}
	return earliest
}

// roundTrip is not an http.Client's: redirects are not followed, so that a token
// never goes to another address. sent tells whether the request may have reached
// the other side.
func (t *transport) roundTrip(r *http.Request) (resp *http.Response, sent bool, err error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	resp, err = t.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	return resp, connected.Load(), err
}

func (t *transport) close() {
	if c, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
