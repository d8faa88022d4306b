package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// group is an exporter that watches several simulated clusters, as its file says.
type group struct {
	dir, file string
	clusters  []*qumulotest.Server
	exporter  *process
	address   string
}

// stanza is a cluster in the file.
func (g *group) stanza(i int) string {
	return fmt.Sprintf("  - name: cluster-%d\n    url: %s\n    tls_config: {ca_file: ca-%d.pem}\n    labels: {site: site-%d}\n", i, g.clusters[i].URL(), i, i%3)
}

// configure writes the file with some of the clusters.
func (g *group) configure(t *testing.T, clusters ...int) {
	t.Helper()
	text := "defaults:\n  username: monitor\n  password_file: password\n  collectors: {" + strings.Join(unfixed(), ": off, ") + ": off}\nclusters:\n"
	for _, i := range clusters {
		text += g.stanza(i)
	}
	testutil.ReplaceFile(t, g.file, text)
}

func startGroup(t *testing.T, n, watched int) *group {
	t.Helper()
	g := &group{dir: t.TempDir(), address: testutil.FreeAddress(t)}
	g.file = filepath.Join(g.dir, "qumulo_exporter.yml")
	testutil.WriteFile(t, filepath.Join(g.dir, "password"), password)
	for i := range n {
		s := qumulotest.NewServer(qumulotest.SingleNode())
		t.Cleanup(s.Close)
		s.SetPassword("monitor", password)
		testutil.WriteFile(t, filepath.Join(g.dir, fmt.Sprintf("ca-%d.pem", i)), string(s.CAPEM()))
		g.clusters = append(g.clusters, s)
	}
	all := make([]int, watched)
	for i := range all {
		all[i] = i
	}
	g.configure(t, all...)
	g.exporter = start(t, build(t), "--config.file="+g.file, "--web.listen-address="+g.address)
	testutil.Eventually(t, "the exporter is ready", func() bool { status, _ := g.get(t, "/-/ready"); return status == http.StatusOK })
	return g
}

func (g *group) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+g.address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return do(&http.Client{Timeout: 20 * time.Second}, req)
}

// TestServiceDiscovery: fifty clusters, and a Prometheus that knows nothing but
// the exporter's /sd. Clusters come and go with the file.
func TestServiceDiscovery(t *testing.T) {
	t.Parallel() // it waits most of the time
	const watched = 50
	g := startGroup(t, watched+1, watched)
	g.clusters[7].SetPassword("monitor", "another one")
	dir := t.TempDir()
	config := fmt.Sprintf(`
global: {scrape_interval: 5s, scrape_timeout: 5s}
scrape_configs:
  - job_name: qumulo
    http_sd_configs: [{url: "http://%s/sd", refresh_interval: 1s}]
`, g.address)
	p := prometheus{address: testutil.FreeAddress(t)}
	start(t, tool(t, "prometheus", "PROMETHEUS"),
		"--config.file="+testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+p.address)

	testutil.Eventually(t, "all clusters but one are up", func() bool { return p.query(t, "sum(qumulo_up)") == watched-1 })
	started := len(g.exporter.stderr.String())
	for expression, want := range map[string]float64{
		`count(up == 1)`:                              watched,
		`qumulo_up{instance="cluster-7"}`:             0,
		`count(qumulo_up == 0)`:                       1,
		`count(count by (instance) (qumulo_up))`:      watched,
		`count(up{instance=~"cluster-[0-9]+"})`:       watched,
		`count(up{site="site-1"})`:                    17,
		`count(count by (__name__) ({target=~".+"}))`: -1, // the exporter's own metrics are not the clusters'
	} {
		if got := p.query(t, expression); got != want {
			t.Errorf("%s is %v, want %v", expression, got, want)
		}
	}
	var now []int
	for i := range watched + 1 {
		if i != 3 {
			now = append(now, i)
		}
	}
	g.configure(t, now...)
	if err := g.exporter.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	testutil.Eventually(t, "a new cluster is scraped", func() bool { return p.query(t, fmt.Sprintf(`qumulo_up{instance="cluster-%d"}`, watched)) == 1 })
	testutil.Eventually(t, "a removed one is gone", func() bool { return p.query(t, `up{instance="cluster-3"}`) == -1 })
	for i, s := range g.clusters {
		if want := 1; i != 7 && s.Logins() != want {
			t.Errorf("cluster-%d: %d logins", i, s.Logins())
		}
	}
	if n := g.clusters[7].RefusedLogins(); n != 1 && n != 2 { // the reload is a reason for one more
		t.Errorf("%d refused logins at the cluster with a wrong password", n)
	}
	log := g.exporter.stderr.String()
	if !strings.Contains(log, "level=WARN") || !strings.Contains(log, "cluster=cluster-7 ") {
		t.Error("the wrong password is not in the log")
	}
	for line := range strings.Lines(log[started:]) { // before, fifty clusters' first connections may take their time
		if strings.Contains(line, "level=WARN") && !strings.Contains(line, "cluster=cluster-7 ") {
			t.Errorf("a warning: %s", line)
		}
	}
}

// TestServiceDiscoveryElsewhere: behind another host name, below a prefix, with
// TLS and a password, /sd leads Prometheus to the clusters all the same.
func TestServiceDiscoveryElsewhere(t *testing.T) {
	t.Parallel() // it waits most of the time
	address := testutil.FreeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	external := "https://localhost:" + port + "/storage/qumulo"
	s := startStackAt(t, address, "/storage/qumulo", "--web.external-url="+external)
	dir := t.TempDir()
	access := fmt.Sprintf("basic_auth: {username: %s, password_file: web-password}\n    tls_config: {ca_file: web-ca.pem}\n", webUser)
	config := "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n  - job_name: qumulo\n    " + access +
		"    http_sd_configs:\n      - url: " + external + "/sd\n        refresh_interval: 1s\n        " + strings.ReplaceAll(access, "\n    ", "\n        ")
	testutil.WriteFile(t, filepath.Join(dir, "web-password"), webPassword)
	testutil.WriteFile(t, filepath.Join(dir, "web-ca.pem"), s.ca)
	p := prometheus{address: testutil.FreeAddress(t)}
	start(t, tool(t, "prometheus", "PROMETHEUS"),
		"--config.file="+testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+p.address)
	testutil.Eventually(t, "the cluster is scraped", func() bool { return p.query(t, `qumulo_up{instance="127.0.0.1"}`) == 1 })
	if n := p.query(t, "count(up)"); n != 1 {
		t.Errorf("%v targets", n)
	}
}

// TestReloadByHTTP: a bad file is refused with its faults and changes nothing.
func TestReloadByHTTP(t *testing.T) {
	g := startGroup(t, 2, 1)
	post := func() (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/-/reload", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		return do(&http.Client{Timeout: 20 * time.Second}, req)
	}
	testutil.WriteFile(t, g.file, "clusters:\n  - name: x\n    password: "+password+"\n")
	if status, body := post(); status != http.StatusBadRequest || !strings.Contains(body, "qumulo_exporter.yml:3") || strings.Contains(body, "marker-") {
		t.Errorf("%d %s", status, body)
	}
	if _, page := g.get(t, "/metrics"); !strings.Contains(page, "qumulo_exporter_config_last_reload_successful 0") || !strings.Contains(page, "qumulo_up 1") {
		t.Errorf("the metrics of one cluster, and that the reload failed, are not there: %.300s", page)
	}
	g.configure(t, 0, 1)
	if status, body := post(); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	_, page := g.get(t, "/metrics")
	if !strings.Contains(page, "qumulo_exporter_config_last_reload_successful 1") || strings.Contains(page, "\nqumulo_up") {
		t.Error("with two clusters the page is the exporter's own")
	}
	if status, page := g.get(t, "/probe?target=cluster-1"); status != http.StatusOK || !strings.Contains(page, "\nqumulo_up 1\n") {
		t.Errorf("%d %.300s", status, page)
	}
}

// TestNoSecretAnywhere: neither page nor log nor the trace of a crash has the
// password or a token in it.
func TestNoSecretAnywhere(t *testing.T) {
	g := startGroup(t, 3, 3)
	g.clusters[1].SetPassword("monitor", "another one")
	g.clusters[2].StopListening()
	var all strings.Builder
	for _, path := range []string{
		"/", "/metrics", "/config", "/sd", "/probe?target=cluster-0", "/probe?target=cluster-0&debug=true", "/probe?target=cluster-1&debug=true",
		"/probe?target=cluster-2&debug=true", "/",
	} {
		status, page := g.get(t, path)
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, page)
		}
		all.WriteString(page)
	}
	if err := g.exporter.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-g.exporter.ended
	log := g.exporter.stderr.String()
	if !strings.Contains(log, "SIGQUIT") || !strings.Contains(log, "goroutine ") {
		t.Error("no trace of the crash")
	}
	all.WriteString(log)
	secrets := []string{"marker-"}
	for _, c := range g.clusters[0].Calls() {
		if c.Token != "" {
			secrets = append(secrets, c.Token)
		}
	}
	if len(secrets) < 2 {
		t.Error("no call with a token")
	}
	for _, secret := range secrets {
		if strings.Contains(all.String(), secret) {
			t.Error("a secret is shown")
		}
	}
}
