package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/config"
)

// counted counts the connections that are open.
type counted struct {
	net.Listener
	open atomic.Int64
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.open.Add(1)
	return &countedConn{conn, sync.OnceFunc(func() { c.open.Add(-1) })}, nil
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// serve answers each connection with handle until the end of the test.
func serve(t *testing.T, handle func(net.Conn)) *counted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &counted{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := c.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return c
}

// silent reads until the other side closes, and says nothing.
func silent(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// connected answers CONNECT and then does what then does.
func connected(then func(net.Conn, string)) func(net.Conn) {
	return func(conn net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		then(conn, req.Host)
	}
}

// newPool makes a pool of one address behind a proxy.
func newPool(t *testing.T, address, proxy string, change func(*Config)) *Pool {
	t.Helper()
	cfg := Config{
		URLs: []string{address}, Concurrency: 8, Resolver: net.DefaultResolver, Now: time.Now,
		Probe: func(context.Context, *Address) {}, Check: func(context.Context, *Address) {},
		Handshake: func() {}, Failover: func() {}, FileChanged: func(string, error) {},
	}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Proxy.ProxyURL = config.URL{URL: u}
	}
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func get(ctx context.Context, p *Pool) error {
	a := p.Active()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL+"/", http.NoBody)
	if err != nil {
		return err
	}
	resp, _, err := a.Send(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.Body.Close()
}

// TestSilentProxies: whatever a connection waits for on its way, a hundred scrapes that give up
// leave nothing behind fifteen seconds later.
func TestSilentProxies(t *testing.T) {
	t.Run("all", func(t *testing.T) {
		for name, c := range map[string]struct {
			handle func(net.Conn)
			scheme string // of the proxy; "": there is none
		}{
			"HTTP proxy, silent":               {silent, "http"},
			"HTTP proxy, silent after CONNECT": {connected(func(conn net.Conn, _ string) { silent(conn) }), "http"},
			"SOCKS proxy, silent":              {silent, "socks5"},
			"HTTPS proxy, silent":              {silent, "https"},
			"node, silent in TLS":              {silent, ""},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				leavesNothing(t, c.handle, c.scheme)
			})
		}
	})
	stacks := make([]byte, 4<<20)
	if text := string(stacks[:runtime.Stack(stacks, true)]); strings.Contains(text, "dialConnFor") {
		t.Errorf("goroutines still open connections:\n%s", text)
	}
}

func leavesNothing(t *testing.T, handle func(net.Conn), scheme string) {
	t.Helper()
	l := serve(t, handle)
	address, proxy := "https://cluster.example:8000", scheme+"://"+l.Addr().String()
	if scheme == "" {
		address, proxy = "https://"+l.Addr().String(), ""
	}
	p := newPool(t, address, proxy, nil)
	for range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		if get(ctx, p) == nil {
			t.Error("an answer")
		}
		cancel()
	}
	if l.open.Load() == 0 {
		t.Error("nobody came")
	}
	for end := time.Now().Add(15 * time.Second); l.open.Load() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d connections after 15 s", l.open.Load())
		}
	}
}

// tunnel is a proxy that works.
func tunnel(conn net.Conn, to string) {
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close()
	go func() { _, _ = io.Copy(far, conn); _ = far.Close() }()
	_, _ = io.Copy(conn, far)
}

// TestHTTPSProxy: the certificate of the proxy is not the cluster's, nor is its handshake counted,
// and a connection lives on when it is there.
func TestHTTPSProxy(t *testing.T) {
	cluster := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer cluster.Close()
	front := httptest.NewUnstartedServer(nil)
	front.StartTLS() // for its certificate
	defer front.Close()
	l := serve(t, func(conn net.Conn) {
		secured := tls.Server(conn, front.TLS)
		connected(func(conn net.Conn, _ string) { tunnel(conn, cluster.Listener.Addr().String()) })(secured)
	})
	var handshakes atomic.Int64
	p := newPool(t, "https://cluster.example:8000", "https://"+l.Addr().String(), func(cfg *Config) {
		cfg.TLS.InsecureSkipVerify = true
		cfg.Handshake = func() { handshakes.Add(1) }
	})
	for range 2 {
		if err := get(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := handshakes.Load(); n != 1 {
		t.Errorf("%d handshakes, want the one with the cluster", n)
	}
	if at := p.Active().CertificateExpires(); !at.Equal(cluster.Certificate().NotAfter) {
		t.Errorf("certificate ends at %v, want the cluster's", at)
	}
	// One that can't be verified is not the cluster's either.
	p = newPool(t, "https://cluster.example:8000", "https://"+l.Addr().String(), nil)
	if err := get(t.Context(), p); err == nil || !strings.Contains(err.Error(), "proxyconnect") {
		t.Errorf("error is %v, want one of the proxy", err)
	}
	if at := p.Active().CertificateExpires(); !at.IsZero() {
		t.Errorf("certificate ends at %v: the proxy's", at)
	}
}

// TestExpiredCertificate: the end of a certificate that can't be verified is known.
func TestExpiredCertificate(t *testing.T) {
	cluster := httptest.NewTLSServer(http.NotFoundHandler())
	defer cluster.Close()
	p := newPool(t, cluster.URL, "", nil)
	if err := get(t.Context(), p); err == nil {
		t.Fatal("trusted")
	}
	if at := p.Active().CertificateExpires(); !at.Equal(cluster.Certificate().NotAfter) {
		t.Errorf("certificate ends at %v", at)
	}
}

// TestLoopbackByNoProxy: nothing on this machine is asked through a proxy, whoever names one.
func TestLoopbackByNoProxy(t *testing.T) {
	cluster := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer cluster.Close()
	var visits atomic.Int64
	l := serve(t, func(net.Conn) { visits.Add(1) })
	proxy := "http://" + l.Addr().String()
	t.Setenv("HTTP_PROXY", proxy)
	t.Setenv("HTTPS_PROXY", proxy)
	for _, p := range []*Pool{
		newPool(t, cluster.URL, proxy, nil),
		newPool(t, strings.Replace(cluster.URL, "127.0.0.1", "localhost", 1), proxy, nil),
		newPool(t, cluster.URL, "", func(cfg *Config) { cfg.Proxy.ProxyFromEnvironment = true }),
	} {
		if err := get(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the proxy was asked %d times", n)
	}
}

// TestRetryAfterHeader is the rule for what a cluster asks for.
func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "-5": 0, "soon": 0, "1.5": 0, "+3": 0, date(-time.Hour): 0, date(0): 0,
		"1": time.Second, " 30 ": 30 * time.Second, "900": 15 * time.Minute, date(90 * time.Second): 90 * time.Second,
		"901": 15 * time.Minute, "4294967296": 15 * time.Minute, strings.Repeat("9", 400): 15 * time.Minute,
		date(time.Hour): 15 * time.Minute, "Fri, 31 Dec 9999 23:59:59 GMT": 15 * time.Minute,
	} {
		for status, want := range map[int]time.Duration{429: want, 503: want, 500: 0} {
			resp := &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {value}}}
			if got := RetryAfter(resp, now); got != want {
				t.Errorf("%d %q: %v, want %v", status, value, got, want)
			}
		}
	}
}
