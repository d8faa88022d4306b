package qumulo

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Causes to test for with errors.Is.
var (
	// ErrUnauthorized is HTTP 401: the token or the login was rejected.
	ErrUnauthorized = errors.New("the cluster rejected the credentials")
	// ErrForbidden is HTTP 403: the user lacks the privilege of the operation.
	ErrForbidden = errors.New("a privilege is missing")
	// ErrNotSupported is HTTP 404: this release of Qumulo Core has no such endpoint.
	ErrNotSupported = errors.New("this release of Qumulo Core has no such endpoint")
	// ErrNoAPI is HTTP 404 of what every release has: the login, the node listing.
	ErrNoAPI = errors.New("there is no Qumulo Core API at this address")
	// ErrNoAnswer is a call whose context ended before the answer was there.
	ErrNoAnswer = errors.New("no answer in time")
)

// Error is a failed call. Its text holds no secret.
type Error struct {
	Operation string // in words: "list nodes"
	Address   string // scheme, host and port of the address asked, or in use if nothing was sent
	Status    int    // HTTP status; 0 if there was no answer
	Privilege string // what the operation needs, for ErrForbidden
	Err       error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	if e.Address != "" {
		b.WriteString(" at " + e.Address)
	}
	b.WriteString(": " + e.Err.Error())
	if e.Status == http.StatusForbidden && e.Privilege != "" {
		b.WriteString(": needs " + e.Privilege)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// StatusError is an HTTP answer other than 200. Class and Description are the
// cluster's own words: to show, never to decide by.
type StatusError struct {
	Status      int
	Class       string
	Description string
	// RetryAfter is how long a 429 or 503 asks to be asked nothing; 0: it does not.
	RetryAfter time.Duration
	// required: every release has what was asked for, so that 404 is no release's.
	required bool
}

func (e *StatusError) Error() string {
	text := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.Class != "" {
		text += " (" + e.Class + ")"
	}
	if e.required && e.Status == http.StatusNotFound {
		text += ": " + ErrNoAPI.Error()
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" (Retry-After: %s)", e.RetryAfter)
	}
	return text
}

// Is lets errors.Is find the cause that the status stands for.
func (e *StatusError) Is(target error) bool {
	switch e.Status {
	case http.StatusUnauthorized:
		return target == ErrUnauthorized
	case http.StatusForbidden:
		return target == ErrForbidden
	case http.StatusNotFound:
		return target == ErrNotSupported && !e.required || target == ErrNoAPI && e.required
	}
	return false
}

// BodyError is an answer that can't be read: truncated, HTML, empty, null, or of the
// wrong type. It tells the kind of body, never its content.
type BodyError struct {
	Problem string // "truncated JSON list", "HTML instead of a JSON list", ...
	Err     error  // nil if the problem says all
	// Broken: the connection ended before the answer did.
	Broken bool
}

func (e *BodyError) Error() string {
	if e.Err == nil || errors.Is(e.Err, io.ErrUnexpectedEOF) {
		return e.Problem
	}
	return e.Problem + ": " + e.Err.Error()
}

func (e *BodyError) Unwrap() error { return e.Err }

// LoginError is a login that brought no token. Rejected tells an answer that would not
// change if it were sent again (400, 401, 403) from an outage.
type LoginError struct {
	Username string
	Rejected bool
	Err      error
}

func (e *LoginError) Error() string {
	if e.Rejected {
		return fmt.Sprintf("login of user %q rejected: %v", e.Username, e.Err)
	}
	return fmt.Sprintf("login of user %q failed: %v", e.Username, e.Err)
}

func (e *LoginError) Unwrap() error { return e.Err }

// TokenError is an access token, or a token just given by a login, that the
// cluster rejected.
type TokenError struct {
	File string // the access token's file; "" for a token given by a login
	Err  error
}

func (e *TokenError) Error() string {
	if e.File == "" {
		return "the cluster rejected a token that it had just issued: " + e.Err.Error()
	}
	return "access token in " + e.File + " rejected: " + e.Err.Error()
}

func (e *TokenError) Unwrap() error { return e.Err }

// Advice says what an administrator can do about err, "" if there is nothing
// beyond what its text says.
func Advice(err error) string {
	return cmp.Or(adviceOnCredentials(err), adviceOnConnection(err), adviceOnAnswer(err))
}

func adviceOnCredentials(err error) string {
	var (
		login *LoginError
		token *TokenError
		call  *Error
	)
	switch {
	case errors.As(err, &login) && login.Rejected:
		return "correct the password file (the next scrape logs in at once) or the username (and reload, or restart the exporter); until then logins are paused"
	case errors.As(err, &token) && token.File != "":
		return "put a new access token into the file; it is read again without a restart"
	case errors.Is(err, ErrForbidden) && errors.As(err, &call) && call.Privilege != "":
		return "give the user's role the privilege " + call.Privilege
	}
	return ""
}

func adviceOnConnection(err error) string {
	var (
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		expired   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		dns       *net.DNSError
		op        *net.OpError
	)
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "check the proxy (HTTPS_PROXY in the environment, or proxy_url in the configuration file), " +
			"or keep the cluster out of it with NO_PROXY or no_proxy"
	case errors.As(err, &authority):
		return "trust the CA that signed the cluster's certificate: --qumulo.ca-file (ca_file in the configuration file)"
	case errors.As(err, &hostname):
		return "use a name that is in the cluster's certificate as the address, or name it with --qumulo.server-name (server_name in the configuration file)"
	case errors.As(err, &expired):
		return "renew the cluster's certificate, and check the clock of this machine"
	case errors.As(err, &record):
		return "the address does not speak TLS: check the port (the API's is 8000)"
	case errors.As(err, &dns):
		return "check the cluster's name and this machine's DNS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "check address and port (the API's is 8000), and that the node is up"
	case errors.Is(err, ErrNoAnswer):
		return "the cluster is slow or hangs: check it, or give the scrape more time " +
			"(scrape_timeout in Prometheus; here --scrape.timeout, or scrape_timeout in the configuration file)"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended in the middle of the answer: check the node, and what stands between it and this machine"
	}
	return ""
}

func adviceOnAnswer(err error) string {
	var (
		body   *BodyError
		status *StatusError
		limit  *LimitError
	)
	switch {
	case errors.As(err, &limit):
		return fmt.Sprintf("raise the bound with --qumulo.max-answer-%s (max_answer_%[1]s in the configuration file), if this machine has the memory",
			limit.Unit)
	case errors.As(err, &body), errors.Is(err, ErrNotSupported), errors.Is(err, ErrNoAPI):
		return "check that the address is the cluster's API (port 8000) and not another service or a proxy"
	case errors.As(err, &status) && status.Status >= http.StatusInternalServerError:
		return "the fault is the cluster's, or that of a proxy before it: check its health; each scrape asks again"
	}
	return ""
}
