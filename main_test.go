package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// Marker secrets: found in no output of the whole exporter.
const (
	markerPassword = "marker-password-7f3a"
	markerToken    = "access-v1:marker-token-9c1e"
)

type output struct {
	status         int
	stdout, stderr string
}

// runWith runs the program to its end.
func runWith(t *testing.T, args ...string) output {
	t.Helper()
	var stdout, stderr testutil.Log
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	status := run(ctx, args, &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}

// cluster starts a simulated one and gives the flags for it.
func cluster(t *testing.T) (*qumulotest.Server, []string) {
	t.Helper()
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	server.SetPassword("monitor", markerPassword)
	return server, []string{
		"--qumulo.url=" + server.URL(), "--qumulo.username=monitor",
		"--qumulo.password-file=" + file(t, "password", markerPassword),
		"--qumulo.ca-file=" + file(t, "ca.pem", string(server.CAPEM())),
	}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	return testutil.WriteFile(t, filepath.Join(t.TempDir(), name), text)
}

func TestHelpAndVersion(t *testing.T) {
	for flag, want := range map[string]string{"--help": "--qumulo.access-token-file", "-h": "--[no-]collector.drives", "--version": "qumulo_exporter, version"} {
		if got := runWith(t, flag); got.status != 0 || !strings.Contains(got.stdout, want) || got.stderr != "" {
			t.Errorf("%s: %+v", flag, got)
		}
	}
}

// TestBadFlags: each config error has its own line, and nothing is started.
func TestBadFlags(t *testing.T) {
	server, good := cluster(t)
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"nothing given": {want: []string{"no cluster to scrape: give its address with --qumulo.url", "no credentials:"}},
		"many at once": {
			args: []string{
				"--nonsense=1", "--scrape.timeout=abc", "--qumulo.concurrency=x", "--log.level=loud", "--log.format=xml", "--qumulo.url=ftp://h",
				"--qumulo.username=u", "--qumulo.password-file=/nonexistent/p", "--web.telemetry-path=metrics", "--web.max-requests=-1",
				"--web.config.file=/nonexistent/w", "--qumulo.ca-file=/nonexistent/ca", "--scrape.timeout-offset=-1s",
			},
			want: []string{
				"unknown long flag '--nonsense'", `--scrape.timeout: "abc" is not a duration`, `--qumulo.concurrency: "x" is not a whole number`,
				`--log.level: "loud" is none of debug, info, warn, error`, `--log.format: "xml" is none of logfmt, json`, `--qumulo.url: "ftp://h"`,
				"--qumulo.password-file: open /nonexistent/p", `--web.telemetry-path: "metrics"`, "--web.max-requests: must not be negative",
				"--web.config.file: ", "--qumulo.ca-file: ", "--scrape.timeout-offset: must not be negative",
			},
		},
		"a URL with a password":    {args: append([]string{"--qumulo.url=https://u:" + markerPassword + "@h"}, good[1:]...), want: []string{"--qumulo.url: a URL must not hold a user or password"}},
		"a URL that can't be read": {args: append([]string{"--qumulo.url=https://u:" + markerPassword + "@h:x%zz"}, good[1:]...), want: []string{"--qumulo.url: not a URL"}},
		"a URL with a path":        {args: append([]string{"--qumulo.url=https://h/v1"}, good[1:]...), want: []string{"give scheme, host and port only"}},
		"a host that is no text":   {args: append([]string{"--qumulo.url=https://%ff:8000"}, good[1:]...), want: []string{`--qumulo.url: "https://%ff:8000" has no host, or one that is not text`}},
		"plain http":               {args: append([]string{"--qumulo.url=http://h"}, good[1:]...), want: []string{"plain http would send the credentials readable"}},
		"two ways in":              {args: append([]string{"--qumulo.access-token-file=" + file(t, "t", markerToken)}, good...), want: []string{"either an access token file or a username"}},
		"not a CA":                 {args: append([]string{"--qumulo.ca-file=" + file(t, "ca", "no")}, good[:3]...), want: []string{"--qumulo.ca-file: want a readable file with certificates in PEM form"}},
		"a flag twice":             {args: append([]string{"--qumulo.username=a"}, good...), want: []string{"flag 'qumulo.username' cannot be repeated"}},
		"all collectors off": {
			args: append(strings.Fields("--no-collector."+strings.Join(collector.Names(), " --no-collector.")), good...),
			want: []string{"all collectors are off"},
		},
		"a path with dots":      {args: append([]string{"--web.telemetry-path=/a/../b"}, good...), want: []string{"is not a path like /metrics"}},
		"a path of other pages": {args: append([]string{"--web.telemetry-path=/-/healthy"}, good...), want: []string{"is where other pages are"}},
		"the path of the probe": {args: append([]string{"--web.telemetry-path=/probe"}, good...), want: []string{"is where other pages are"}},
		"an external URL":       {args: append([]string{"--web.external-url=ftp://x", "--web.route-prefix=a{b"}, good...), want: []string{"--web.external-url: ", "--web.route-prefix: "}},
		"a file and flags": {
			args: []string{
				"--config.file=" + file(t, "q.yml", "clusters: []"), "--qumulo.url=https://h", "--qumulo.insecure-skip-verify",
				"--qumulo.concurrency=9", "--no-collector.drives", "--collector.nodes.interval=1m",
			},
			want: []string{
				"--qumulo.url can't be given with --config.file: it goes into the file", "--qumulo.insecure-skip-verify can't", "--qumulo.concurrency can't",
				"--collector.drives can't", "--collector.nodes.interval can't", "q.yml:1: clusters: ",
			},
		},
		"no such file": {args: []string{"--config.file=/nonexistent/q.yml"}, want: []string{"/nonexistent/q.yml: no such file"}},
		"an argument":  {args: append([]string{"now"}, good...), want: []string{"unexpected now"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := runWith(t, c.args...)
			if got.status != 2 || got.stdout != "" {
				t.Errorf("status %d, stdout %q", got.status, got.stdout)
			}
			lines := strings.Split(strings.TrimSpace(got.stderr), "\n")
			for _, want := range c.want {
				if !contains(lines, want) {
					t.Errorf("no line with %q in:\n%s", want, got.stderr)
				}
			}
			if len(lines) != len(c.want)+1 {
				t.Errorf("%d config errors, want %d:\n%s", len(lines)-1, len(c.want), got.stderr)
			}
			noMarker(t, got.stderr)
		})
	}
	if n := server.CallCount("") + server.Logins(); n != 0 {
		t.Errorf("%d calls in spite of config errors", n)
	}
}

func contains(lines []string, text string) bool {
	for _, line := range lines {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}

func noMarker(t *testing.T, outputs ...string) {
	t.Helper()
	for _, text := range outputs {
		if strings.Contains(text, "marker-") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
}

func TestOnce(t *testing.T) {
	server, args := cluster(t)
	got := runWith(t, append(args, "--once")...)
	if got.status != 0 || !strings.Contains(got.stdout, "\nqumulo_up 1\n") || !strings.Contains(got.stdout, `qumulo_node_status{node_id="2",status="online"} 1`) {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.stdout, "go_goroutines") || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	server.StopListening()
	got = runWith(t, append(args, "--once")...)
	if got.status != 1 || !strings.Contains(got.stdout, "\nqumulo_up 0\n") ||
		!strings.Contains(got.stderr, "qumulo_up is 0: ") || !strings.Contains(got.stderr, "connection refused") ||
		!strings.Contains(got.stderr, "what to do: check address and port") {
		t.Errorf("%+v", got)
	}
	noMarker(t, got.stdout, got.stderr)
}

// severalClusters writes a file with a good cluster and one that is down.
func severalClusters(t *testing.T) string {
	t.Helper()
	server, _ := cluster(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"password": markerPassword, "ca.pem": string(server.CAPEM()), "qumulo_exporter.yml": `
defaults: {username: monitor, password_file: password, tls_config: {ca_file: ca.pem}}
clusters:
  - {name: good, url: "` + server.URL() + `"}
  - {name: down, url: "https://127.0.0.1:1"}
`,
	} {
		testutil.WriteFile(t, filepath.Join(dir, name), text)
	}
	return filepath.Join(dir, "qumulo_exporter.yml")
}

// TestOnceOfSeveral: one of them is named.
func TestOnceOfSeveral(t *testing.T) {
	path := severalClusters(t)
	for name, c := range map[string]struct {
		status int
		stdout string
		stderr string
	}{
		"--once=good": {0, "\nqumulo_up 1\n", ""},
		"--once=down": {1, "\nqumulo_up 0\n", "connection refused"},
		"--once=none": {2, "", `no cluster is named "none"; configured: good, down`},
		"--once":      {2, "", "--once=NAME: good, down"},
	} {
		got := runWith(t, "--config.file="+path, name)
		if got.status != c.status || !strings.Contains(got.stdout, c.stdout) || !strings.Contains(got.stderr, c.stderr) || c.stderr == "" && got.stderr != "" {
			t.Errorf("%s: %+v", name, got)
		}
		noMarker(t, got.stdout, got.stderr)
	}
}

// TestConfigCheck checks, and does nothing else.
func TestConfigCheck(t *testing.T) {
	server, flags := cluster(t)
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"a good file":            {[]string{"--config.file=" + severalClusters(t)}, 0, "Configuration OK (2 clusters)\n"},
		"good flags":             {flags, 0, "Configuration OK (1 cluster)\n"},
		"an empty token file":    {append(tokenFlags(t, flags, ""), "--log.level=error"), 2, "--qumulo.access-token-file: the file is empty\n"},
		"a file without a token": {tokenFlags(t, flags, "{}"), 2, "--qumulo.access-token-file: no access token in the file: "},
		"an empty password file": {append(flags[:2:2], flags[3], "--qumulo.password-file="+file(t, "empty", "\n")), 2, "--qumulo.password-file: the file is empty\n"},
		"a bad file":             {[]string{"--config.file=" + file(t, "q.yml", "clusters: [{nam: x}]")}, 2, "nam: unknown key"},
	} {
		got := runWith(t, append(c.args, "--config.check")...)
		if got.status != c.status || !strings.Contains(got.stdout+got.stderr, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if n := server.CallCount("") + server.Logins(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// tokenFlags are the flags of a cluster with a token file in place of a login.
func tokenFlags(t *testing.T, flags []string, token string) []string {
	t.Helper()
	return []string{flags[0], flags[3], "--qumulo.access-token-file=" + file(t, "token", token)}
}

// TestOnceLogLevel: the level that was asked for, by flag or environment, holds;
// only the default is quieter with --once.
func TestOnceLogLevel(t *testing.T) {
	_, flags := cluster(t)
	flags = append(flags, "--once")
	const info = "level=INFO"
	if got := runWith(t, flags...); strings.Contains(got.stderr, info) {
		t.Errorf("by default: %s", got.stderr)
	}
	if got := runWith(t, append(flags, "--log.level=info")...); !strings.Contains(got.stderr, info) {
		t.Errorf("--log.level=info: %q", got.stderr)
	}
	if got := runWith(t, append(flags, "--log.level", "error")...); strings.Contains(got.stderr, info) {
		t.Errorf("--log.level error: %q", got.stderr)
	}
	t.Setenv("QUMULO_EXPORTER_LOG_LEVEL", "info")
	if got := runWith(t, flags...); !strings.Contains(got.stderr, info) {
		t.Errorf("from the environment: %q", got.stderr)
	}
}

// TestNoSecretIsShown runs the exporter through all that can go wrong with
// credentials, at the most talkative level, and looks at all it says.
func TestNoSecretIsShown(t *testing.T) {
	echo := func(secret string) []byte {
		return []byte(`{"description":"you sent ` + secret + `","error_class":"` + secret + `"}`)
	}
	for name, c := range map[string]struct {
		arrange func(*qumulotest.Server)
		token   bool
		env     bool
	}{
		"all well":             {arrange: func(*qumulotest.Server) {}},
		"password refused":     {arrange: func(s *qumulotest.Server) { s.SetPassword("monitor", "other") }},
		"password echoed":      {arrange: func(s *qumulotest.Server) { s.LoginFault(qumulotest.Fault{Status: 401, Body: echo(markerPassword)}) }},
		"password from env":    {arrange: func(s *qumulotest.Server) { s.SetPassword("monitor", "other") }, env: true},
		"access token refused": {arrange: func(*qumulotest.Server) {}, token: true},
		"access token echoed": {
			arrange: func(s *qumulotest.Server) {
				s.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Status: 500, Body: echo(markerToken)})
			}, token: true,
		},
		"body echoes": {arrange: func(s *qumulotest.Server) { s.SetFault("", qumulotest.Fault{Body: echo(markerToken)}) }, token: true},
	} {
		t.Run(name, func(t *testing.T) {
			server, args := cluster(t)
			switch {
			case c.env:
				t.Setenv(passwordEnv, markerPassword)
				args = append(args[:2:2], args[3])
			case c.token:
				args = []string{args[0], args[3], "--qumulo.access-token-file=" + file(t, "token", markerToken)}
			}
			c.arrange(server)
			once := runWith(t, append(args, "--once", "--log.level=debug", "--log.format=json")...)
			noMarker(t, once.stdout, once.stderr)
			for line := range strings.Lines(once.stderr) {
				var fields map[string]any
				if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &fields) != nil {
					t.Errorf("not JSON: %s", line)
				}
			}
		})
	}
}

// TestServe runs the program as a server until it is told to stop.
func TestServe(t *testing.T) {
	server, args := cluster(t)
	address := testutil.FreeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr testutil.Log
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, append(args, "--web.listen-address="+address), &stdout, &stderr) }()
	page := ""
	testutil.Eventually(t, "the exporter answers", func() bool { page = get(t, "http://"+address+"/metrics"); return page != "" })
	for _, want := range []string{"qumulo_up 1\n", "qumulo_exporter_build_info{", "go_goroutines ", "process_open_fds ", `qumulo_drives{`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s on the page", want)
		}
	}
	server.StopListening()
	down := get(t, "http://"+address+"/metrics")
	if !strings.Contains(down, "qumulo_up 0\n") {
		t.Error("no qumulo_up 0")
	}
	landing := get(t, "http://"+address+"/")
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("exit status %d", status)
	}
	noMarker(t, page, down, landing, stdout.String(), stderr.String())
	for line := range strings.Lines(stderr.String()) {
		for _, key := range []string{"time=", "level=", "msg="} {
			if strings.Count(" "+line, " "+key) != 1 {
				t.Errorf("%s is not there once: %s", key, line)
			}
		}
	}
	for _, want := range []string{`msg="Starting qumulo_exporter"`, "level=WARN", "connection refused", "msg=Stopped"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("no %s in the log:\n%s", want, stderr.String())
		}
	}
}

func TestAddressInUse(t *testing.T) {
	_, args := cluster(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	got := runWith(t, append(args, "--web.listen-address="+listener.Addr().String())...)
	if got.status != 1 || !strings.Contains(got.stderr, "address already in use") {
		t.Errorf("%+v", got)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err, b.String())
	}
	return b.String()
}
