package config

import (
	"bytes"
	"cmp"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// secret stands for what is not shown.
const secret = "<secret>"

// hiddenUser stands in a URL for the user and password.
const hiddenUser = "://" + secret + "@"

// Redacted returns the configuration in effect as YAML, in the form of the file:
// each cluster with all its settings, those of the defaults and of the flags
// included, and "<secret>" for what is secret. Paths are absolute.
func (v Validated) Redacted() ([]byte, error) {
	var doc document
	for _, c := range v.Clusters {
		own := cluster{Name: clusterName(c.Name), URLs: c.URLs, settings: c.settings(v.Scrape)}
		if len(c.URLs) == 1 {
			own.URL, own.URLs = c.URLs[0], nil
		}
		for _, path := range []*filePath{&own.PasswordFile, &own.AccessTokenFile, &own.TLS.CAFile, &own.TLS.CertFile, &own.TLS.KeyFile} {
			if *path == "" {
				continue
			}
			absolute, err := filepath.Abs(string(*path))
			if err != nil {
				return nil, err
			}
			*path = filePath(absolute)
		}
		doc.Clusters = append(doc.Clusters, own)
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// certificates leaves everything but the certificates out of a text in PEM form:
// a private key often stands beside its certificate.
func certificates(text string) string {
	var b strings.Builder
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return b.String()
		}
		if block.Type == "CERTIFICATE" {
			b.Write(pem.EncodeToMemory(block)) // with its headers: with one it is no CA
		}
	}
}

// settings is the reverse of place.cluster.
func (c Cluster) settings(scrape Scrape) settings {
	s := settings{
		Username: c.Credentials.Username, PasswordFile: filePath(c.Credentials.PasswordFile), AccessTokenFile: filePath(c.Credentials.AccessTokenFile),
		TLS: tlsConfig{
			CA: certificates(c.TLS.CA), CAFile: filePath(c.TLS.CAFile),
			Cert: certificates(c.TLS.Cert), CertFile: filePath(c.TLS.CertFile), KeyFile: filePath(c.TLS.KeyFile),
			ServerName: c.TLS.ServerName, InsecureSkipVerify: c.TLS.InsecureSkipVerify,
			MinVersion: tlsVersion(c.TLS.MinVersion.String()), MaxVersion: tlsVersion(c.TLS.MaxVersion.String()),
		},
		NoProxy: c.Proxy.NoProxy, ProxyFromEnvironment: c.Proxy.ProxyFromEnvironment, ProxyConnectHeader: make(proxyHeaders),
		ScrapeTimeout: durationOf(cmp.Or(c.ScrapeTimeout, scrape.Timeout)), Concurrency: &c.Concurrency,
		MaxAnswerRows: c.MaxAnswerRows, MaxAnswerBytes: c.MaxAnswerBytes, Labels: c.Labels, Collectors: make(collectors),
		WebUIURL: c.WebUIURL,
	}
	if !c.Credentials.Password.IsZero() {
		s.PasswordEnv = cmp.Or(c.passwordEnv, flagsPasswordEnv)
	}
	if u := c.Proxy.ProxyURL.URL; u != nil {
		shown := *u
		shown.User = nil
		s.ProxyURL = proxyURL(shown.String())
		if u.User != nil {
			s.ProxyURL = proxyURL(strings.Replace(shown.String(), "://", hiddenUser, 1))
		}
	}
	for name, values := range c.Proxy.ProxyConnectHeader {
		s.ProxyConnectHeader[name] = slices.Repeat([]string{secret}, len(values))
	}
	for _, known := range collector.All() {
		setting := &collectorSetting{off: !slices.Contains(c.Collectors, known.Name)}
		own := c.optionsOf(known)
		if interval, given := c.Intervals[known.Name]; given || own != nil {
			setting.mapping = newMapping(known, cmp.Or(own, defaults(known)))
			if given {
				setting.mapping.FieldByName("Interval").SetString(string(durationOf(interval)))
			}
		}
		s.Collectors[known.Name] = setting
	}
	return s
}
