package qumulo_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// tls trusts the cluster.
func (r *rig) tls(t *testing.T) config.TLSConfig {
	t.Helper()
	return config.TLSConfig{CAFile: caFile(t, r.Server)}
}

func TestParseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://cluster.example.com":       "https://cluster.example.com:8000",
		"https://cluster.example.com:":      "https://cluster.example.com:8000",
		"https://cluster.example.com/":      "https://cluster.example.com:8000",
		"https://cluster.example.com:443":   "https://cluster.example.com:443",
		"HTTPS://10.0.0.1:8000/":            "https://10.0.0.1:8000",
		"https://[2001:db8::1]":             "https://[2001:db8::1]:8000",
		"https://[fe80::1%25eth0]:8443":     "https://[fe80::1%25eth0]:8443",
		"http://127.0.0.1:1234":             "http://127.0.0.1:1234",
		"http://localhost":                  "http://localhost:8000",
		"http://[::1]":                      "http://[::1]:8000",
		"https://m%C3%BCnchen.example":      "https://m%C3%BCnchen.example:8000",
		"https://cluster.example.com:65535": "https://cluster.example.com:65535",
	} {
		u, err := qumulo.ParseURL(in)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v; want %s", in, u, err, want)
		}
	}
	for in, want := range map[string]string{
		"":                                  "want https://HOST:8000",
		"cluster.example.com":               "want https://HOST:8000",
		"cluster.example.com:8000":          "want https://HOST:8000",
		"ftp://cluster.example.com":         "want https://HOST:8000",
		"https://":                          "no host",
		"https://:8000":                     "no host",
		"https:cluster":                     "no host",
		"https://%ff:8000":                  "not text",
		"https://a%e2%80%aeb":               "not text",
		"https://%C2%85":                    "not text",
		"https://host:port":                 "not a URL",
		"https://host:99999":                "port",
		"https://host:0":                    "port",
		"https://ho st":                     "not a URL",
		"https://[::1":                      "not a URL",
		"https://host/api":                  "scheme, host and port only",
		"https://host?x=y":                  "scheme, host and port only",
		"https://host#x":                    "scheme, host and port only",
		"http://cluster.example.com":        "plain http",
		"http://10.0.0.1:8000":              "plain http",
		"http://127.0.0.1.example.com":      "plain http",
		"https://u:marker-password@host":    "must not hold a user or password",
		"https://u@host":                    "must not hold a user or password",
		"u:marker-password@host":            "must not hold a user or password",
		"u:marker-password@host:8000":       "must not hold a user or password",
		"https:/u:marker-password@host":     "must not hold a user or password",
		"https://u:marker-password%zz@host": "not a URL",
	} {
		u, err := qumulo.ParseURL(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want an error with %q", in, u, err, want)
			continue
		}
		if strings.Contains(err.Error(), "marker") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	good := func() qumulo.Config {
		return qumulo.Config{
			URLs:        []string{"https://127.0.0.1"},
			Credentials: qumulo.Credentials{AccessTokenFile: "token"},
		}
	}
	if c, err := qumulo.New(good()); err != nil {
		t.Fatal(err)
	} else {
		c.Close()
	}
	for want, spoil := range map[string]func(*qumulo.Config){
		"no address":     func(c *qumulo.Config) { c.URLs = nil },
		"want https":     func(c *qumulo.Config) { c.URLs = []string{"x"} },
		"no credentials": func(c *qumulo.Config) { c.Credentials = qumulo.Credentials{} },
		"CA cert":        func(c *qumulo.Config) { c.TLS.CA = "no certificate" },
	} {
		cfg := good()
		spoil(&cfg)
		if _, err := qumulo.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	heads := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heads <- r.Header
		_, _ = io.WriteString(w, `[{"id":1}]`)
	}))
	defer server.Close()
	r := newTokenRig(t, func(cfg *qumulo.Config) { cfg.URLs = []string{server.URL} })
	_, err := r.client.Nodes(soon(t))
	ok(t, err)
	token, err := os.ReadFile(r.secretFile)
	ok(t, err)
	head := <-heads
	for name, want := range map[string]string{
		"User-Agent": "qumulo-test", "Accept": "application/json",
		"Authorization": "Bearer " + strings.TrimSpace(string(token)),
	} {
		if got := head.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCertificateExpires(t *testing.T) {
	r := newTokenRig(t)
	if end := r.client.State().CertificateExpires; !end.IsZero() {
		t.Errorf("the certificate ends at %v before one was seen", end)
	}
	ok(t, r.call(t))
	want := time.Now().Add(-time.Hour).AddDate(1, 0, 0) // as qumulotest makes them
	if end := r.client.State().CertificateExpires; want.Sub(end).Abs() > time.Minute {
		t.Errorf("the certificate ends at %v, want %v", end, want)
	}
}

// The cluster gets a certificate of another CA; the file that the client trusts is replaced.
func TestCAFileIsReplaced(t *testing.T) {
	t.Parallel() // it waits most of the time
	first, second := newCluster(t), newCluster(t)
	for _, s := range []*qumulotest.Server{first, second} {
		s.SetPassword(qumulotest.DefaultUser, markerPassword)
	}
	address := newForwarder(t)
	address.forward(first)
	ca := caFile(t, first)
	client := newClient(t, qumulo.Config{
		URLs: []string{"https://" + address.Addr().String()}, TLS: config.TLSConfig{CAFile: ca},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(markerPassword)},
	})
	ok(t, listNodes(soon(t), client))

	address.forward(second)
	err := listNodes(soon(t), client)
	if err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Fatalf("error is %v, want an unknown authority", err)
	}
	if n := len(second.Calls()); n != 0 {
		t.Errorf("%d calls reached a cluster that is not trusted", n)
	}

	writeFile(t, ca, string(second.CAPEM()))
	// The file is read once a second.
	eventually(t, "the new CA is trusted", func() bool { return listNodes(soon(t), client) == nil })
	ok(t, listNodes(soon(t), client))
	if n := second.Logins(); n != 1 {
		t.Errorf("%d logins at the second cluster, want 1", n)
	}
	address.forward(first)
	if err := listNodes(soon(t), client); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("error is %v: the CA that was taken away is still trusted", err)
	}
}

// forwarder is an address behind which clusters can be changed.
type forwarder struct {
	net.Listener

	mu    sync.Mutex
	to    string
	conns []net.Conn
}

func newForwarder(t *testing.T) *forwarder {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &forwarder{Listener: l}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { f.carry(in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		f.forward(nil)
		running.Wait()
	})
	return f
}

// forward sends new connections to s and ends the ones there are.
func (f *forwarder) forward(s *qumulotest.Server) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.conns, f.to = nil, ""
	if s != nil {
		f.to = s.Nodes()[0].Addr()
	}
}

func (f *forwarder) carry(in net.Conn) {
	defer in.Close()
	f.mu.Lock()
	out, err := net.Dial("tcp", f.to)
	if err != nil {
		f.mu.Unlock()
		return
	}
	f.conns = append(f.conns, in, out)
	f.mu.Unlock()
	defer out.Close()
	go func() {
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	_, _ = io.Copy(in, out)
}

func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	s := qumulotest.NewServer(qumulotest.OnPremises())
	client, err := qumulo.New(qumulo.Config{
		URLs: []string{s.URL()}, TLS: config.TLSConfig{CAFile: caFile(t, s)},
		Credentials: qumulo.Credentials{
			Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword),
		},
	})
	ok(t, err)
	s.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	for i := range 50 {
		ok(t, together(10, func(int) error { return listNodes(soon(t), client) })...)
		if i%10 == 0 {
			s.RevokeTokens()
			if _, err := client.Slots(within(t, 20*time.Millisecond)); !errors.Is(err, qumulo.ErrNoAnswer) {
				t.Errorf("error is %v, want no answer in time", err)
			}
		}
	}
	client.Close()
	s.Close()
	eventually(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// A node that accepts connections and says nothing leaves nothing behind either.
func TestNoGoroutineStaysBehindSilentNode(t *testing.T) {
	before := runtime.NumGoroutine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	r := newTokenRig(t, func(cfg *qumulo.Config) { cfg.URLs = []string{"https://" + l.Addr().String()} })
	for range 5 {
		errs := together(4, func(int) error { return listNodes(within(t, 20*time.Millisecond), r.client) })
		for _, err := range errs {
			if !errors.Is(err, qumulo.ErrNoAnswer) {
				t.Errorf("error is %v, want no answer in time", err)
			}
		}
	}
	r.client.Close()
	r.Close()
	eventually(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}
