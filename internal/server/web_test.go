package server_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
)

func TestWeb(t *testing.T) {
	for _, c := range []struct{ external, prefix, wantURL, wantPrefix string }{
		{"", "", "", "/"},
		{"", "/", "", "/"},
		{"", "/a/b", "", "/a/b"},
		{"", "a/b/", "", "/a/b"},
		{"http://exporter", "", "http://exporter:80", "/"},
		{"https://exporter/", "", "https://exporter:443", "/"},
		{"https://exporter.example:9443/q/", "", "https://exporter.example:9443/q", "/q"},
		{"https://exporter.example/q", "/", "https://exporter.example:443/q", "/"}, // a proxy takes it off
		{"https://exporter.example/q", "/other", "https://exporter.example:443/q", "/other"},
		{"http://[::1]:10108/q/r", "", "http://[::1]:10108/q/r", "/q/r"},
		{"HTTP://10.0.0.1:1", "", "http://10.0.0.1:1", "/"},
	} {
		external, prefix, errs := server.Web(c.external, c.prefix)
		got := ""
		if external != nil {
			got = external.String()
		}
		if len(errs) > 0 || got != c.wantURL || prefix != c.wantPrefix {
			t.Errorf("%q, %q: %q, %q, %v", c.external, c.prefix, got, prefix, errs)
		}
	}
}

func TestWebFaults(t *testing.T) {
	for _, c := range []struct{ external, prefix, want string }{
		{"'http://exporter'", "", `--web.external-url: "'http://exporter'" must not begin or end with quotes`},
		{`http://exporter"`, "", `--web.external-url: "http://exporter\"" must not begin or end with quotes`},
		{"exporter:10108", "", `--web.external-url: "exporter:10108": want http://HOST:PORT/PATH or https://HOST:PORT/PATH`},
		{"/q", "", `--web.external-url: "/q": want http://`},
		{"ftp://exporter/", "", `--web.external-url: "ftp://exporter/": want http://`},
		{"http:///q", "", `--web.external-url: "http:///q" has no host`},
		{"http://:80/q", "", `--web.external-url: "http://:80/q" has no host`},
		{"http://exporter:x/", "", `--web.external-url: "http://exporter:x/" is not a URL`},
		{"http://exporter:70000/", "", `--web.external-url: "http://exporter:70000/": the port is not one of 1 to 65535`},
		{"http://exporter:0/", "", `--web.external-url: "http://exporter:0/": the port is not one of 1 to 65535`},
		{"http://u:marker-secret@exporter/", "", `--web.external-url: a URL must not hold a user or password`},
		{"http://u:marker-secret@exporter:x/", "", `--web.external-url: a URL must not hold a user or password`},
		{"http://exporter/?a=b", "", `--web.external-url: "http://exporter/?a=b": give scheme, host, port and path only`},
		{"http://exporter/?", "", `give scheme, host, port and path only`},
		{"http://exporter/#", "", `give scheme, host, port and path only`},
		{"http://exporter/a b", "", `--web.external-url: "http://exporter/a b": the path is not one like /qumulo`},
		{"http://exporter/../q", "", `the path is not one like /qumulo`},
		{"http://exporter//q", "", `the path is not one like /qumulo`},
		{"http://exporter/{q}", "", `the path is not one like /qumulo`},
		{"http://exp<b>orter/", "", `the host is neither a name nor an IP address`},
		{"", "/{x}", `--web.route-prefix: "/{x}" is not a path like /qumulo`},
		{"", "/a/../b", `--web.route-prefix: "/a/../b" is not a path like /qumulo`},
		{"", "/a//b", `--web.route-prefix: "/a//b" is not a path like /qumulo`},
		{"", "/a?b", `--web.route-prefix: "/a?b" is not a path like /qumulo`},
		{"", "..", `--web.route-prefix: ".." is not a path like /qumulo`},
	} {
		_, _, errs := server.Web(c.external, c.prefix)
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), c.want) || strings.Contains(errs[0].Error(), "marker-") {
			t.Errorf("%q, %q: %v, want %s", c.external, c.prefix, errs, c.want)
		}
	}
	if _, _, errs := server.Web("exporter", "/{x}"); len(errs) != 2 {
		t.Errorf("not all config errors: %v", errs)
	}
}
