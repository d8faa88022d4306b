package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
)

// form is a text that has to have a form of its own: here, or among the options of a collector.
type form interface {
	Valid(text string) bool
	// Want names the form, after "want".
	Want() string
}

// keyed is a mapping with free keys.
type keyed interface {
	// wrongKey says what is wrong with the key, "" if nothing.
	wrongKey(key string) string
}

// filePath is relative to the folder of the file until it is decoded.
type filePath string

// clusterName stands in URLs and in labels.
type clusterName string

// maxName is how long a name may be.
const maxName = 128

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

// nameOf makes a name of a cluster's host: the host itself, unless it has
// something that no name may have. "::1" becomes "0--1".
func nameOf(host string) string {
	name := strings.Map(func(r rune) rune {
		if nameForm.MatchString("a" + string(r)) {
			return r
		}
		return '-'
	}, host)
	if !nameForm.MatchString(name[:1]) {
		name = "0" + name // the address stays the same for IPv6
	}
	return name[:min(len(name), maxName)]
}

func (clusterName) Valid(text string) bool { return nameForm.MatchString(text) }

func (clusterName) Want() string {
	return "a text of 1 to 128 letters, digits, dots, underscores and hyphens, with a letter or digit first"
}

// duration is written as Prometheus writes durations; "" if there is none.
type duration string

func (duration) Valid(text string) bool {
	_, err := model.ParseDuration(text)
	return err == nil
}

func (duration) Want() string { return "a duration like 30s, 5m or 1h30m" }

// value is 0 for "" too.
func (d duration) value() time.Duration {
	parsed, _ := model.ParseDuration(string(d))
	return time.Duration(parsed)
}

func durationOf(d time.Duration) duration { return duration(model.Duration(d).String()) }

// tlsVersion is a word of Prometheus's for a version of TLS.
type tlsVersion string

func tlsVersions() []string { return []string{"TLS10", "TLS11", "TLS12", "TLS13"} }

func (tlsVersion) Valid(text string) bool { return slices.Contains(tlsVersions(), text) }

func (tlsVersion) Want() string { return "one of " + strings.Join(tlsVersions(), ", ") }

func (v tlsVersion) number() config.TLSVersion { return config.TLSVersions[string(v)] }

// proxyURL may hold a user and a password.
type proxyURL string

func (proxyURL) Valid(text string) bool {
	u, err := proxyURL(text).parse()
	return err == nil && usableProxy(u) && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

func (proxyURL) Want() string { return wantProxy }

// value is the URL; a nil one for "".
func (p proxyURL) value() config.URL {
	if p == "" {
		return config.URL{}
	}
	u, _ := p.parse()
	return config.URL{URL: u}
}

// parse takes the place of a user and password too, which is no URL as it stands:
// what /config shows must load.
func (p proxyURL) parse() (*url.URL, error) {
	return url.Parse(strings.Replace(string(p), hiddenUser, "://"+url.PathEscape(secret)+"@", 1))
}

// labels are by name. An empty value is as good as no label.
type labels map[string]string

var labelForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (labels) wrongKey(key string) string {
	switch {
	case key == "instance":
		return "instance is the cluster's name: choose another label"
	case strings.HasPrefix(key, "__"):
		return "labels that begin with __ are Prometheus's own: choose another label"
	case !labelForm.MatchString(key):
		return "not the name of a label: want letters, digits and underscores, and no digit first"
	}
	return ""
}

// proxyHeaders may hold secrets in their values.
type proxyHeaders map[string][]string

var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (proxyHeaders) wrongKey(key string) string {
	if !headerForm.MatchString(key) {
		return "not the name of a header"
	}
	return ""
}

// secret is the same in the type of Prometheus's.
func (h proxyHeaders) secret() config.ProxyHeader {
	var header config.ProxyHeader
	for name, values := range h {
		for _, value := range values {
			if header == nil {
				header = make(config.ProxyHeader)
			}
			header[name] = append(header[name], config.Secret(value))
		}
	}
	return header
}
