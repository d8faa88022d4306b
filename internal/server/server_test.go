package server_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	dto "github.com/prometheus/client_model/go"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// exporter is the whole but for flags and process: HTTP in, HTTPS out.
type exporter struct {
	url     string
	handler http.Handler
	fleet   *fleet.Fleet
	cluster *qumulotest.Server
	dir     string // ca.pem, secret
	log     *testutil.Log
}

// setup changes what start gives the exporter.
type setup struct {
	url        string // of the cluster; "": the simulated one
	credential qumulo.Credentials
	noCA       bool
	serverName string
	requests   int
	own        prometheus.Gatherer // the exporter's own metrics; nil: its build alone
	change     func(*config.Cluster)
	others     []config.Cluster // beside the one
	prefix     string
	external   *url.URL
	pprof      bool
	unloaded   bool // no configuration is in force
	load       func() (config.Validated, []error)
}

// fixed are the collectors that tests watch clusters with: one more collector changes nothing for them.
func fixed() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }

func start(t *testing.T, s setup) *exporter {
	t.Helper()
	e := &exporter{cluster: simulated(t, qumulotest.OnPremises()), dir: t.TempDir(), log: &testutil.Log{}}
	e.write(t, "ca.pem", string(e.cluster.CAPEM()))
	e.write(t, "secret", "exporter-password")
	if s.url == "" {
		s.url = e.cluster.URL()
	}
	if s.credential == (qumulo.Credentials{}) {
		s.credential = qumulo.Credentials{Username: "exporter", PasswordFile: e.file("secret")}
	}
	tls := commonconfig.TLSConfig{CAFile: e.file("ca.pem"), ServerName: s.serverName}
	if s.noCA {
		tls.CAFile = ""
	}
	only := config.Cluster{URLs: []string{s.url}, Credentials: s.credential, TLS: tls, Concurrency: 8, Collectors: fixed()}
	if s.change != nil {
		s.change(&only)
	}
	logger := slog.New(slog.NewTextHandler(e.log, nil))
	e.fleet = fleet.New(fleet.Options{Load: s.load, Own: scrape.NewExporter(), UserAgent: "test", Logger: logger})
	if !s.unloaded {
		e.apply(t, append([]config.Cluster{only}, s.others...)...)
	}
	if s.own == nil {
		own := prometheus.NewRegistry()
		own.MustRegister(versioncollector.NewCollector("qumulo_exporter"))
		s.own = own
	}
	e.handler = server.Handler(server.Options{
		Fleet: e.fleet, Own: s.own, TelemetryPath: "/metrics", RoutePrefix: s.prefix, ExternalURL: s.external,
		MaxRequests: s.requests, Pprof: s.pprof, Version: "1.2.3", Logger: logger,
	})
	front := httptest.NewServer(e.handler)
	t.Cleanup(func() { front.Close(); e.fleet.Close() })
	e.url = front.URL
	return e
}

// apply puts these clusters into force.
func (e *exporter) apply(t *testing.T, clusters ...config.Cluster) {
	t.Helper()
	if err := e.fleet.Apply(validated(t, clusters...)); err != nil {
		t.Fatal(err)
	}
}

func validated(t *testing.T, clusters ...config.Cluster) config.Validated {
	t.Helper()
	cfg, errs := config.Config{
		Clusters: clusters, Scrape: config.Scrape{Timeout: 5 * time.Second, TimeoutOffset: 100 * time.Millisecond},
	}.Validate(config.NewFiles(slog.New(slog.DiscardHandler)))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return cfg
}

// simulated starts a cluster.
func simulated(t *testing.T, model *qumulotest.Model) *qumulotest.Server {
	t.Helper()
	s := qumulotest.NewServer(model)
	t.Cleanup(s.Close)
	return s
}

// member is the configuration of a simulated cluster.
func member(t *testing.T, name string, s *qumulotest.Server) config.Cluster {
	t.Helper()
	e := &exporter{dir: t.TempDir()}
	e.write(t, "ca.pem", string(s.CAPEM()))
	e.write(t, "secret", "exporter-password")
	return config.Cluster{
		Name: name, URLs: []string{s.URL()}, Credentials: qumulo.Credentials{Username: "exporter", PasswordFile: e.file("secret")},
		TLS: commonconfig.TLSConfig{CAFile: e.file("ca.pem")}, Concurrency: 8, Collectors: fixed(),
	}
}

func (e *exporter) file(name string) string { return filepath.Join(e.dir, name) }

func (e *exporter) write(t *testing.T, name, text string) {
	t.Helper()
	testutil.WriteFile(t, e.file(name), text)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (e *exporter) get(t *testing.T, path string, header ...string) answer {
	t.Helper()
	return e.ask(t, http.MethodGet, path, header...)
}

// ask follows no redirects. The header Host is the request's.
func (e *exporter) ask(t *testing.T, method, path string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// scrape gets the metrics, which must be valid and answered with 200.
func (e *exporter) scrape(t *testing.T, header ...string) answer {
	t.Helper()
	return e.metrics(t, "/metrics", header...)
}

// metrics is scrape of a page.
func (e *exporter) metrics(t *testing.T, path string, header ...string) answer {
	t.Helper()
	a := e.get(t, path, header...)
	if a.status != http.StatusOK {
		t.Fatalf("%s: status %d: %s", path, a.status, a.body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if _, err := parser.TextToMetricFamilies(strings.NewReader(a.body)); err != nil {
		t.Errorf("the page is not valid: %v", err)
	}
	return a
}

func (a answer) want(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+a.body, "\n"+line+"\n") {
			t.Errorf("no line %q on the page", line)
		}
	}
}

func (a answer) absent(t *testing.T, prefixes ...string) {
	t.Helper()
	for _, prefix := range prefixes {
		if strings.Contains("\n"+a.body, "\n"+prefix) {
			t.Errorf("%s should not be on the page", prefix)
		}
	}
}

// logged waits for a line that has all the words, and wants no other one.
func (e *exporter) logged(t *testing.T, words ...string) {
	t.Helper()
	e.log.WaitFor(t, words...)
	if lines := e.log.Lines(words...); len(lines) != 1 {
		t.Errorf("%d lines with %q in:\n%s", len(lines), words, e.log)
	}
}

func TestRoutes(t *testing.T) {
	e := start(t, setup{})
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/":                              {200, "Last scrape"},
		"/metrics":                       {200, "qumulo_up 1"},
		"/-/healthy":                     {200, "OK"},
		"/-/ready":                       {200, "Ready"},
		"/nothing":                       {404, ""},
		"/metrics/more":                  {404, ""},
		"/debug/pprof/":                  {404, ""},
		"/metrics?collect[]=version":     {200, "qumulo_version_info"},
		"/metrics?collect[]=none":        {400, `unknown collector "none": there are nodes,`},
		"/metrics?exclude[]=version&a=b": {200, "qumulo_node_status"},
		"/metrics?exclude[]=x":           {400, `unknown collector "x"`},
	} {
		if got := e.get(t, path); got.status != want.status || !strings.Contains(got.body, want.text) {
			t.Errorf("%s: %d %.200s", path, got.status, got.body)
		}
	}
	e.get(t, "/metrics?collect[]=version").absent(t, "qumulo_node_status")
	e.get(t, "/metrics?exclude[]=version").absent(t, "qumulo_version_info")
	for header, status := range map[string]int{"0": 400, "-1": 400, "NaN": 400, "x": 400, "2": 200, "1e9": 200, "0.3": 200, "Inf": 200} {
		if got := e.get(t, "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", header); got.status != status {
			t.Errorf("timeout %s: %d %.100s", header, got.status, got.body)
		}
	}
}

func TestFormats(t *testing.T) {
	e := start(t, setup{})
	a := e.scrape(t)
	a.want(t, "# TYPE qumulo_node_status gauge", `qumulo_node_status{node_id="2",status="online"} 1`)
	a.absent(t, "# EOF")
	if !strings.Contains(a.body, "qumulo_exporter_build_info{") {
		t.Error("the exporter's own metrics are missing")
	}
	om := e.get(t, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	if !strings.HasPrefix(om.header.Get("Content-Type"), "application/openmetrics-text") || !strings.HasSuffix(om.body, "# EOF\n") {
		t.Errorf("OpenMetrics: %s", om.header)
	}
	om.want(t, `qumulo_node_status{node_id="2",status="online"} 1`)
}

// TestFaults: whatever the cluster does, the page is there with qumulo_up 0 and
// the outcome of each collector, and one line of the log says what to do.
func TestFaults(t *testing.T) {
	closed := qumulotest.NewServer(qumulotest.NewModel())
	closed.Close()
	for name, c := range map[string]struct {
		setup setup
		fault qumulotest.Fault
		said  []string
	}{
		"refuses connections":   {setup: setup{url: closed.URL()}, said: []string{"connection refused", "check address and port"}},
		"untrusted certificate": {setup: setup{noCA: true}, said: []string{"certificate", "--qumulo.ca-file"}},
		"wrong server name":     {setup: setup{serverName: "other.example"}, said: []string{"other.example", "--qumulo.server-name"}},
		"unknown to DNS":        {setup: setup{url: "https://cluster..invalid:8000"}, said: []string{"cluster..invalid", "DNS"}},
		"500":                   {fault: qumulotest.Fault{Status: 500}, said: []string{"status=500", "500 Internal Server Error"}},
		"HTML":                  {fault: qumulotest.Fault{Body: []byte("<html>login</html>"), ContentType: "text/html"}, said: []string{"HTML", "status=200", "check that the address"}},
		"empty body":            {fault: qumulotest.Fault{Body: []byte{}}, said: []string{"empty body"}},
		"null":                  {fault: qumulotest.Fault{Body: []byte("null")}, said: []string{"null instead of a JSON list"}},
		"truncated JSON list":   {fault: qumulotest.Fault{CutBody: true}, said: []string{"truncated JSON list"}},
		"hangs":                 {fault: qumulotest.Fault{Hang: true}, said: []string{"no answer in time", "slow or hangs"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, c.setup)
			calls := 0 // a faulty answer is asked for once a scrape, a dead address never answers
			if c.setup.url == "" && !c.setup.noCA && c.setup.serverName == "" {
				calls = 3
				e.scrape(t).want(t, "qumulo_up 1") // a token is at hand: the fault hits calls, not the login
				for _, path := range []string{"/v1/version", "/v1/cluster/settings", "/v1/node/state", "/v1/cluster/nodes/", "/v1/cluster/slots/", "/v1/file-system", "/v1/capacity/clamp"} {
					e.cluster.SetFault(path, c.fault)
				}
			}
			e.cluster.ResetCounts()
			for range 3 {
				began := time.Now()
				a := e.scrape(t, "X-Prometheus-Scrape-Timeout-Seconds", "0.6")
				if took := time.Since(began); took > 600*time.Millisecond {
					t.Errorf("took %s", took)
				}
				a.want(t, "qumulo_up 0")
				for _, name := range fixed() {
					a.want(t, `qumulo_scrape_collector_success{collector="`+name+`"} 0`)
				}
				a.absent(t, "qumulo_node_status", "qumulo_filesystem_size_bytes", "qumulo_cluster_info", "qumulo_version_info")
			}
			if n := e.cluster.CallCount("/v1/cluster/nodes/"); n != calls || e.cluster.Logins() != 0 {
				t.Errorf("%d node listings and %d logins in 3 scrapes, want %d and none", n, e.cluster.Logins(), calls)
			}
			e.logged(t, append([]string{"level=WARN", "collectors=nodes,"}, c.said...)...)
			page := e.get(t, "/")
			if !strings.Contains(page.body, ">not reachable<") && !strings.Contains(page.body, ">answers, without success<") {
				t.Errorf("the landing page does not tell: %s", page.body)
			}
		})
	}
}

// TestOneEndpointFails: the other collectors' series stay.
func TestOneEndpointFails(t *testing.T) {
	e := start(t, setup{})
	e.cluster.SetFault("/v1/file-system", qumulotest.Fault{Status: 503})
	a := e.scrape(t)
	a.want(t, "qumulo_up 1", `qumulo_scrape_collector_success{collector="filesystem"} 0`, `qumulo_node_status{node_id="2",status="online"} 1`,
		`qumulo_scrape_collector_success{collector="drives"} 1`)
	a.absent(t, "qumulo_filesystem_size_bytes")
	if n := e.cluster.CallCount("/v1/file-system"); n != 1 {
		t.Errorf("%d calls of the failing endpoint", n)
	}
	e.logged(t, "level=WARN", "collectors=filesystem", `operation="get file system"`, "status=503")
}

// TestHangingSlots: Prometheus gives two seconds, the slots hang.
func TestHangingSlots(t *testing.T) {
	e := start(t, setup{})
	e.cluster.SetFault("/v1/cluster/slots/", qumulotest.Fault{Hang: true})
	began := time.Now()
	a := e.scrape(t, "X-Prometheus-Scrape-Timeout-Seconds", "2")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	a.want(t, "qumulo_up 1", "qumulo_filesystem_block_size_bytes 4096", `qumulo_node_status{node_id="2",status="online"} 1`,
		`qumulo_scrape_collector_success{collector="nodes"} 0`, `qumulo_scrape_collector_success{collector="filesystem"} 1`,
		`qumulo_scrape_collector_success{collector="version"} 1`, `qumulo_scrape_collector_success{collector="cluster"} 1`,
		`qumulo_scrape_collector_success{collector="drives"} 0`)
	a.absent(t, "qumulo_drive")
	if n := e.cluster.CallCount("/v1/cluster/slots/"); n != 1 || e.cluster.Logins() != 1 {
		t.Errorf("%d calls of the slots, %d logins", n, e.cluster.Logins())
	}
	e.logged(t, "level=WARN", "collectors=drives", `operation="list slots"`, "no answer in time")
}

// TestWrongPassword: one login, one line, no call, until the file is corrected.
func TestWrongPassword(t *testing.T) {
	e := start(t, setup{})
	e.write(t, "secret", "wrong")
	for range 100 {
		e.scrape(t).want(t, "qumulo_up 0", `qumulo_scrape_collector_success{collector="version"} 1`, `qumulo_scrape_collector_success{collector="nodes"} 0`)
	}
	if logins, calls := e.cluster.Logins()+e.cluster.RefusedLogins(), e.cluster.CallCount("/v1/cluster/nodes/"); e.cluster.RefusedLogins() != 1 || calls != 0 {
		t.Errorf("%d logins, %d calls", logins, calls)
	}
	e.logged(t, "level=WARN", "collectors=nodes,filesystem,drives", `login of user \"exporter\" rejected`, "401", "correct the password file")
	e.write(t, "secret", "exporter-password")
	e.scrape(t).want(t, "qumulo_up 1")
	e.logged(t, "level=INFO", "Collectors recovered", "collectors=nodes,filesystem,drives")
}

// TestAccessToken: a refused one costs one call a scrape; a new one in the file
// is used by the next.
func TestAccessToken(t *testing.T) {
	e := start(t, setup{credential: qumulo.Credentials{AccessTokenFile: writeToken(t, "access-v1:marker-token")}})
	for range 5 {
		e.scrape(t).want(t, "qumulo_up 0")
	}
	if n := e.cluster.StatusCount(http.StatusUnauthorized); n != 5 || e.cluster.Logins() != 0 {
		t.Errorf("%d refused calls in 5 scrapes, %d logins", n, e.cluster.Logins())
	}
	e.logged(t, "level=WARN", "collectors=nodes,filesystem,drives", "access token in", "401", "put a new access token into the file")
	if page := e.get(t, "/"); strings.Contains(e.log.String()+page.body, "marker-token") {
		t.Error("the token is shown")
	}
}

func writeToken(t *testing.T, token string) string {
	t.Helper()
	return testutil.WriteFile(t, filepath.Join(t.TempDir(), "token"), token+"\n")
}

// TestAccessTokenReplaced is the good end of it.
func TestAccessTokenReplaced(t *testing.T) {
	path := writeToken(t, "access-v1:old")
	e := start(t, setup{credential: qumulo.Credentials{AccessTokenFile: path}})
	e.scrape(t).want(t, "qumulo_up 0")
	token := e.cluster.AddAccessToken("exporter", time.Time{})
	testutil.WriteFile(t, path, `{"id": "7", "bearer_token": "`+token+`"}`)
	e.scrape(t).want(t, "qumulo_up 1")
}

// TestCallerWhoDoesNotRead: one that asks and does not read its answer loses it
// when the time that it gave has passed, and its place among the requests.
func TestCallerWhoDoesNotRead(t *testing.T) {
	name, help := "large", strings.Repeat("x", 16<<20) // more than the buffers between hold
	large := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		return []*dto.MetricFamily{{Name: &name, Help: &help, Type: dto.MetricType_GAUGE.Enum(), Metric: []*dto.Metric{{Gauge: &dto.Gauge{Value: new(1.0)}}}}}, nil
	})
	e := start(t, setup{requests: 1, own: large})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(e.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	seen := map[int]bool{}
	for !seen[http.StatusOK] && time.Since(began) < 10*time.Second {
		time.Sleep(50 * time.Millisecond)
		seen[e.get(t, "/probe?target=127.0.0.1").status] = true
	}
	if took := time.Since(began); !seen[503] || !seen[200] || took < 900*time.Millisecond || took > 3*time.Second {
		t.Errorf("answers %v, the place was free after %s, want about a second", seen, took)
	}
	if log := e.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
		t.Errorf("a caller that does not read is logged: %s", log)
	}
}

// TestNotTheAPI: something else answers, and says 404 to everything.
func TestNotTheAPI(t *testing.T) {
	e := start(t, setup{})
	e.cluster.SetFault("", qumulotest.Fault{Status: http.StatusNotFound})
	e.scrape(t).want(t, "qumulo_up 0", `qumulo_scrape_collector_success{collector="nodes"} 0`, `qumulo_scrape_collector_supported{collector="nodes"} 1`)
	e.logged(t, "level=WARN", "collectors=nodes,filesystem,drives", `operation="list nodes"`, "no Qumulo Core API at this address", "check that the address")
	e.cluster.ClearFaults()
	e.scrape(t).want(t, "qumulo_up 1")
	e.cluster.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Status: http.StatusNotFound})
	e.scrape(t).want(t, "qumulo_up 0", `qumulo_scrape_collector_success{collector="nodes"} 0`, `qumulo_scrape_collector_supported{collector="nodes"} 1`)
}
