package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

func byFlags() Config {
	return Config{
		Clusters: []Cluster{{
			URLs: []string{"https://h"}, Credentials: qumulo.Credentials{AccessTokenFile: "token"}, Concurrency: 8, Collectors: []string{"nodes"},
		}},
		Scrape: scrape,
	}
}

func TestValidate(t *testing.T) {
	workIn(t, t.TempDir())
	given := byFlags()
	v, errs := given.Validate(quiet())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := byFlags()
	want.Clusters[0].Name, want.Clusters[0].URLs = "h", []string{"https://h:8000"}
	want.Clusters[0].Proxy.ProxyFromEnvironment = true
	if !reflect.DeepEqual(v.Config, want) {
		t.Errorf("%+v", v)
	}
	if !reflect.DeepEqual(given, byFlags()) {
		t.Errorf("what was given has changed: %+v", given)
	}
	closeClient(t, v.Clusters[0])
}

// TestErrorsOfFlags: each names its flag.
func TestErrorsOfFlags(t *testing.T) {
	workIn(t, t.TempDir())
	const ways = "(--qumulo.access-token-file, or --qumulo.username with --qumulo.password-file or QUMULO_PASSWORD)"
	for name, c := range map[string]struct {
		change func(*Config, *Cluster)
		want   string
	}{
		"nothing": {
			func(c *Config, _ *Cluster) { *c = Config{Clusters: make([]Cluster, 1)} },
			"--qumulo.concurrency: must be 1 to 100\n" +
				"no cluster to scrape: give its address with --qumulo.url=https://HOST:8000\n" +
				"no credentials: give an access token file, or a username and a password file " + ways + "\n" +
				"all collectors are off: turn at least one on\n--scrape.timeout: must be above 0",
		},
		"url": {
			func(_ *Config, c *Cluster) { c.URLs = []string{"https://u:" + markerValue + "@h", "https://h"} },
			"--qumulo.url: a URL must not hold a user or password: give them by their own settings",
		},
		"two ways": {
			func(_ *Config, c *Cluster) { c.Credentials.Username = "u" },
			"--qumulo.access-token-file: give either an access token file or a username and password, not both " + ways,
		},
		"no password": {
			func(_ *Config, c *Cluster) { c.Credentials = qumulo.Credentials{Username: "u"} },
			"--qumulo.username: no password for this user " + ways,
		},
		"token file":    {func(_ *Config, c *Cluster) { c.Credentials.AccessTokenFile = "/no" }, "--qumulo.access-token-file: open /no: no such file or directory"},
		"password file": {func(_ *Config, c *Cluster) { c.Credentials = qumulo.Credentials{Username: "u", PasswordFile: "."} }, "--qumulo.password-file: not a regular file"},
		"no CA file": {
			func(_ *Config, c *Cluster) { c.TLS.CAFile = "/no" },
			"--qumulo.ca-file: want a readable file with certificates in PEM form: open /no: no such file or directory",
		},
		"no CA":       {func(_ *Config, c *Cluster) { c.TLS.CAFile = "not-pem" }, "--qumulo.ca-file: want a readable file with certificates in PEM form"},
		"concurrency": {func(_ *Config, c *Cluster) { c.Concurrency = 0 }, "--qumulo.concurrency: must be 1 to 100"},
		"collectors":  {func(_ *Config, c *Cluster) { c.Collectors = nil }, "all collectors are off: turn at least one on"},
		"interval": {
			func(_ *Config, c *Cluster) { c.Intervals = map[string]time.Duration{"nodes": -1} },
			"--collector.nodes.interval: must not be negative",
		},
		"username": {func(_ *Config, c *Cluster) {
			c.Credentials = qumulo.Credentials{Username: "\xff", PasswordFile: "password"}
		}, "--qumulo.username: not UTF-8"},
		"server name":  {func(_ *Config, c *Cluster) { c.TLS.ServerName = "\xff" }, "--qumulo.server-name: not UTF-8"},
		"microseconds": {func(c *Config, _ *Cluster) { c.Scrape.Timeout = time.Second + time.Microsecond }, "--scrape.timeout: want whole milliseconds"},
		"short interval": {
			func(_ *Config, c *Cluster) { c.Intervals = map[string]time.Duration{"nodes": time.Microsecond} },
			"--collector.nodes.interval: want whole milliseconds",
		},
		"timeouts": {
			func(c *Config, _ *Cluster) { c.Scrape = Scrape{TimeoutOffset: -1} },
			"--scrape.timeout: must be above 0\n--scrape.timeout-offset: must not be negative",
		},
	} {
		t.Run(name, func(t *testing.T) {
			given := byFlags()
			c.change(&given, &given.Clusters[0])
			v, errs := given.Validate(quiet())
			if diff := cmp.Diff(strings.Split(c.want, "\n"), strings.Split(errors.Join(errs...).Error(), "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(v.Clusters) > 0 {
				t.Error("clusters in spite of config errors")
			}
			noMarker(t, errors.Join(errs...).Error())
		})
	}
}

// TestClient: a client is made with all settings.
func TestClient(t *testing.T) {
	workIn(t, t.TempDir())
	c := byFlags().Clusters[0]
	c.TLS = config.TLSConfig{CA: "no"}
	if _, err := qumulo.New(c.ClientConfig()); err == nil || !strings.Contains(err.Error(), "CA cert") {
		t.Error(err)
	}
	c = byFlags().Clusters[0]
	client, err := qumulo.New(c.ClientConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if got := client.State().Address; got != "https://h:8000" {
		t.Error(got)
	}
}
