package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// clearProxies leaves the test alone with what it sets.
func clearProxies(t *testing.T) {
	t.Helper()
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "REQUEST_METHOD"} {
		t.Setenv(name, "")
		t.Setenv(strings.ToLower(name), "")
	}
}

// TestEnvironmentProxy: a malformed proxy would be left out without a word. It is
// one config error that names the variable and not its value, from flags and file alike,
// and only where a cluster uses it.
func TestEnvironmentProxy(t *testing.T) {
	const bad = "http://u:marker%zz@proxy:3128"
	type env map[string]string
	for name, c := range map[string]struct {
		env  env
		file string // "": one()
		want []string
	}{
		"good":               {env: env{"HTTPS_PROXY": "http://u:p@proxy:3128", "HTTP_PROXY": "proxy"}},
		"good, lower case":   {env: env{"https_proxy": "socks5://[::1]:1080", "http_proxy": "proxy:3128"}},
		"HTTPS_PROXY":        {env: env{"HTTPS_PROXY": bad}, want: []string{"HTTPS_PROXY"}},
		"https_proxy":        {env: env{"https_proxy": bad}, want: []string{"https_proxy"}},
		"HTTP_PROXY":         {env: env{"HTTP_PROXY": bad}, want: []string{"HTTP_PROXY"}},
		"http_proxy":         {env: env{"http_proxy": bad}, want: []string{"http_proxy"}},
		"both":               {env: env{"HTTPS_PROXY": bad, "HTTP_PROXY": bad}, want: []string{"HTTPS_PROXY", "HTTP_PROXY"}},
		"lower case wins":    {env: env{"HTTPS_PROXY": bad, "https_proxy": "http://proxy"}},
		"a scheme":           {env: env{"HTTPS_PROXY": "ftp://marker"}, want: []string{"HTTPS_PROXY"}},
		"no host":            {env: env{"HTTPS_PROXY": "http://:3128"}, want: []string{"HTTPS_PROXY"}},
		"nothing behind":     {env: env{"HTTPS_PROXY": "https://"}, want: []string{"HTTPS_PROXY"}},
		"a port":             {env: env{"HTTPS_PROXY": "proxy:99999"}, want: []string{"HTTPS_PROXY"}},
		"a port of letters":  {env: env{"HTTPS_PROXY": "proxy:marker"}, want: []string{"HTTPS_PROXY"}},
		"spaces":             {env: env{"HTTPS_PROXY": "marker proxy"}, want: []string{"HTTPS_PROXY"}},
		"a path":             {env: env{"HTTPS_PROXY": "http//x y"}, want: []string{"HTTPS_PROXY"}},
		"not read":           {env: env{"ALL_PROXY": bad, "all_proxy": bad}},
		"no proxy at all":    {env: env{"HTTPS_PROXY": bad, "NO_PROXY": "*"}},
		"no proxy for it":    {env: env{"HTTPS_PROXY": bad, "no_proxy": "h"}},
		"loopback":           {env: env{"HTTPS_PROXY": bad}, file: strings.Replace(one(), "https://h", "https://127.0.0.1", 1)},
		"plain loopback":     {env: env{"HTTP_PROXY": bad}, file: strings.Replace(one(), "https://h", "http://[::1]", 1)},
		"one of two":         {env: env{"HTTPS_PROXY": bad}, file: one("proxy_url: http://p") + strings.Replace(strings.TrimPrefix(one(), "clusters:\n"), "name: a", "name: b", 1), want: []string{"HTTPS_PROXY"}},
		"a proxy of its own": {env: env{"HTTPS_PROXY": bad}, file: one("proxy_url: http://p")},
		"without a proxy":    {env: env{"HTTPS_PROXY": bad}, file: one("proxy_from_environment: false")},
	} {
		t.Run(name, func(t *testing.T) {
			workIn(t, t.TempDir())
			clearProxies(t)
			for key, value := range c.env {
				t.Setenv(key, value)
			}
			var want []string
			for _, key := range c.want {
				want = append(want, key+": this environment variable is not a valid proxy: want HOST:PORT, or "+wantProxy)
			}
			text := c.file
			if text == "" {
				text = one()
				_, errs := byFlags().Validate(quiet())
				if got := strings.TrimSuffix(fmt.Sprintln(errors.Join(errs...)), "\n"); len(errs)+len(want) > 0 && got != strings.Join(want, "\n") {
					t.Errorf("flags: %s", got)
				}
			}
			_, errs := load(t, text)
			if got := strings.TrimSuffix(fmt.Sprintln(errors.Join(errs...)), "\n"); len(errs)+len(want) > 0 && got != strings.Join(want, "\n") {
				t.Errorf("file: %s", got)
			}
		})
	}
}
