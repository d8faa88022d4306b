// Package config holds what the exporter is told to do: the flags' settings as
// one checked configuration.
package config

import (
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Cluster is one cluster to watch.
type Cluster struct {
	Name        string
	URLs        []string
	Credentials qumulo.Credentials
	TLS         config.TLSConfig
	Concurrency int
	Collectors  []string // names of those that are on
}

// Scrape bounds the time of a scrape.
type Scrape struct {
	// Timeout is the longest that a scrape may take.
	Timeout time.Duration
	// TimeoutOffset is taken off the timeout that Prometheus sends, for the way back.
	TimeoutOffset time.Duration
}

// Config is the whole configuration.
type Config struct {
	Cluster Cluster
	Scrape  Scrape
}

// Validated is a configuration without faults. Only Validate makes one.
type Validated struct{ Config }

// Validate checks everything and gives all faults, not only the first.
func (c Config) Validate() (Validated, []error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(c.Cluster.URLs) == 0 {
		fault("no cluster to watch: give its address with --qumulo.url=https://HOST:8000")
	}
	for i, text := range c.Cluster.URLs {
		if u, err := qumulo.ParseURL(text); err != nil {
			fault("--qumulo.url: %w", err)
		} else {
			c.Cluster.URLs[i] = u.String()
		}
	}
	if err := c.Cluster.Credentials.Validate(); err != nil {
		fault("%w (--qumulo.access-token-file, or --qumulo.username with --qumulo.password-file or QUMULO_PASSWORD)", err)
	}
	for flag, path := range map[string]string{
		"--qumulo.access-token-file": c.Cluster.Credentials.AccessTokenFile,
		"--qumulo.password-file":     c.Cluster.Credentials.PasswordFile,
		"--qumulo.ca-file":           c.Cluster.TLS.CAFile,
	} {
		if err := readable(path); err != nil {
			fault("%s: %w", flag, err)
		}
	}
	if _, err := config.NewTLSConfig(&c.Cluster.TLS); err != nil && readable(c.Cluster.TLS.CAFile) == nil {
		fault("--qumulo.ca-file: %w: want certificates in PEM form", err)
	}
	if c.Cluster.Concurrency < 1 {
		fault("--qumulo.concurrency: must be at least 1")
	}
	if c.Scrape.Timeout <= 0 {
		fault("--scrape.timeout: must be above 0")
	}
	if c.Scrape.TimeoutOffset < 0 {
		fault("--scrape.timeout-offset: must not be negative")
	}
	if _, err := collector.Select(c.Cluster.Collectors, nil, nil); err != nil {
		fault("%w", err)
	}
	if c.Cluster.Name == "" && len(c.Cluster.URLs) > 0 {
		if u, err := url.Parse(c.Cluster.URLs[0]); err == nil {
			c.Cluster.Name = u.Hostname()
		}
	}
	return Validated{c}, faults
}

func readable(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// Client makes the cluster's client.
func (c Validated) Client(userAgent string, hooks qumulo.Hooks) (*qumulo.Client, error) {
	return qumulo.New(qumulo.Config{
		URLs: c.Cluster.URLs, Credentials: c.Cluster.Credentials, TLS: c.Cluster.TLS,
		Proxy:       config.ProxyConfig{ProxyFromEnvironment: true},
		Concurrency: c.Cluster.Concurrency, UserAgent: userAgent, Hooks: hooks,
	})
}
