package config

import (
	stdcmp "cmp"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

func redacted(t *testing.T, v Validated) string {
	t.Helper()
	text, err := v.Redacted()
	if err != nil {
		t.Fatal(err)
	}
	noMarker(t, string(text))
	return string(text)
}

func TestRedacted(t *testing.T) {
	workIn(t, t.TempDir())
	v, errs := load(t, wholeText(t))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	dir := workingDir(t)
	got, _, _ := strings.Cut(redacted(t, v), "  - name: Own.1_x-y\n")
	want := `clusters:
  - name: plain
    url: https://plain:8000
    username: monitor
    password_env: PASSWORD_OF_A
    tls_config:
      ca_file: ` + dir + `/ca.pem
      cert_file: ` + dir + `/client.pem
      key_file: ` + dir + `/client.key
      server_name: cluster.example
      insecure_skip_verify: true
      min_version: TLS12
      max_version: TLS13
    proxy_url: http://<secret>@proxy:3128
    no_proxy: localhost
    proxy_from_environment: false
    proxy_connect_header:
      X-Secret:
        - <secret>
        - <secret>
    scrape_timeout: 1m30s
    concurrency: 4
    max_answer_rows: 1000
    max_answer_bytes: 5000000
    labels:
      env: prod
      site: north
    collectors:
`
	for _, name := range slices.Sorted(slices.Values(collector.Names())) {
		said := map[string]string{"drives": " off", "nodes": "\n        interval: 5m", "version": "\n        interval: 1h"}
		if !slices.Contains(onByDefault(), name) {
			said[name] = " off"
		}
		want += "      " + name + ":" + stdcmp.Or(said[name], " on") + "\n"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestRoundTrip: what is shown can be loaded from anywhere, and is the same.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	workIn(t, dir)
	text := strings.NewReplacer("http://user:m@rker%2Fof-a-value!@proxy:3128", "socks5://proxy:3128/", `["m@rker/of-a-value!", b]`, "[]", "{X: [y]}", "{}").Replace(wholeText(t))
	before, errs := load(t, text)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	shown := redacted(t, before)
	t.Chdir(t.TempDir())
	after, errs := load(t, shown)
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, shown)
	}
	if again := redacted(t, after); again != shown {
		t.Error(cmp.Diff(shown, again))
	}
	// It differs in paths, which are absolute, and in the timeout of all clusters.
	for i := range before.Clusters {
		c := &before.Clusters[i]
		for _, path := range []*string{&c.Credentials.PasswordFile, &c.Credentials.AccessTokenFile, &c.TLS.CAFile, &c.TLS.CertFile, &c.TLS.KeyFile} {
			if *path != "" && !strings.HasPrefix(*path, "/") {
				*path = dir + "/" + *path
			}
		}
		if c.ScrapeTimeout == 0 {
			c.ScrapeTimeout = scrape.Timeout
		}
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("%+v\n%+v", before, after)
	}
}

// TestRedactedFlags: what the flags say can be taken as a file.
func TestRedactedFlags(t *testing.T) {
	workIn(t, t.TempDir())
	t.Setenv("QUMULO_PASSWORD", markerEnv)
	v, errs := Config{
		Clusters: []Cluster{{
			URLs: []string{"https://h"}, Credentials: qumulo.Credentials{Username: "u", Password: qumulo.NewSecret(markerEnv)},
			Concurrency: 3, Collectors: []string{"nodes"}, Intervals: map[string]time.Duration{"nodes": time.Minute},
		}},
		Scrape: scrape,
	}.Validate(quiet())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	after, errs := load(t, redacted(t, v))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	c := after.Clusters[0]
	if c.Name != "h" || c.Credentials.Password.Reveal() != markerEnv || c.Concurrency != 3 || !c.Proxy.ProxyFromEnvironment ||
		!reflect.DeepEqual(c.Collectors, []string{"nodes"}) || c.Intervals["nodes"] != time.Minute {
		t.Errorf("%+v", c)
	}
	if len(collector.Names()) < 2 {
		t.Error("one collector alone can't be told from all")
	}
}

// TestRedactedShowsNoKey: a private key beside an inline certificate, and what a
// proxy's URL should not hold, are in no page.
func TestRedactedShowsNoKey(t *testing.T) {
	const marker = "bWFya2VyLXByaXZhdGUta2V5"
	key := "-----BEGIN PRIVATE KEY-----\n" + marker + "\n-----END PRIVATE KEY-----\n"
	certificate := "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	shown := certificates("a note\n" + certificate + key + certificate)
	if shown != certificate+certificate {
		t.Errorf("shown: %s", shown)
	}
	for _, proxy := range []string{"http://p:1/?token=marker", "http://p:1/marker", "http://p:1#marker"} {
		if proxyURL("").Valid(proxy) {
			t.Errorf("%s is taken", proxy)
		}
	}
}
