package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// program is the exporter as a server, in this process.
type program struct {
	address        string
	stdout, stderr testutil.Log
	stop           context.CancelFunc
	ended          chan int
}

// start runs the program until the end of the test, or until end is called.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{address: testutil.FreeAddress(t), ended: make(chan int, 1)}
	var ctx context.Context
	ctx, p.stop = context.WithCancel(t.Context())
	go func() { p.ended <- run(ctx, append(args, "--web.listen-address="+p.address), &p.stdout, &p.stderr) }()
	t.Cleanup(p.stop)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, status := p.ask(t, http.MethodGet, "/-/ready"); status == http.StatusOK {
			return p
		}
		if time.Now().After(end) {
			t.Fatalf("not ready: %s", p.stderr.String())
		}
	}
}

// end stops the program and returns its exit status.
func (p *program) end() int {
	p.stop()
	return <-p.ended
}

// ask returns a page and its status; 0 without an answer.
func (p *program) ask(t *testing.T, method, path string) (page string, status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+p.address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", 0
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return b.String(), resp.StatusCode
}

// TestMalformedProxy: at the start, of a check and of a reload a proxy in the
// environment that is none is a config error, by its name.
func TestMalformedProxy(t *testing.T) {
	t.Setenv("https_proxy", "http://u:marker-%zz@proxy:3128")
	t.Setenv("no_proxy", "")
	const want = "https_proxy: this environment variable is not a valid proxy: want HOST:PORT, or the URL"
	flags := []string{"--qumulo.url=https://cluster.invalid", "--qumulo.access-token-file=" + file(t, "token", markerToken)}
	for _, more := range []string{"--config.check", "--once", "--web.max-requests=1"} {
		if got := runWith(t, append(flags, more)...); got.status != 2 || strings.Count(got.stderr, "\n") != 2 || !strings.Contains(got.stderr, "qumulo_exporter: "+want) {
			t.Errorf("%s: %+v", more, got)
		}
	}

	dir := t.TempDir()
	path := filepath.Join(dir, "qumulo_exporter.yml")
	for name, text := range map[string]string{
		path: "clusters: [{name: a, url: https://cluster.invalid, access_token_file: token, proxy_from_environment: false}]", filepath.Join(dir, "token"): markerToken,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, "--config.file="+path)
	if err := os.WriteFile(path, []byte("clusters: [{name: a, url: https://cluster.invalid, access_token_file: token}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	page, status := p.ask(t, http.MethodPost, "/-/reload")
	if status != http.StatusBadRequest || !strings.HasPrefix(page, want) {
		t.Errorf("reload: %d %s", status, page)
	}
	if shown, _ := p.ask(t, http.MethodGet, "/config"); !strings.Contains(shown, "proxy_from_environment: false") {
		t.Errorf("in force: %s", shown)
	}
	if status := p.end(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	log := p.stderr.String()
	if strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, want) {
		t.Errorf("log: %s", log)
	}
	noMarker(t, page, log)
}
