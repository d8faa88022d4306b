package e2e_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// The exporter's own front: TLS and basic auth, as web-config.yml shows.
const (
	webUser     = "prometheus"
	webPassword = "marker-web-password"
	password    = "marker-cluster-password"
)

// stack is the exporter in front of a simulated cluster.
type stack struct {
	cluster  *qumulotest.Server
	exporter *process
	address  string
	ca       string // the front's own certificate
	client   *http.Client
}

func startStack(t *testing.T) *stack {
	t.Helper()
	return startStackAt(t, testutil.FreeAddress(t), "")
}

// startStackAt starts the exporter at an address, with more flags, which may put
// its pages below a prefix.
func startStackAt(t *testing.T, address, prefix string, flags ...string) *stack {
	t.Helper()
	binary, dir := build(t), t.TempDir()
	s := &stack{cluster: qumulotest.NewServer(qumulotest.OnPremises()), address: address}
	t.Cleanup(s.cluster.Close)
	s.cluster.SetPassword("monitor", password)
	certificate, key := testutil.Certificate(t)
	s.ca = certificate
	testutil.WriteFile(t, filepath.Join(dir, "server.crt"), certificate)
	testutil.WriteFile(t, filepath.Join(dir, "server.key"), key)
	hash, err := bcrypt.GenerateFromPassword([]byte(webPassword), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	webConfig := fmt.Sprintf("tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\nbasic_auth_users:\n  %s: %s\n", webUser, hash)
	s.exporter = start(t, binary, append(flags,
		"--qumulo.url="+s.cluster.URL(), "--qumulo.username=monitor",
		"--qumulo.password-file="+testutil.WriteFile(t, filepath.Join(dir, "password"), password+"\n"),
		"--qumulo.ca-file="+testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(s.cluster.CAPEM())),
		"--web.listen-address="+s.address, "--web.config.file="+testutil.WriteFile(t, filepath.Join(dir, "web-config.yml"), webConfig),
	)...)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(s.ca))
	s.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	testutil.Eventually(t, "the exporter answers", func() bool { status, _ := s.get(t, prefix+"/-/ready"); return status == http.StatusOK })
	return s
}

// get asks the exporter over TLS with basic auth; status 0 is no answer.
func (s *stack) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+s.address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(webUser, webPassword)
	return do(s.client, req)
}

func do(client *http.Client, req *http.Request) (int, string) {
	resp, err := client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, ""
	}
	return resp.StatusCode, string(body)
}

// TestPrometheus: a real Prometheus scrapes over TLS with basic auth, through the
// end of tokens, and its series follow the cluster.
func TestPrometheus(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startStack(t)
	s.cluster.SetTokenLifetime(4 * time.Second)
	p := startPrometheus(t, s, "3s") // time enough for all collectors on a busy machine; the test beside it takes longer still
	testutil.Eventually(t, "Prometheus has scraped", func() bool { return p.query(t, "qumulo_up") == 1 })
	if up := p.query(t, "up"); up != 1 {
		t.Errorf("up %v", up)
	}
	if n := p.query(t, `sum(qumulo_node_status{status="online"})`); n != 5 {
		t.Errorf("%v nodes online", n)
	}
	if n := p.query(t, `qumulo_node_capacity_bytes{node_id="2"}`); n != 2.5605032656896e+13 {
		t.Errorf("capacity %v", n)
	}
	s.cluster.Model().SetNodeStatus(4, "offline")
	testutil.Eventually(t, "node 4 is offline", func() bool {
		return p.query(t, `qumulo_node_status{node_id="4",status="offline"}`) == 1 && p.query(t, `qumulo_cluster_nodes{status="online"}`) == 4
	})
	testutil.Eventually(t, "three tokens have ended", func() bool { return s.cluster.Logins() >= 4 })
	if n := p.query(t, "min_over_time(qumulo_up[1m])"); n != 1 {
		t.Errorf("qumulo_up was %v while tokens ended", n)
	}
	if n := p.query(t, "min(min_over_time(qumulo_scrape_collector_success[1m]))"); n != 1 {
		t.Errorf("a collector failed while tokens ended: %v", n)
	}
	if log := s.exporter.stderr.String(); strings.Contains(log, "marker-") || strings.Contains(log, "level=WARN") {
		t.Errorf("log:\n%s", log)
	}
}

// startPrometheus lets one scrape the exporter over TLS with basic auth, at an interval that is its timeout too.
func startPrometheus(t *testing.T, s *stack, interval string) prometheus {
	t.Helper()
	dir := t.TempDir()
	config := fmt.Sprintf(`
global: {scrape_interval: %[1]s, scrape_timeout: %[1]s}
scrape_configs:
  - job_name: qumulo
    scheme: https
    basic_auth: {username: %[2]s, password_file: web-password}
    tls_config: {ca_file: web-ca.pem}
    static_configs: [{targets: [%[3]q]}]
`, interval, webUser, s.address)
	testutil.WriteFile(t, filepath.Join(dir, "web-password"), webPassword)
	testutil.WriteFile(t, filepath.Join(dir, "web-ca.pem"), s.ca)
	p := prometheus{address: testutil.FreeAddress(t)}
	start(t, tool(t, "prometheus", "PROMETHEUS"),
		"--config.file="+testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+p.address)
	return p
}

// prometheus is the API of a running one.
type prometheus struct{ address string }

// query gives the value of the one series of an expression, NaN-free; -1 if there is none.
func (p prometheus) query(t *testing.T, expression string) float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+"/api/v1/query?query="+url.QueryEscape(expression), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, body := do(&http.Client{Timeout: 10 * time.Second}, req)
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	if json.Unmarshal([]byte(body), &answer) != nil || len(answer.Data.Result) != 1 {
		return -1
	}
	var value float64
	if _, err := fmt.Sscan(fmt.Sprint(answer.Data.Result[0].Value[1]), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestPage: promtool takes the page and finds nothing to say about it but for names that the cluster
// has given itself, and nobody gets it without the password.
func TestPage(t *testing.T) {
	t.Parallel() // it waits most of the time
	s := startStack(t)
	status, page := s.get(t, "/metrics")
	if status != http.StatusOK || !strings.Contains(page, "qumulo_up 1") {
		t.Fatal(status, page)
	}
	check := exec.CommandContext(t.Context(), tool(t, "promtool", "PROMTOOL"), "check", "metrics")
	check.Stdin = strings.NewReader(page)
	out, err := check.CombinedOutput()
	native, _ := s.cluster.Model().Answer(nativePath)
	for line := range strings.Lines(string(out)) {
		name, _, _ := strings.Cut(line, " ")
		if !strings.Contains(string(native), "# TYPE "+name+" ") {
			t.Errorf("promtool check metrics: %v\n%s", err, line)
		}
	}
	if err != nil && len(out) == 0 {
		t.Error(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+s.address+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := do(s.client, req); status != http.StatusUnauthorized {
		t.Errorf("status %d without a password", status)
	}
}

// TestSignals: answers in flight are finished, then the exit status is 0.
func TestSignals(t *testing.T) {
	t.Parallel() // it waits most of the time
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := startStack(t)
			s.cluster.SetFault("/v1/file-system", qumulotest.Fault{Delay: 2 * time.Second})
			pages := make(chan string, 1)
			go func() { _, page := s.get(t, "/metrics"); pages <- page }()
			testutil.Eventually(t, "a scrape is under way", func() bool { return s.cluster.InFlight() > 0 && s.cluster.Logins() > 0 })
			time.AfterFunc(500*time.Millisecond, func() { _ = s.exporter.cmd.Process.Signal(syscall.SIGHUP) }) // not the end of it
			if status := s.exporter.stop(t, signal); status != 0 {
				t.Errorf("exit status %d", status)
			}
			if page := <-pages; !strings.Contains(page, `qumulo_scrape_collector_success{collector="filesystem"} 1`) {
				t.Errorf("the answer in flight was not finished: %.300s", page)
			}
		})
	}
}
