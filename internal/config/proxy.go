package config

import (
	"cmp"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

const wantProxy = "the URL of a proxy like http://HOST:PORT, with http, https, socks5 or socks5h"

// usableProxy reports whether net/http can use a proxy.
func usableProxy(u *url.URL) bool {
	port, err := strconv.ParseUint(cmp.Or(u.Port(), "1"), 10, 16)
	return slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) && u.Hostname() != "" && err == nil && port > 0
}

// environmentErrors finds proxies in the environment that are none: without a
// word, httpproxy leaves one out that it can't parse, and the calls would go
// round the proxy. It is nobody's fault while no cluster uses them. What the
// variable holds is not repeated: it may have a password.
func environmentErrors(clusters []Cluster) []error {
	env := httpproxy.FromEnvironment()
	if !slices.ContainsFunc(clusters, func(c Cluster) bool { return c.usesEnvironment(env.NoProxy) }) {
		return nil
	}
	var errs []error
	for _, names := range [][2]string{{"https_proxy", "HTTPS_PROXY"}, {"http_proxy", "HTTP_PROXY"}} {
		for _, name := range names {
			text := os.Getenv(name)
			if text == "" {
				continue
			}
			if !parsableProxy(text) {
				errs = append(errs, Error{Key: name, Text: "this environment variable is not a valid proxy: want HOST:PORT, or " + wantProxy})
			}
			break // the other one is not read
		}
	}
	return errs
}

// parsableProxy follows httpproxy, for which a text without a scheme is HOST:PORT.
func parsableProxy(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		if strings.Contains(text, "://") {
			return false // httpproxy would take the scheme for the host
		}
		u, err = url.Parse("http://" + text)
	}
	return err == nil && usableProxy(u) && (u.Path == "" || u.Path == "/")
}

// usesEnvironment reports whether a call to one of the cluster's addresses would
// go through a proxy of the environment, if there was one.
func (c Cluster) usesEnvironment(noProxy string) bool {
	some := &httpproxy.Config{HTTPProxy: "http://proxy", HTTPSProxy: "http://proxy", NoProxy: noProxy}
	proxy := some.ProxyFunc()
	return c.Proxy.ProxyFromEnvironment && slices.ContainsFunc(c.URLs, func(text string) bool {
		u, err := url.Parse(text)
		if err != nil {
			return false
		}
		through, err := proxy(u)
		return err == nil && through != nil
	})
}
