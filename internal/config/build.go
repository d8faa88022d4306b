package config

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	// maxLabels bounds the labels of all clusters, in bytes: a file is small, but
	// its defaults and aliases count for each cluster.
	maxLabels = 16 << 20
	// sizeOfLabel is what a label takes beside its two texts.
	sizeOfLabel = 32
)

// build makes the clusters of the file and checks them.
func (d *decoder) build(doc *document) []Cluster {
	defaults := place{decoder: d, path: defaultsPath}
	unused := defaults.cluster(&doc.Defaults)
	places, clusters := d.clusters(doc)

	paths := unused.files()
	for _, c := range clusters {
		paths = append(paths, c.files()...)
	}
	d.contents = d.files.readAll(d.left, paths)
	unused.checkEach(defaults)
	for i, c := range clusters {
		c.checkEach(places[i])
		c.checkTogether(places[i])
	}
	return clusters
}

// clusters makes the clusters, and the place of each, unchecked.
func (d *decoder) clusters(doc *document) (places []place, clusters []Cluster) {
	named := make(map[clusterName]string)
	size := 0
	for i := range doc.Clusters {
		own := &doc.Clusters[i]
		p := place{decoder: d, path: fmt.Sprintf("clusters[%d]", i), inherited: make(map[string]bool)}
		if d.bad[p.path] {
			continue
		}
		if other, taken := named[own.Name]; taken {
			p.errorf("name", "also the name of %s in line %d: names must be unique", other, d.lines[other+".name"])
		} else if own.Name != "" {
			named[own.Name] = p.path
		}
		merged := p.inherit(own.settings, doc.Defaults)
		c := p.cluster(&merged)
		if size += c.sizeOfLabels(); size > maxLabels {
			p.errorf("labels", "the labels of all clusters together are larger than 16 MiB (those of the defaults, and those behind aliases, "+
				"count for each cluster)")
			return places, clusters // the next cluster may be as large
		}
		c.Name, c.URLs = string(own.Name), own.URLs
		switch {
		case p.given("url") && p.given("urls"):
			p.errorf("urls", "give url or urls, not both")
		case own.URL != "":
			c.URLs = []string{own.URL}
		}
		places, clusters = append(places, p), append(clusters, c)
	}
	return places, clusters
}

// sizeOfLabels is about what they take in memory, in bytes.
func (c Cluster) sizeOfLabels() int {
	size := 0
	for name, value := range c.Labels {
		size += len(name) + len(value) + sizeOfLabel
	}
	return size
}

// inherit returns a cluster's own settings with those of the defaults for which it
// has none, and notes which these are.
func (p place) inherit(own, defaults settings) settings {
	target, from := reflect.ValueOf(&own).Elem(), reflect.ValueOf(defaults)
	for _, f := range fieldsOf(target.Type()) {
		merge, group := f.Tag.Get("merge") != "", f.Tag.Get("group")
		switch field := target.FieldByIndex(f.Index); {
		case merge:
			field.Set(union(from.FieldByIndex(f.Index), field))
		case group != "" && p.has(p.path, group), group == "" && p.lines[p.path+"."+f.key] > 0:
			continue
		default:
			field.Set(from.FieldByIndex(f.Index))
		}
		p.inherited[f.key] = true
	}
	return own
}

// union is a map with the entries of both; those of own win.
func union(defaults, own reflect.Value) reflect.Value {
	both := reflect.MakeMap(own.Type())
	for _, from := range []reflect.Value{defaults, own} {
		for entries := from.MapRange(); entries.Next(); {
			both.SetMapIndex(entries.Key(), entries.Value())
		}
	}
	return both
}

// has reports whether the file gives a key of the group below path.
func (d *decoder) has(path, group string) bool {
	for _, f := range fieldsOf(reflect.TypeFor[settings]()) {
		if f.Tag.Get("group") == group && d.lines[path+"."+f.key] > 0 {
			return true
		}
	}
	return false
}

// cluster makes what settings say, all but name and addresses.
func (p place) cluster(s *settings) Cluster {
	c := Cluster{
		Credentials: qumulo.Credentials{
			Username: s.Username, PasswordFile: string(s.PasswordFile), AccessTokenFile: string(s.AccessTokenFile),
			Password: p.password(s.PasswordEnv),
		},
		TLS: config.TLSConfig{
			CA: s.TLS.CA, CAFile: string(s.TLS.CAFile), Cert: s.TLS.Cert, CertFile: string(s.TLS.CertFile), KeyFile: string(s.TLS.KeyFile),
			ServerName: s.TLS.ServerName, InsecureSkipVerify: s.TLS.InsecureSkipVerify,
			MinVersion: s.TLS.MinVersion.number(), MaxVersion: s.TLS.MaxVersion.number(),
		},
		Proxy: config.ProxyConfig{
			ProxyURL: s.ProxyURL.value(), NoProxy: s.NoProxy, ProxyConnectHeader: s.ProxyConnectHeader.secret(),
			ProxyFromEnvironment: s.ProxyFromEnvironment ||
				!p.given("proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"),
		},
		ScrapeTimeout: s.ScrapeTimeout.value(), Concurrency: *cmp.Or(s.Concurrency, new(qumulo.DefaultConcurrency)),
		MaxAnswerRows: s.MaxAnswerRows, MaxAnswerBytes: s.MaxAnswerBytes, WebUIURL: s.WebUIURL,
		Labels: make(map[string]string), Intervals: make(map[string]time.Duration), passwordEnv: s.PasswordEnv,
	}
	for name, value := range s.Labels {
		if value != "" {
			c.Labels[name] = value
		}
	}
	for _, known := range collector.All() {
		setting, given := s.Collectors[known.Name]
		if given && !setting.off || !given && known.Enabled {
			c.Collectors = append(c.Collectors, known.Name)
		}
		if interval := setting.interval(); interval != "" {
			c.Intervals[known.Name] = interval.value()
		}
		if own := setting.own(known); own != nil {
			c.Options = append(c.Options, own)
		}
	}
	return c
}

// password is that in the environment variable; zero if none is named.
func (p place) password(env string) qumulo.Secret {
	if env == "" {
		return qumulo.Secret{}
	}
	password := os.Getenv(env)
	if password == "" {
		// It is not repeated: somebody may have written the password itself.
		p.errorf("password_env", "this environment variable is not set or empty (want the NAME of the variable that holds the password)")
	}
	return qumulo.NewSecret(password)
}
