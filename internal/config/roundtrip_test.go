//go:build !race

package config

import (
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// again loads what is shown of a configuration, which must be the same but for
// what is secret, and for the timeout of all clusters.
func again(t *testing.T, before Validated) {
	t.Helper()
	shown := redacted(t, before)
	after, errs := load(t, shown)
	if len(errs) > 0 {
		t.Fatalf("%v\n%.2000s", errs, shown)
	}
	if second := redacted(t, after); second != shown {
		t.Errorf("shown at first:\n%.2000s\nand then:\n%.2000s", shown, second)
	}
	for _, v := range []Validated{before, after} {
		for i := range v.Clusters {
			level(t, &v.Clusters[i])
		}
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("before:\n%+v\nafter:\n%+v", before, after)
	}
}

// level takes out of a cluster what may differ.
func level(t *testing.T, c *Cluster) {
	t.Helper()
	for _, path := range []*string{&c.Credentials.PasswordFile, &c.Credentials.AccessTokenFile, &c.TLS.CAFile, &c.TLS.CertFile, &c.TLS.KeyFile} {
		if *path != "" {
			absolute, err := filepath.Abs(*path)
			if err != nil {
				t.Fatal(err)
			}
			*path = absolute
		}
	}
	if c.ScrapeTimeout == 0 {
		c.ScrapeTimeout = scrape.Timeout
	}
	if u := c.Proxy.ProxyURL.URL; u != nil && u.User != nil {
		shown := *u
		shown.User = url.User(secret)
		c.Proxy.ProxyURL.URL = &shown
	}
	for name, values := range c.Proxy.ProxyConnectHeader {
		for i := range values {
			c.Proxy.ProxyConnectHeader[name][i] = secret
		}
	}
	if !c.Credentials.Password.IsZero() {
		c.passwordEnv = "PASSWORD_OF_A"
	}
	if c.Labels == nil {
		c.Labels = make(map[string]string)
	}
	if c.Intervals == nil {
		c.Intervals = make(map[string]time.Duration)
	}
}

// TestRoundTripOfFiles: every kind of setting, each alone.
func TestRoundTripOfFiles(t *testing.T) {
	workIn(t, t.TempDir())
	certificate, err := os.ReadFile("client.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(certificate)
	block.Headers = map[string]string{"note": "not a CA"}
	marked := strings.ReplaceAll(string(pem.EncodeToMemory(block))+string(certificate), "\n", "\n          ")
	for name, text := range map[string]string{
		"least":              one(),
		"IPv6":               strings.Replace(one(), "https://h", "https://[2001:db8::1]:8443", 1),
		"IPv6 with a zone":   strings.Replace(one(), "https://h", "'https://[fe80::1%25eth0]'", 1),
		"escaped host":       strings.Replace(one(), "https://h", "https://m%C3%BCnchen.example", 1),
		"user and proxy":     one("proxy_url: 'http://u:m%40rker@proxy:3128'"),
		"user alone":         one("proxy_url: 'https://marker@proxy'", "no_proxy: 'a,b'"),
		"a proxy with a /":   one("proxy_url: 'http://u:p@proxy:3128/'"),
		"a proxy by IPv6":    one("proxy_url: 'socks5://u:p@[fe80::1%25eth0]:1080'"),
		"a proxy alone":      one("proxy_url: socks5h://[::1]:1080"),
		"headers":            one("proxy_from_environment: true", "proxy_connect_header: {X-Secret: ['"+markerValue+"', b], x: []}"),
		"no proxy":           one("proxy_from_environment: false"),
		"odd names":          one("tls_config: {server_name: '<<'}", "labels: {a: '12', b: 'true', c: '~', d: \"\\t\\n\\u2028\\U0001F600\", e: '2026-11-24', f: '=', g: '*x', h: '1:20', i: 'no'}"),
		"a user like a word": bare("username: 'null'", "password_env: PASSWORD_OF_A"),
		"times":              one("scrape_timeout: 1h1ms", "collectors: {nodes: {interval: 0s}, drives: {interval: 1y}, version: off}"),
		"certificates":       one("tls_config:", "  min_version: TLS13", "  ca: |", "      "+marked),
		"a thousand": "defaults: {access_token_file: token, tls_config: {ca_file: ca.pem}, labels: {site: '" + strings.Repeat("x", 1500) + "'}}\nclusters:\n" +
			repeated("  - {name: c%d, url: https://h}\n", maxItems),
	} {
		t.Run(name, func(t *testing.T) {
			v, errs := load(t, text)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			again(t, v)
		})
	}
}

// TestRoundTripOfFlags: the cluster's name is made of its address, and the file
// takes it.
func TestRoundTripOfFlags(t *testing.T) {
	workIn(t, t.TempDir())
	t.Setenv("QUMULO_PASSWORD", markerEnv)
	long := strings.Repeat("a23456789.", 15) + "example"
	for address, name := range map[string]string{
		"https://h":                         "h",
		"https://Node-1.example.com:443":    "Node-1.example.com",
		"https://10.0.0.1":                  "10.0.0.1",
		"https://[2001:db8::1]":             "2001-db8--1",
		"https://[::1]:8443":                "0--1",
		"https://[fe80::1%25eth0]":          "fe80--1-eth0",
		"https://m%C3%BCnchen.example":      "m-nchen.example",
		"https://_cluster":                  "0_cluster",
		"https://" + long:                   long[:128],
		"https://\u00fc":                    "0-",
		"http://[::ffff:127.0.0.1]:8000":    "0--ffff-127.0.0.1",
		"https://trailing.dot.example.com.": "trailing.dot.example.com.",
	} {
		t.Run(address, func(t *testing.T) {
			v, errs := Config{
				Clusters: []Cluster{{
					URLs: []string{address, "https://[::2]"}, Credentials: qumulo.Credentials{Username: "12\n", Password: qumulo.NewSecret(markerEnv)},
					TLS: config.TLSConfig{CAFile: "ca.pem", ServerName: "0x1F"}, Concurrency: 3, MaxAnswerRows: 1, MaxAnswerBytes: 2,
					Collectors: []string{"nodes"}, Intervals: map[string]time.Duration{"nodes": 90 * time.Second},
				}},
				Scrape: scrape,
			}.Validate(quiet())
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := v.Clusters[0].Name; got != name {
				t.Errorf("the name is %s, want %s", got, name)
			}
			again(t, v)
		})
	}
}
