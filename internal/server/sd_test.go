package server_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

type group struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

func groups(t *testing.T, a answer) []group {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s: %s", a.status, a.header, a.body)
	}
	var g []group
	if err := json.Unmarshal([]byte(a.body), &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestDiscovery(t *testing.T) {
	labelled := member(t, "b & ü", simulated(t, qumulotest.SingleNode()))
	// What Prometheus goes by is not for labels to change.
	labelled.Labels = map[string]string{"site": "Zürich", "tier": "1", "__param_target": "evil", "instance": "evil"}
	e := start(t, setup{change: func(c *config.Cluster) { c.Name = "z" }, others: []config.Cluster{labelled}})
	host := strings.TrimPrefix(e.url, "http://")
	want := []group{
		{[]string{host}, map[string]string{"__scheme__": "http", "__metrics_path__": "/probe", "__param_target": "z", "__tmp_hash": "z", "instance": "z"}},
		{[]string{host}, map[string]string{
			"__scheme__": "http", "__metrics_path__": "/probe", "__param_target": "b & ü", "__tmp_hash": "b & ü", "instance": "b & ü", "site": "Zürich", "tier": "1",
		}},
	}
	if diff := cmp.Diff(want, groups(t, e.get(t, "/sd"))); diff != "" {
		t.Error(diff)
	}
	for _, header := range [][]string{
		{"Host", "evil.example"},
		{"Host", "evil.example:443"},
		{"Host", "[::1]:1"},
		{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-Port", "1", "X-Forwarded-Prefix", "/evil"},
		{"Forwarded", "host=evil.example;proto=https"},
	} {
		if diff := cmp.Diff(want, groups(t, e.get(t, "/sd", header...))); diff != "" {
			t.Errorf("%s: %s", header, diff)
		}
		if page := e.get(t, "/", header...); strings.Contains(page.body, "evil") || !strings.Contains(page.body, "url: http://"+host+"/sd") {
			t.Errorf("%s is on the landing page: %s", header, page.body)
		}
	}
	if calls := e.cluster.CallCount(""); calls != 0 {
		t.Errorf("the discovery calls the cluster: %d", calls)
	}
}

func TestDiscoveryOfNone(t *testing.T) {
	e := start(t, setup{unloaded: true})
	e.apply(t)
	if got := e.get(t, "/sd"); got.status != http.StatusOK || got.body != "[]\n" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestDiscoveryByExternalURL: then nothing else counts.
func TestDiscoveryByExternalURL(t *testing.T) {
	e := start(t, setup{prefix: "/inside", external: &url.URL{Scheme: "https", Host: "[2001:db8::1]:443", Path: "/q"}})
	want := []group{{[]string{"[2001:db8::1]:443"}, map[string]string{
		"__scheme__": "https", "__metrics_path__": "/q/probe", "__param_target": "127.0.0.1", "__tmp_hash": "127.0.0.1", "instance": "127.0.0.1",
	}}}
	for _, header := range [][]string{nil, {"Host", "evil.example", "X-Forwarded-Proto", "http"}} {
		if diff := cmp.Diff(want, groups(t, e.get(t, "/inside/sd", header...))); diff != "" {
			t.Errorf("%s: %s", header, diff)
		}
	}
	if page := e.get(t, "/inside/"); !strings.Contains(page.body, "url: https://[2001:db8::1]:443/q/sd") {
		t.Errorf("the landing page: %s", page.body)
	}
}

// TestDiscoveryByConnection: the address on which the connection came in, with
// the prefix and the scheme of these pages.
func TestDiscoveryByConnection(t *testing.T) {
	e := start(t, setup{prefix: "/q"})
	for name, c := range map[string]struct {
		local        net.Addr
		tls          bool
		host, scheme string
	}{
		"IPv6":     {local: &net.TCPAddr{IP: net.IPv6loopback, Port: 10108}, host: "[::1]:10108", scheme: "http"},
		"TLS":      {local: &net.TCPAddr{IP: net.IPv4(10, 1, 2, 3), Port: 443}, tls: true, host: "10.1.2.3:443", scheme: "https"},
		"a socket": {local: &net.UnixAddr{Name: "/run/exporter.sock", Net: "unix"}},
		"nothing":  {},
	} {
		r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, c.local), "GET", "/q/sd", http.NoBody)
		r.Host = "evil.example"
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		if c.host == "" {
			if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "--web.external-url") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
			continue
		}
		want := []group{{[]string{c.host}, map[string]string{
			"__scheme__": c.scheme, "__metrics_path__": "/q/probe", "__param_target": "127.0.0.1", "__tmp_hash": "127.0.0.1", "instance": "127.0.0.1",
		}}}
		if diff := cmp.Diff(want, groups(t, answer{w.Code, w.Header(), w.Body.String()})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
