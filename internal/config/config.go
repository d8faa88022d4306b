// Package config holds what the exporter is told to do: the settings of the
// flags or of qumulo_exporter.yml as one checked configuration.
package config

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Cluster is one cluster to watch. Two of them with the same settings are equal
// by reflect.DeepEqual.
type Cluster struct {
	Name        string
	URLs        []string
	Credentials qumulo.Credentials
	TLS         config.TLSConfig
	Proxy       config.ProxyConfig
	// WebUIURL is where people administer the cluster; "": see WebUI.
	WebUIURL string
	// ScrapeTimeout is the longest that a scrape of this cluster may take; 0:
	// Scrape.Timeout.
	ScrapeTimeout time.Duration
	Concurrency   int
	// MaxAnswerRows and MaxAnswerBytes bound each answer of the cluster; 0: each
	// operation's own bound.
	MaxAnswerRows  int
	MaxAnswerBytes int64
	// Labels go with the cluster in the service discovery.
	Labels map[string]string
	// Collectors are the names of those that are on, in the order of collector.All.
	Collectors []string
	// Intervals are of those collectors whose interval is not their own default.
	Intervals map[string]time.Duration
	// Options are those of collectors that have some of their own, where they are not the
	// defaults: pointers, as collector.Collector.Options returns them.
	Options []any

	passwordEnv string // where the password comes from, if from the environment
}

// Scrape bounds the time of a scrape.
type Scrape struct {
	// Timeout is the longest that a scrape may take.
	Timeout time.Duration
	// TimeoutOffset is taken off the timeout that Prometheus sends, for the way back.
	TimeoutOffset time.Duration
}

// Config is the whole configuration. From the flags there is exactly one cluster.
type Config struct {
	Clusters []Cluster
	Scrape   Scrape
}

// Validated is a configuration without config errors. Only Validate and Load make one.
type Validated struct{ Config }

// Validate checks what the flags say and returns all config errors, not only the first.
// There are no flags for a proxy: it comes from the environment.
func (c Config) Validate(files *Files) (Validated, []error) {
	c.Clusters = slices.Clone(c.Clusters)
	var paths []string
	for _, cluster := range c.Clusters {
		paths = append(paths, cluster.files()...)
	}
	w := flags{contents: files.readAll(maxWait, paths)}
	for i := range c.Clusters {
		cluster := &c.Clusters[i]
		cluster.URLs = slices.Clone(cluster.URLs)
		cluster.Proxy.ProxyFromEnvironment = true
		cluster.checkText(&w)
		cluster.checkEach(&w)
		cluster.checkTogether(&w)
	}
	c.Scrape.check(&w)
	w.errs = append(w.errs, environmentErrors(c.Clusters)...)
	if len(w.errs) > 0 {
		return Validated{}, w.errs
	}
	for i := range c.Clusters {
		if u, err := url.Parse(c.Clusters[i].URLs[0]); err == nil && c.Clusters[i].Name == "" {
			c.Clusters[i].Name = nameOf(u.Hostname())
		}
	}
	return Validated{c}, nil
}

// ValidateCollectors is Validate for what the flags say of collectors alone: no cluster
// needs to be given.
func (c Config) ValidateCollectors() []error {
	var w flags
	for _, cluster := range c.Clusters {
		cluster.checkIntervals(&w)
		cluster.checkOptions(&w)
		cluster.checkRequired(&w)
	}
	return w.errs
}

// checkText finds flags that the file could not hold, and /config not show.
func (c Cluster) checkText(w *flags) {
	for _, setting := range []struct{ key, text string }{
		{"username", c.Credentials.Username},
		{"password_file", c.Credentials.PasswordFile},
		{"access_token_file", c.Credentials.AccessTokenFile},
		{"tls_config.ca_file", c.TLS.CAFile},
		{"tls_config.server_name", c.TLS.ServerName},
		{"web_ui_url", c.WebUIURL},
	} {
		if !utf8.ValidString(setting.text) {
			w.errorf(setting.key, "not UTF-8")
		}
	}
}

// WebUI is the URL at which people administer the cluster: the one configured, else that of the
// host of the first address, on the usual port.
func (c Cluster) WebUI() string {
	if c.WebUIURL != "" {
		return c.WebUIURL
	}
	u, err := url.Parse(c.URLs[0])
	if err != nil {
		return ""
	}
	return "https://" + strings.TrimSuffix(u.Host, ":"+u.Port())
}

// ClientConfig is what a client of the cluster is made with, as far as the
// configuration says it.
func (c Cluster) ClientConfig() qumulo.Config {
	return qumulo.Config{
		URLs: c.URLs, Credentials: c.Credentials, TLS: c.TLS, Proxy: c.Proxy, Concurrency: c.Concurrency,
		MaxRows: c.MaxAnswerRows, MaxBytes: c.MaxAnswerBytes,
	}
}
