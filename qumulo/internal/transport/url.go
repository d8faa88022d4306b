package transport

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const defaultPort = "8000"

// ParseURL checks the address of a cluster: https, a host, the API's port 8000
// if none is named, and nothing else. Plain http would send the credentials
// readable over the network and is taken for loopback addresses only.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The parser's own message repeats the text, which may hold a password.
		return nil, errors.New("not a URL: want https://HOST:8000")
	}
	switch {
	case u.User != nil || strings.Contains(text, "@"): // without a scheme too
		return nil, errors.New("a URL must not hold a user or password: give them by their own settings")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%q: want https://HOST:8000", text)
	case !validHost(u.Hostname()):
		return nil, fmt.Errorf("%q has no host, or one that is not text: want https://HOST:8000", text)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("give scheme, host and port only: %q", u.Scheme+"://"+u.Host)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("%q: plain http would send the credentials readable over the network: use https", text)
	}
	port := cmp.Or(u.Port(), defaultPort)
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%q: the port is not one of 1 to 65535", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), port)}, nil
}

// validHost keeps out what an escape like %ff may stand for: bytes that no name
// has, and that no label of a metric may have.
func validHost(host string) bool {
	return host != "" && utf8.ValidString(host) && !strings.ContainsFunc(host, func(r rune) bool { return !unicode.IsPrint(r) })
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
