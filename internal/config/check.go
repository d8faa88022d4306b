package config

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// maxConcurrency bounds the calls at a time, for which connections are opened.
const maxConcurrency = 100

// wholeMillis is about durations: the file has no shorter ones.
const wholeMillis = "want whole milliseconds"

// checkEach finds what is wrong with single settings, and completes the URLs.
func (c Cluster) checkEach(w where) {
	for i, text := range c.URLs {
		u, err := qumulo.ParseURL(text)
		if err != nil {
			w.errorf(fmt.Sprintf("urls[%d]", i), "%v", err)
			continue
		}
		c.URLs[i] = u.String()
	}
	c.checkFiles(w)
	if c.Concurrency < 1 || c.Concurrency > maxConcurrency {
		w.errorf("concurrency", "must be 1 to 100")
	}
	if c.MaxAnswerRows < 0 {
		w.errorf("max_answer_rows", "must not be negative")
	}
	if c.MaxAnswerBytes < 0 {
		w.errorf("max_answer_bytes", "must not be negative")
	}
	c.checkIntervals(w)
	if c.WebUIURL != "" && !isWebURL(c.WebUIURL) {
		w.errorf("web_ui_url", "want a URL like https://cluster.example.com, without a user or password")
	}
	c.checkOptions(w)
}

// maxWebURL bounds a URL that is a label of a series.
const maxWebURL = 512

// isWebURL reports whether a browser can be sent there.
func isWebURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(text) <= maxWebURL
}

// files are the paths of all files that the cluster needs; "" for none.
func (c Cluster) files() []string {
	return []string{c.Credentials.AccessTokenFile, c.Credentials.PasswordFile, c.TLS.CAFile, c.TLS.CertFile, c.TLS.KeyFile}
}

// checkFiles finds files that can't be read, and secret files without a secret.
// What certificates and keys hold is for tlsError.
func (c Cluster) checkFiles(w where) {
	for _, file := range []struct {
		key, path string
		check     func(string) error
	}{
		{"access_token_file", c.Credentials.AccessTokenFile, qumulo.Credentials{AccessTokenFile: c.Credentials.AccessTokenFile}.CheckSecret},
		{"password_file", c.Credentials.PasswordFile, qumulo.Credentials{PasswordFile: c.Credentials.PasswordFile}.CheckSecret},
		{"tls_config.cert_file", c.TLS.CertFile, nil},
		{"tls_config.key_file", c.TLS.KeyFile, nil},
		{"tls_config.ca_file", c.TLS.CAFile, nil},
	} {
		if file.path == "" {
			continue
		}
		read := w.content(file.path)
		err := read.err
		if err == nil && file.check != nil {
			err = file.check(string(read.data))
		}
		switch {
		case err == nil, errors.Is(err, ErrNoAnswer):
		case file.path == c.TLS.CAFile:
			w.errorf(file.key, "%s: %s", wantCA, w.cause(err))
		default:
			w.errorf(file.key, "%s", w.cause(err))
		}
	}
}

// checkTogether finds what is missing and what does not go together.
func (c Cluster) checkTogether(w where) {
	if len(c.URLs) == 0 && w.sound("url", "urls") {
		w.errorf("urls", "no cluster to scrape: give its address with %s", w.address())
	}
	if w.sound("username", "password_file", "password_env", "access_token_file") {
		c.checkCredentials(w)
	}
	if w.sound("tls_config", "tls_config.ca", "tls_config.ca_file", "tls_config.cert", "tls_config.cert_file", "tls_config.key_file") {
		if key, text := w.tlsError(c.TLS); text != "" {
			w.errorf(key, "%s", text)
		}
	}
	if w.sound("proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header") {
		c.checkProxy(w)
	}
	c.checkRequired(w)
}

func (c Cluster) checkCredentials(w where) {
	given := c.Credentials
	err := given.Validate()
	if err == nil {
		return
	}
	var key string
	switch hasPassword := !given.Password.IsZero() || given.PasswordFile != ""; {
	case given.AccessTokenFile != "":
		key = "access_token_file"
	case given.Username != "" && !hasPassword:
		key, err = "username", errors.New("no password for this user") // the error repeats the name
	case given.PasswordFile != "":
		key = "password_file"
	case hasPassword:
		key = "password_env"
	}
	w.errorf(key, "%v (%s)", err, w.login())
}

const wantCA = "want a readable file with certificates in PEM form"

// tlsError says what is wrong with the settings of TLS as a whole, and with the
// content of their files; "" if nothing.
func tlsError(t config.TLSConfig, files contents) (key, text string) {
	switch hasCertificate := t.Cert != "" || t.CertFile != ""; {
	case t.CA != "" && t.CAFile != "":
		return "tls_config.ca", "give ca or ca_file, not both"
	case t.Cert != "" && t.CertFile != "":
		return "tls_config.cert", "give cert or cert_file, not both"
	case hasCertificate && t.KeyFile == "":
		return "tls_config", "a client certificate without its key: give key_file too"
	case !hasCertificate && t.KeyFile != "":
		return "tls_config.key_file", "a key without its certificate: give cert_file too"
	case t.MinVersion != 0 && t.MaxVersion != 0 && t.MaxVersion < t.MinVersion:
		return "tls_config.max_version", "must not be below min_version"
	}
	return contentError(t, files)
}

// contentError looks into certificates and keys.
func contentError(t config.TLSConfig, files contents) (key, text string) {
	inline := config.TLSConfig{CA: t.CA, Cert: t.Cert}
	for _, file := range []struct {
		path string
		set  func(text string)
	}{
		{t.CAFile, func(text string) { inline.CA = text }},
		{t.CertFile, func(text string) { inline.Cert = text }},
		{t.KeyFile, func(text string) { inline.Key = config.Secret(text) }},
	} {
		read, named := files[file.path]
		if read.err != nil {
			return "", "" // it has not answered, or is a config error of its own
		}
		if named {
			file.set(string(read.data) + "\n") // no text at all would mean that there is no such setting
		}
	}
	_, err := config.NewTLSConfig(&inline)
	if err == nil {
		return "", ""
	}
	if _, caErr := config.NewTLSConfig(&config.TLSConfig{CA: inline.CA}); caErr == nil {
		return "tls_config", fmt.Sprintf("certificate and key: %v", innermost(err))
	}
	if t.CA != "" {
		return "tls_config.ca", "want certificates in PEM form"
	}
	return "tls_config.ca_file", wantCA
}

// innermost leaves out what is said around an error, such as the paths of files.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

func (c Cluster) checkProxy(w where) {
	p := c.Proxy
	switch byURL := p.ProxyURL.URL != nil; {
	case byURL && p.ProxyFromEnvironment:
		w.errorf("proxy_from_environment", "give proxy_url or proxy_from_environment, not both")
	case !byURL && p.NoProxy != "":
		w.errorf("no_proxy", "goes with proxy_url only: give it too")
	case !byURL && !p.ProxyFromEnvironment && len(p.ProxyConnectHeader) > 0:
		w.errorf("proxy_connect_header", "goes with proxy_url or proxy_from_environment only: give one of them too")
	}
}

func (s Scrape) check(w where) {
	switch {
	case s.Timeout <= 0:
		w.errorf("scrape.timeout", "must be above 0")
	case s.Timeout%time.Millisecond != 0:
		w.errorf("scrape.timeout", wholeMillis)
	}
	if s.TimeoutOffset < 0 {
		w.errorf("scrape.timeout-offset", "must not be negative")
	}
}
