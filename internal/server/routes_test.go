package server_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// pages are all paths that are for GET.
func pages() []string {
	return []string{
		"/", "/metrics", "/probe?target=127.0.0.1", "/probe?target=127.0.0.1&debug=true", "/sd", "/config", "/-/healthy", "/-/ready", "/debug/pprof/",
		"/debug/pprof/cmdline", "/debug/pprof/goroutine?debug=1",
	}
}

func TestPrefix(t *testing.T) {
	e := start(t, setup{prefix: "/a/b", pprof: true})
	for _, path := range pages() {
		if got := e.get(t, "/a/b"+path); got.status != http.StatusOK {
			t.Errorf("/a/b%s: %d %.100s", path, got.status, got.body)
		}
		if got := e.get(t, path); path != "/" && got.status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"/", "/a/b"} {
		if got := e.get(t, path); got.status != http.StatusFound || got.header.Get("Location") != "/a/b/" {
			t.Errorf("%s: %d to %q", path, got.status, got.header.Get("Location"))
		}
	}
	if got := e.get(t, "/a/b/probe?target=x"); !strings.Contains(got.body, ": /a/b/ lists the names") {
		t.Errorf("an answer names the wrong page: %s", got.body)
	}
	if got := e.get(t, "/a"); got.status != http.StatusNotFound {
		t.Errorf("/a: %d", got.status)
	}
	if got := start(t, setup{prefix: "/"}).get(t, "/-/ready"); got.status != http.StatusOK || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %s", got.status, got.header)
	}
}

func TestMethods(t *testing.T) {
	e := start(t, setup{load: func() (config.Validated, []error) { return config.Validated{}, nil }})
	for _, path := range []string{"/", "/metrics", "/probe?target=127.0.0.1", "/sd", "/config", "/-/healthy", "/-/ready"} {
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			if got := e.ask(t, method, path); got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d", method, path, got.status)
			}
		}
		if got := e.ask(t, "HEAD", path); got.status != http.StatusOK || got.body != "" {
			t.Errorf("HEAD %s: %d %s", path, got.status, got.body)
		}
	}
	for _, method := range []string{"GET", "HEAD", "DELETE"} {
		if got := e.ask(t, method, "/-/reload"); got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s /-/reload: %d", method, got.status)
		}
	}
}

// TestNotLoaded: without a configuration there is health and nothing else.
func TestNotLoaded(t *testing.T) {
	e := start(t, setup{unloaded: true, pprof: true})
	for _, path := range pages() {
		got := e.get(t, path)
		if path == "/-/healthy" {
			if got.status != http.StatusOK {
				t.Errorf("%s: %d", path, got.status)
			}
			continue
		}
		if got.status != http.StatusServiceUnavailable || got.body != "the configuration is not loaded yet\n" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := e.ask(t, "POST", "/-/reload"); got.status != http.StatusServiceUnavailable {
		t.Errorf("reload: %d", got.status)
	}
	e.apply(t, member(t, "127.0.0.1", e.cluster))
	for _, path := range pages() {
		if got := e.get(t, path); got.status != http.StatusOK {
			t.Errorf("%s: %d %.100s", path, got.status, got.body)
		}
	}
}

// TestLinks follows every link of the landing page: at the exporter, with a
// prefix, and behind reverse proxies that take the prefix off and that don't.
func TestLinks(t *testing.T) {
	for name, c := range map[string]struct{ prefix, external, proxy string }{
		"plain":                   {prefix: "/"},
		"prefix":                  {prefix: "/q"},
		"a proxy that strips":     {prefix: "/", external: "/q", proxy: "/q"},
		"a proxy that does not":   {prefix: "/q/r", external: "/q/r", proxy: "/"},
		"a proxy that rewrites":   {prefix: "/r", external: "/q", proxy: "/q"},
		"a strip without the URL": {prefix: "/", proxy: "/q"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{prefix: c.prefix, pprof: true, others: []config.Cluster{member(t, "a & b?c=d#e%20/+", simulated(t, qumulotest.SingleNode()))}}
			if c.external != "" {
				s.external = &url.URL{Scheme: "http", Host: "exporter.example", Path: c.external}
			}
			e := start(t, s)
			home := e.url + strings.TrimRight(c.prefix, "/") + "/"
			if c.proxy != "" {
				target, err := url.Parse(e.url)
				if err != nil {
					t.Fatal(err)
				}
				var proxy http.Handler = httputil.NewSingleHostReverseProxy(target)
				path := c.prefix
				if c.proxy != "/" {
					path, target.Path = c.proxy, c.prefix
					proxy = http.StripPrefix(c.proxy, proxy)
				}
				front := httptest.NewServer(proxy)
				t.Cleanup(front.Close)
				e.url = front.URL
				home = e.url + path + "/"
			}
			base, err := url.Parse(home)
			if err != nil {
				t.Fatal(err)
			}
			page := e.get(t, base.Path)
			links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page.body, -1)
			if page.status != http.StatusOK || len(links) != 10 {
				t.Fatalf("%d, %d links: %s", page.status, len(links), page.body)
			}
			for _, l := range links {
				u, err := base.Parse(html.UnescapeString(l[1]))
				if err != nil {
					t.Fatal(err)
				}
				got := e.get(t, u.RequestURI())
				if got.status != http.StatusOK {
					t.Errorf("%s at %s: %d %.100s", l[1], u, got.status, got.body)
				}
				if u.Query().Has("target") && !strings.Contains(got.body, "qumulo_up 1") {
					t.Errorf("%s at %s: %.300s", l[1], u, got.body)
				}
			}
		})
	}
}
