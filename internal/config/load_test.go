package config

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// wholeFile uses every key.
const wholeFile = `
defaults:
  username: monitor
  password_env: PASSWORD_OF_A
  tls_config: &tls
    ca_file: ca.pem
    cert_file: client.pem
    key_file: client.key
    server_name: cluster.example
    insecure_skip_verify: true
    min_version: TLS12
    max_version: TLS13
  proxy_url: http://user:m@rker%2Fof-a-value!@proxy:3128
  no_proxy: localhost
  proxy_connect_header: {X-Secret: ["m@rker/of-a-value!", b]}
  scrape_timeout: 1m30s
  concurrency: 4
  max_answer_rows: 1000
  max_answer_bytes: 5000000
  labels: {env: prod, site: north}
  collectors:
    drives: off
    nodes: {interval: 5m}
    version: {interval: 1h}
clusters:
  - name: plain
    url: https://plain
  - name: Own.1_x-y
    urls: [https://own-1, "https://[::1]:9000/"]
    access_token_file: /dev/null/../token
    tls_config: {ca: CA, cert: CERT, key_file: client.key}
    proxy_from_environment: false
    scrape_timeout: 0s
    concurrency: 1
    max_answer_rows: 0
    max_answer_bytes: 0
    labels: {site: south, env: "", "row": "12"}
    collectors: {drives: on, nodes: off, version: {}, cluster: {interval: 0s}}
  - name: third
    url: http://127.0.0.1:8000
    username: other
    password_file: ./password
    tls_config: *tls
    proxy_from_environment: true
    proxy_connect_header: {X: [y]}
    collectors: {nodes: true, filesystem: false}
`

func wholeText(t *testing.T) string {
	t.Helper()
	certificate, err := os.ReadFile("client.pem")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("ca: CA", "ca: "+fmt.Sprintf("%q", certificate), "cert: CERT", "cert: "+fmt.Sprintf("%q", certificate)).Replace(wholeFile)
	return strings.Replace(text, "/dev/null/../token", filepath.Join(workingDir(t), "token"), 1)
}

// onByDefault are the names of the collectors that are on where nobody says anything.
func onByDefault() []string {
	var names []string
	for _, c := range collector.All() {
		if c.Enabled {
			names = append(names, c.Name)
		}
	}
	return names
}

// without returns the names of the collectors that are on by default, but these.
func without(names ...string) []string {
	return slices.DeleteFunc(onByDefault(), func(name string) bool { return slices.Contains(names, name) })
}

func workingDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLoad(t *testing.T) {
	workIn(t, t.TempDir())
	certificate, err := os.ReadFile("client.pem")
	if err != nil {
		t.Fatal(err)
	}
	sharedTLS := config.TLSConfig{
		CAFile: "ca.pem", CertFile: "client.pem", KeyFile: "client.key", ServerName: "cluster.example", InsecureSkipVerify: true,
		MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13,
	}
	want := []Cluster{
		{
			Name: "plain", URLs: []string{"https://plain:8000"},
			Credentials: qumulo.Credentials{Username: "monitor", Password: qumulo.NewSecret(markerEnv)},
			TLS:         sharedTLS,
			Proxy: config.ProxyConfig{
				ProxyURL: config.URL{URL: &url.URL{Scheme: "http", User: url.UserPassword("user", markerValue), Host: "proxy:3128"}},
				NoProxy:  "localhost", ProxyConnectHeader: config.ProxyHeader{"X-Secret": {markerValue, "b"}},
			},
			ScrapeTimeout: 90 * time.Second, Concurrency: 4, MaxAnswerRows: 1000, MaxAnswerBytes: 5_000_000,
			Labels:     map[string]string{"env": "prod", "site": "north"},
			Collectors: without("drives"),
			Intervals:  map[string]time.Duration{"nodes": 5 * time.Minute, "version": time.Hour},
		},
		{
			Name: "Own.1_x-y", URLs: []string{"https://own-1:8000", "https://[::1]:9000"},
			Credentials: qumulo.Credentials{AccessTokenFile: filepath.Join(workingDir(t), "token")},
			TLS:         config.TLSConfig{CA: string(certificate), Cert: string(certificate), KeyFile: "client.key"},
			Concurrency: 1,
			Labels:      map[string]string{"site": "south", "row": "12"},
			Collectors:  without("nodes"),
			Intervals:   map[string]time.Duration{"cluster": 0},
		},
		{
			Name: "third", URLs: []string{"http://127.0.0.1:8000"},
			Credentials: qumulo.Credentials{Username: "other", PasswordFile: "password"},
			TLS:         sharedTLS,
			Proxy:       config.ProxyConfig{ProxyFromEnvironment: true, ProxyConnectHeader: config.ProxyHeader{"X": {"y"}}},
			// All others are of the defaults.
			ScrapeTimeout: 90 * time.Second, Concurrency: 4, MaxAnswerRows: 1000, MaxAnswerBytes: 5_000_000,
			Labels:     map[string]string{"env": "prod", "site": "north"},
			Collectors: without("filesystem", "drives"),
			Intervals:  map[string]time.Duration{"version": time.Hour},
		},
	}
	got := mustLoad(t, wholeText(t))
	reveal := cmp.Transformer("reveal", func(s qumulo.Secret) string { return s.Reveal() })
	address := cmp.Transformer("address", func(u config.URL) string {
		if u.URL == nil {
			return ""
		}
		return u.Host + u.User.Username() + must(u.User.Password())
	})
	ignored := cmpopts.IgnoreUnexported(Cluster{}, config.ProxyConfig{})
	if diff := cmp.Diff(want, got, reveal, address, ignored); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, c := range got {
		closeClient(t, c)
	}
}

func must(text string, _ bool) string { return text }

// TestLeast: what a cluster gets that says nothing.
func TestLeast(t *testing.T) {
	workIn(t, t.TempDir())
	want := Cluster{
		Name: "a", URLs: []string{"https://h:8000"}, Credentials: qumulo.Credentials{AccessTokenFile: "token"},
		Proxy: config.ProxyConfig{ProxyFromEnvironment: true}, Concurrency: 8,
		Labels: map[string]string{}, Collectors: onByDefault(), Intervals: map[string]time.Duration{},
	}
	for _, text := range []string{
		one(), "defaults: {tls_config: {}, labels: {}}\n" + one(), one("labels:", "collectors:", "tls_config:", "proxy_connect_header:"), "defaults:\n" + one(), "\ufeff" + one(), one("labels: # \U0001F600 \u00e9\u0085"), "---\n" + one() + "...\n",
	} {
		if got := mustLoad(t, text); !reflect.DeepEqual(got, []Cluster{want}) {
			t.Errorf("%+v", got)
		}
	}
}

func TestVersionsOfTLS(t *testing.T) {
	workIn(t, t.TempDir())
	for word, want := range map[string]config.TLSVersion{"TLS10": tls.VersionTLS10, "TLS11": tls.VersionTLS11, "TLS12": tls.VersionTLS12, "TLS13": tls.VersionTLS13} {
		if got := mustLoad(t, one("tls_config: {min_version: "+word+"}"))[0].TLS.MinVersion; got != want {
			t.Errorf("%s is %d", word, got)
		}
	}
	if len(config.TLSVersions) != len(tlsVersions()) {
		t.Errorf("Prometheus knows %v", config.TLSVersions)
	}
}

// TestPaths: relative paths start at the folder of the file, wherever the
// exporter was started.
func TestPaths(t *testing.T) {
	dir := t.TempDir()
	workIn(t, dir)
	write(t, fileName, one("tls_config: {ca_file: ./x/../ca.pem, cert_file: "+dir+"/client.pem, key_file: client.key}"))
	for folder, path := range map[string]string{"/": dir + "/" + fileName, filepath.Dir(dir): filepath.Base(dir) + "/" + fileName} {
		t.Chdir(folder)
		v, errs := Load(path, scrape, quiet())
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		base := filepath.Dir(path)
		c := v.Clusters[0]
		got := []string{c.Credentials.AccessTokenFile, c.TLS.CAFile, c.TLS.CertFile, c.TLS.KeyFile}
		want := []string{base + "/token", base + "/ca.pem", dir + "/client.pem", base + "/client.key"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		closeClient(t, c)
	}
}

// TestEqual: a reload keeps what is equal, so what is the same must be equal and
// any other setting must not.
// TestWebUI: what is configured, else the host of the first address on the usual port.
func TestWebUI(t *testing.T) {
	for _, test := range []struct {
		given string
		urls  []string
		want  string
	}{
		{"", []string{"https://berlin.example.com:8000/", "https://other:8000/"}, "https://berlin.example.com"},
		{"", []string{"https://berlin.example.com"}, "https://berlin.example.com"},
		{"", []string{"https://[2001:db8::1]:8000/"}, "https://[2001:db8::1]"},
		{"https://ui.example.com:4443/a", []string{"https://h:8000/"}, "https://ui.example.com:4443/a"},
	} {
		if got := (Cluster{WebUIURL: test.given, URLs: test.urls}).WebUI(); got != test.want {
			t.Errorf("%q of %q is %q, want %q", test.given, test.urls, got, test.want)
		}
	}
}

func TestEqual(t *testing.T) {
	workIn(t, t.TempDir())
	whole := wholeText(t)
	if a, b := mustLoad(t, whole), mustLoad(t, "# a comment\n"+whole); !reflect.DeepEqual(a, b) {
		t.Error("two loads differ")
	}
	write(t, "other-token", "access-v1:other")
	t.Setenv("PASSWORD_OF_B", "b")
	base := mustLoad(t, one())
	login := mustLoad(t, bare("username: u", "password_env: PASSWORD_OF_A"))
	for name, text := range map[string]string{
		"name":            strings.Replace(one(), "name: a", "name: b", 1),
		"url":             strings.Replace(one(), "https://h", "https://i", 1),
		"a second url":    "clusters: [{name: a, urls: [https://h, https://i], access_token_file: token}]",
		"token file":      bare("access_token_file: other-token"),
		"login":           bare("username: u", "password_file: password"),
		"variable":        bare("username: u", "password_env: PASSWORD_OF_B"),
		"CA":              one("tls_config: {ca_file: ca.pem}"),
		"no verification": one("tls_config: {insecure_skip_verify: true}"),
		"proxy":           one("proxy_url: http://p"),
		"no proxy":        one("proxy_from_environment: false"),
		"header":          one("proxy_from_environment: true", "proxy_connect_header: {a: [b]}"),
		"timeout":         one("scrape_timeout: 5s"),
		"concurrency":     one("concurrency: 9"),
		"rows":            one("max_answer_rows: 9"),
		"bytes":           one("max_answer_bytes: 9"),
		"web UI":          one("web_ui_url: https://ui.example.com"),
		"labels":          one("labels: {a: b}"),
		"collectors":      one("collectors: {nodes: off}"),
		"interval":        one("collectors: {nodes: {interval: 0s}}"),
		"from defaults":   "defaults: {concurrency: 9}\n" + one(),
	} {
		if got := mustLoad(t, text); reflect.DeepEqual(got, base) || reflect.DeepEqual(got, login) {
			t.Errorf("%s: no difference", name)
		}
	}
	// What is the same by another way is equal.
	for name, text := range map[string]string{
		"defaults":  "defaults: {access_token_file: token}\n" + bare(),
		"said":      one("concurrency: 8", "proxy_from_environment: true", "max_answer_rows: 0", "scrape_timeout: 0s", "collectors: {nodes: on, drives: {}}"),
		"port":      strings.Replace(one(), "https://h", "https://h:8000/", 1),
		"no label":  "defaults: {labels: {a: b}}\n" + one("labels: {a: ''}"),
		"as a list": "clusters: [{name: a, urls: [https://h], access_token_file: token}]",
	} {
		if got := mustLoad(t, text); !reflect.DeepEqual(got, base) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestNothing: a mapping whose lines are all commented out is not there.
func TestNothing(t *testing.T) {
	workIn(t, t.TempDir())
	c := mustLoad(t, "defaults: {tls_config: {ca_file: ca.pem}, labels: {a: b}, proxy_url: http://p}\n"+
		one("tls_config:", "# ca_file: other", "labels: ~", "collectors:", "proxy_connect_header:"))[0]
	if c.TLS.CAFile != "ca.pem" || c.Labels["a"] != "b" || c.Proxy.ProxyURL.URL == nil {
		t.Errorf("%+v", c)
	}
}

// TestGroups: of a cluster with a key of its own, none of the defaults' keys of
// the same group count.
func TestGroups(t *testing.T) {
	workIn(t, t.TempDir())
	defaults := "defaults:\n  access_token_file: token\n  proxy_url: http://p\n  no_proxy: x\n  tls_config: {ca_file: ca.pem, min_version: TLS13}\n"
	c := mustLoad(t, defaults+bare("username: u", "password_env: PASSWORD_OF_A", "proxy_url: http://q", "tls_config: {server_name: s}"))[0]
	if c.Credentials.AccessTokenFile != "" || c.Credentials.Password.Reveal() != markerEnv {
		t.Errorf("%+v", c.Credentials)
	}
	if c.Proxy.NoProxy != "" || c.Proxy.ProxyURL.Host != "q" {
		t.Errorf("%+v", c.Proxy)
	}
	if c.TLS != (config.TLSConfig{ServerName: "s"}) {
		t.Errorf("%+v", c.TLS)
	}
	c = mustLoad(t, defaults+bare("proxy_from_environment: false"))[0]
	if c.Credentials.AccessTokenFile != "token" || c.Proxy.ProxyURL.URL != nil || c.Proxy.ProxyFromEnvironment || c.TLS.CAFile != "ca.pem" {
		t.Errorf("%+v", c)
	}
}
