package e2e_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// watching gives the flags for a cluster, of which five collectors are read.
func watching(t *testing.T, cluster *qumulotest.Server, address string) []string {
	t.Helper()
	dir := t.TempDir()
	return append(fixed(),
		"--qumulo.url="+cluster.URL(), "--qumulo.username="+qumulotest.DefaultUser,
		"--qumulo.password-file="+testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword),
		"--qumulo.ca-file="+testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(cluster.CAPEM())), "--web.listen-address="+address,
	)
}

// send opens a connection, which holds little that is not read, and writes the
// requests to it, as far as it takes them.
func send(t *testing.T, address string, requests ...string) net.Conn {
	t.Helper()
	small := func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}
	conn, err := (&net.Dialer{Timeout: 10 * time.Second, Control: small}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetWriteDeadline(time.Now().Add(3 * time.Second))
	for _, request := range requests {
		if _, err := io.WriteString(conn, request); err != nil {
			break // nobody reads on
		}
	}
	return conn
}

// fresh asks for a page on a connection of its own.
func fresh(t *testing.T, url string) answer {
	t.Helper()
	s := scraper{url: url, client: &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
	return s.one(t)
}

// quick wants real scrapes, each on a connection of its own, to be as ever.
func quick(t *testing.T, when, address string) {
	t.Helper()
	for range 5 {
		r := fresh(t, "http://"+address+"/metrics")
		if took := r.ended.Sub(r.began); r.err != nil || r.status != http.StatusOK || !strings.Contains(r.page, "\nqumulo_up 1\n") || took > 2*time.Second {
			t.Errorf("%s: a scrape took %s: %d, %v", when, took, r.status, r.err)
		}
	}
}

// stopsWell wants the end of an exporter that was told to stop: in time, and well.
func (p *process) stopsWell(t *testing.T, within time.Duration) {
	t.Helper()
	began := time.Now()
	if status, took := p.stop(t, syscall.SIGTERM), time.Since(began); status != 0 || took > within {
		t.Errorf("exit status %d after %s, want 0 within %s", status, took, within)
	} else {
		t.Logf("stopped after %s", took)
	}
	if log := p.stderr.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") || len(log) > 20_000 {
		t.Errorf("log:\n%s", log)
	}
}

// badCaller is one of those that hold a connection.
type badCaller struct {
	requests []string
	says     string // the first line of the answer; "": none, or nobody reads it
}

// TestBadCallers: requests whose body never comes, connections on which nothing
// comes or the half of a request, callers that never read. The real scrape is as
// quick as ever, and the stop takes no longer than a caller may stall its answer.
func TestBadCallers(t *testing.T) {
	t.Parallel() // it waits most of the time
	cluster := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(cluster.Close)
	binary := build(t)
	const end, late = " HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 408 Request Timeout"
	for name, c := range map[string]struct {
		callers map[string]badCaller
		times   int
		settle  time.Duration // until the answers of the last ones are under way
		stop    time.Duration
	}{
		"half": {map[string]badCaller{
			"no body of a GET":    {[]string{"GET /metrics" + end + "Content-Length: 5\r\n\r\n"}, late},
			"half a body":         {[]string{"GET /" + end + "Content-Length: 5\r\n\r\nab"}, late},
			"no chunk":            {[]string{"POST /-/reload" + end + "Transfer-Encoding: chunked\r\n\r\n"}, late},
			"no body of a reload": {[]string{"POST /-/reload" + end + "Content-Length: 5\r\n\r\n"}, late},
			"no body of health":   {[]string{"GET /-/healthy" + end + "Content-Length: 5\r\n\r\n"}, late},
			"no end of a body":    {[]string{"POST /-/reload" + end + "Content-Length: 100000000\r\n\r\n", strings.Repeat("a", 1<<20)}, "HTTP/1.1 413"},
			"a body":              {[]string{"GET /metrics" + end + "Content-Length: 5\r\n\r\nabcde"}, "HTTP/1.1 200 OK"},
			"nothing":             {},
			"half a request":      {requests: []string{"GET /met"}},
			"half a second":       {[]string{"GET /-/healthy" + end + "\r\nGET /met"}, "HTTP/1.1 200 OK"},
			"long":                {[]string{"GET /probe?target=" + strings.Repeat("a", 1<<20) + end + "\r\n"}, "HTTP/1.1 431"},
		}, 20, 0, 3 * time.Second},
		"nobody reads": {map[string]badCaller{
			// Each is more than the buffers between hold, which take 3 MB.
			"pages":     {requests: repeated("GET /"+end+"\r\n", 800)},
			"metrics":   {requests: repeated("GET /metrics"+end+"\r\n", 200)},
			"redirects": {requests: repeated("GET //"+strings.Repeat("a", 20_000)+end+"\r\n", 200)},
		}, 1, 2 * time.Second, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := testutil.FreeAddress(t)
			exporter := start(t, binary, watching(t, cluster, address)...)
			testutil.Eventually(t, "the exporter answers", func() bool { return fresh(t, "http://"+address+"/metrics").status == http.StatusOK })
			first := bad(t, address, c.callers, c.times)
			quick(t, name, address)
			for caller, conn := range first {
				_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
				says := c.callers[caller].says
				if says == "" {
					continue
				}
				if line, err := bufio.NewReader(conn).ReadString('\n'); !strings.HasPrefix(line, says) {
					t.Errorf("%s: %q, %v, want %q", caller, line, err, says)
				}
			}
			bad(t, address, c.callers, 1)
			time.Sleep(c.settle)
			exporter.stopsWell(t, c.stop)
		})
	}
}

// bad lets all callers at the exporter, each several times, and gives a connection
// of each.
func bad(t *testing.T, address string, callers map[string]badCaller, times int) map[string]net.Conn {
	t.Helper()
	conns := make(map[string]net.Conn)
	var mu sync.Mutex
	var senders sync.WaitGroup
	for name, caller := range callers {
		senders.Go(func() {
			for range times {
				conn := send(t, address, caller.requests...)
				mu.Lock()
				conns[name] = conn
				mu.Unlock()
			}
		})
	}
	senders.Wait()
	return conns
}

func repeated(request string, times int) []string {
	const atATime = 100
	return strings.SplitAfter(strings.Repeat(strings.Repeat(request, atATime)+"|", times/atATime), "|")
}

// TestIdleConnections: thousands of connections, some that sent nothing and some
// that are kept alive, for a process that may have 1,024 files open. The real
// scrape is as quick as ever, and so is the stop.
func TestIdleConnections(t *testing.T) {
	t.Parallel() // it waits most of the time
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	connections := min(10_000, int(files.Cur)-500)
	cluster := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(cluster.Close)
	address := testutil.FreeAddress(t)
	limited := append([]string{"-c", `ulimit -n 1024 && exec "$0" "$@"`, build(t)}, watching(t, cluster, address)...)
	exporter := start(t, "/bin/sh", limited...)
	testutil.Eventually(t, "the exporter answers", func() bool { return fresh(t, "http://"+address+"/metrics").status == http.StatusOK })
	limit := time.Now().Add(time.Minute)
	var opened sync.WaitGroup
	for caller := range 8 {
		opened.Go(func() {
			for i := caller; i < connections && time.Now().Before(limit); i += 8 {
				if i%2 == 0 {
					send(t, address)
					continue
				}
				conn := send(t, address, "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
				_, _ = conn.Read(make([]byte, 1024))
			}
		})
	}
	quick(t, "while they are opened", address)
	opened.Wait()
	t.Logf("%d connections", connections)
	quick(t, "with all open", address)
	if cluster.Logins() != 1 {
		t.Errorf("%d logins", cluster.Logins())
	}
	exporter.stopsWell(t, 3*time.Second)
}

// TestBadCallersWithoutPassword: what the exporter's own TLS and password turn away
// holds nothing either, and an idle connection of HTTP/2 does not.
func TestBadCallersWithoutPassword(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startStack(t)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(s.ca))
	trust := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	for range 20 {
		send(t, s.address) // no handshake
		conn, err := (&tls.Dialer{Config: trust}).DialContext(t.Context(), "tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: trust, ForceAttemptHTTP2: true}}
	for range 3 {
		began := time.Now()
		if status, page := s.get(t, "/metrics"); status != http.StatusOK || !strings.Contains(page, "\nqumulo_up 1\n") || time.Since(began) > 2*time.Second {
			t.Errorf("%d after %s: %.300s", status, time.Since(began), page)
		}
	}
	began := time.Now()
	if status, took := s.exporter.stop(t, syscall.SIGTERM), time.Since(began); status != 0 || took > 10*time.Second {
		t.Errorf("exit status %d after %s", status, took)
	} else {
		t.Logf("stopped after %s", took)
	}
}
