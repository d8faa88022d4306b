// Package config holds what the exporter is told to do: the flags' settings as
// one checked configuration.
package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Cluster is one cluster to watch.
type Cluster struct {
	Name        string
	URLs        []string
	Credentials qumulo.Credentials
	TLS         config.TLSConfig
	Concurrency int
	// MaxAnswerRows and MaxAnswerBytes bound each answer of the cluster, in place
	// of the operation's own bounds; 0: those.
	MaxAnswerRows  int
	MaxAnswerBytes int64
	Collectors     []string // names of those that are on
	// Intervals are the least times between two reads of a collector, where it is
	// not the collector's own default.
	Intervals map[string]time.Duration
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
	faults := append(c.Cluster.faults(), c.Scrape.faults()...)
	if c.Cluster.Name == "" && len(faults) == 0 {
		if u, err := url.Parse(c.Cluster.URLs[0]); err == nil {
			c.Cluster.Name = u.Hostname()
		}
	}
	return Validated{c}, faults
}

// faults of the cluster; URLs are completed on the way.
func (c *Cluster) faults() []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(c.URLs) == 0 {
		fault("no cluster to watch: give its address with --qumulo.url=https://HOST:8000")
	}
	for i, text := range c.URLs {
		u, err := qumulo.ParseURL(text)
		if err != nil {
			fault("--qumulo.url: %w", err)
			continue
		}
		c.URLs[i] = u.String()
	}
	if err := c.Credentials.Validate(); err != nil {
		fault("%w (--qumulo.access-token-file, or --qumulo.username with --qumulo.password-file or QUMULO_PASSWORD)", err)
	}
	for _, file := range []struct{ flag, path string }{
		{"--qumulo.access-token-file", c.Credentials.AccessTokenFile},
		{"--qumulo.password-file", c.Credentials.PasswordFile},
	} {
		if err := readable(file.path); err != nil {
			fault("%s: %w", file.flag, err)
		}
	}
	if _, err := config.NewTLSConfig(&c.TLS); err != nil {
		fault("--qumulo.ca-file: want a readable file with certificates in PEM form: %w", err)
	}
	if len(c.Collectors) == 0 {
		fault("all collectors are off: leave one on")
	}
	if c.Concurrency < 1 {
		fault("--qumulo.concurrency: must be at least 1")
	}
	if c.MaxAnswerRows < 0 {
		fault("--qumulo.max-answer-rows: must not be negative")
	}
	if c.MaxAnswerBytes < 0 {
		fault("--qumulo.max-answer-bytes: must not be negative")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Intervals)) {
		if c.Intervals[name] < 0 {
			fault("--collector.%s.interval: must not be negative", name)
		}
	}
	return faults
}

func (s Scrape) faults() []error {
	var faults []error
	if s.Timeout <= 0 {
		faults = append(faults, errors.New("--scrape.timeout: must be above 0"))
	}
	if s.TimeoutOffset < 0 {
		faults = append(faults, errors.New("--scrape.timeout-offset: must not be negative"))
	}
	return faults
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
		Concurrency: c.Cluster.Concurrency, MaxRows: c.Cluster.MaxAnswerRows, MaxBytes: c.Cluster.MaxAnswerBytes, UserAgent: userAgent, Hooks: hooks,
	})
}
