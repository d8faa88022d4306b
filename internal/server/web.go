package server

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
)

var (
	// routePrefix has no braces, which mean something to the routes.
	routePrefix = regexp.MustCompile(`^(/[\w.~-]+)*$`)
	hostName    = regexp.MustCompile(`^[\w.-]+$`)
)

// Web checks --web.external-url and --web.route-prefix, both possibly "", and
// returns what Options take. As in Prometheus the prefix is the path of the URL
// unless it is given, and slashes at its ends don't matter.
func Web(externalURL, prefix string) (external *url.URL, routes string, errs []error) {
	routes = prefix
	if externalURL != "" {
		u, err := parseExternal(externalURL)
		if err != nil {
			errs = append(errs, fmt.Errorf("--web.external-url: %w", err))
		} else {
			external = u
			if prefix == "" {
				routes = u.Path
			}
		}
	}
	routes = strings.Trim(routes, "/")
	if routes != "" {
		routes = "/" + routes
	}
	if !isPath(routes) {
		errs = append(errs, fmt.Errorf("--web.route-prefix: %q is not a path like /qumulo", prefix))
	}
	if routes == "" {
		routes = "/"
	}
	return external, routes, errs
}

// parseExternal returns scheme, host with port, and a path without a slash at its end.
func parseExternal(text string) (*url.URL, error) {
	const want = "want http://HOST:PORT/PATH or https://HOST:PORT/PATH"
	u, err := url.Parse(text)
	switch {
	case strings.Contains(text, "@"): // it may hold a password: the text is not repeated
		return nil, errors.New("a URL must not hold a user or password")
	case strings.Trim(text, `"'`) != text:
		return nil, fmt.Errorf("%q must not begin or end with quotes", text)
	case err != nil:
		return nil, fmt.Errorf("%q is not a URL: %s", text, want)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q: %s", text, want)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q has no host: %s", text, want)
	case net.ParseIP(u.Hostname()) == nil && !hostName.MatchString(u.Hostname()):
		return nil, fmt.Errorf("%q: the host is neither a name nor an IP address", text)
	case strings.ContainsAny(text, "?#"):
		return nil, fmt.Errorf("%q: give scheme, host, port and path only", text)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%q: the port is not one of 1 to 65535", text)
	}
	p := strings.TrimRight(u.EscapedPath(), "/")
	if !isPath(p) {
		return nil, fmt.Errorf("%q: the path is not one like /qumulo", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port), Path: p}, nil
}

// isPath tells a clean path without a slash at its end.
func isPath(p string) bool {
	return p == "" || routePrefix.MatchString(p) && path.Clean(p) == p
}
