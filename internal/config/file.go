package config

import (
	"reflect"
	"strings"
)

// The types of the file. Their tags make the decoder, the rules of the defaults,
// the schema in docs/ and the tables in docs/configuration.md:
//
//	yaml      the key
//	doc       what it is for
//	required  it must be there
//	group     keys that go together: a cluster with one of them takes none of the
//	          group from the defaults
//	merge     the defaults' entries stay, unless the cluster has the same
//	min, max  the least and the greatest number or length, for the schema

// document is the whole file.
type document struct {
	Defaults settings  `yaml:"defaults,omitempty" doc:"Settings for all clusters. A cluster's own come before them."`
	Clusters []cluster `yaml:"clusters" required:"true" min:"1" doc:"The clusters to scrape, at most 1000."`
}

// cluster is one of the clusters in the file.
type cluster struct {
	Name clusterName `yaml:"name" required:"true" doc:"Name of the cluster in /probe and /sd, and its label instance. Must be unique."`
	URL  string      `yaml:"url,omitempty" doc:"Address of the cluster: https://HOST:8000."`
	URLs []string    `yaml:"urls,omitempty" min:"1" doc:"Addresses of the cluster, instead of url: if one fails, the exporter fails over to the next."`

	settings `yaml:",inline"`
}

// settings are what the defaults and each cluster may have.
type settings struct {
	Username        string   `yaml:"username,omitempty" group:"credentials" doc:"User to log in as."`
	PasswordFile    filePath `yaml:"password_file,omitempty" group:"credentials" doc:"File with the user's password."`
	PasswordEnv     string   `yaml:"password_env,omitempty" group:"credentials" doc:"NAME of the environment variable with the password, read with the file."`
	AccessTokenFile filePath `yaml:"access_token_file,omitempty" group:"credentials" doc:"File with an access token, instead of username and password."`

	TLS tlsConfig `yaml:"tls_config" doc:"TLS settings for the cluster. Default: trust the system's CAs."`

	ProxyURL             proxyURL     `yaml:"proxy_url,omitempty" group:"proxy" doc:"Proxy on the way to the cluster: http, https, socks5 or socks5h."`
	NoProxy              string       `yaml:"no_proxy,omitempty" group:"proxy" doc:"What is reached without the proxy of proxy_url, with commas between."`
	ProxyFromEnvironment bool         `yaml:"proxy_from_environment" group:"proxy" doc:"Take the proxy from HTTPS_PROXY, NO_PROXY. Without proxy keys: true."`
	ProxyConnectHeader   proxyHeaders `yaml:"proxy_connect_header,omitempty" group:"proxy" doc:"Headers for the proxy's CONNECT: lists of values by name."`

	WebUIURL       string   `yaml:"web_ui_url,omitempty" doc:"URL of the cluster's Web UI, for links in dashboards. Default: the host of the first address."`
	ScrapeTimeout  duration `yaml:"scrape_timeout,omitempty" doc:"Maximum duration of a scrape of the cluster. 0s, or without it: that of --scrape.timeout."`
	Concurrency    *int     `yaml:"concurrency,omitempty" min:"1" max:"100" doc:"Maximum number of concurrent calls to the cluster, 1 to 100. Default: 8."`
	MaxAnswerRows  int      `yaml:"max_answer_rows,omitempty" min:"0" doc:"Maximum number of rows in an answer. 0, or without it: a limit for each call."`
	MaxAnswerBytes int64    `yaml:"max_answer_bytes,omitempty" min:"0" doc:"Maximum size of an answer in bytes. 0, or without it: a limit for each call."`

	Labels     labels     `yaml:"labels,omitempty" merge:"true" doc:"Labels that /sd gives to the cluster. An empty value removes one of the defaults."`
	Collectors collectors `yaml:"collectors,omitempty" merge:"true" doc:"By name: on, off, or a mapping of options, which means on."`
}

// tlsConfig has the keys of Prometheus's tls_config. Left out are those that hold
// a secret in the file or name one in a secret manager.
type tlsConfig struct {
	CAFile             filePath   `yaml:"ca_file,omitempty" doc:"File with the CA certificates (PEM) to trust. It is read again when it changes."`
	CA                 string     `yaml:"ca,omitempty" doc:"The CA certificates themselves, instead of ca_file."`
	CertFile           filePath   `yaml:"cert_file,omitempty" doc:"File with the client's certificate (PEM)."`
	Cert               string     `yaml:"cert,omitempty" doc:"The client's certificate itself, instead of cert_file."`
	KeyFile            filePath   `yaml:"key_file,omitempty" doc:"File with the key of the client's certificate (PEM)."`
	ServerName         string     `yaml:"server_name,omitempty" doc:"Name to expect in the cluster's certificate, if it is not that of the address."`
	InsecureSkipVerify bool       `yaml:"insecure_skip_verify" doc:"Skip verification of the cluster's certificate: anyone between can read the credentials."`
	MinVersion         tlsVersion `yaml:"min_version,omitempty" doc:"Minimum TLS version: TLS10, TLS11, TLS12 or TLS13. Default: TLS12."`
	MaxVersion         tlsVersion `yaml:"max_version,omitempty" doc:"Maximum TLS version, in the same words."`
}

// field is a key of a mapping and where its value belongs.
type field struct {
	reflect.StructField

	key string
}

// fieldsOf lists the keys of a mapping that is read into t, in order.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for _, f := range reflect.VisibleFields(t) {
		if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" {
			list = append(list, field{f, key})
		}
	}
	return list
}

// keysOf are the keys of a mapping that is read into t.
func keysOf(t reflect.Type) string {
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return strings.Join(keys, ", ")
}
