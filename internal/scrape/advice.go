package scrape

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Advice says what an administrator can do about a failed call, "" if there is
// nothing beyond what its text says. It names the exporter's flags and settings.
// The first that applies is given: what credentials, connection and answer say, in
// the order of a call.
func Advice(err error) string {
	return cmp.Or(adviceOnCredentials(err), adviceOnConnection(err), adviceOnAnswer(err))
}

// adviceOnAll is the advice on each of the errors, once.
func adviceOnAll(errs []error) string {
	var all []string
	for _, err := range errs {
		if advice := Advice(err); advice != "" && !slices.Contains(all, advice) {
			all = append(all, advice)
		}
	}
	return strings.Join(all, "; ")
}

func adviceOnCredentials(err error) string {
	var (
		login  *qumulo.LoginError
		token  *qumulo.TokenError
		budget *qumulo.BudgetError
		file   *qumulo.FileError
		call   *qumulo.Error
	)
	switch {
	case errors.As(err, &file):
		return "check the file, its permissions and its file system; it is read again without a restart"
	case errors.As(err, &budget):
		return "correct the password file (the next scrape logs in at once) or the username: " +
			"no other login is sent meanwhile, so that the account is not locked"
	case errors.As(err, &login) && login.Rejected:
		return "correct the password file (the next scrape logs in at once) or the username (and reload, or restart the exporter); until then logins are paused"
	case errors.As(err, &token) && token.File != "":
		return "put a new access token into the file; it is read again without a restart"
	case errors.Is(err, qumulo.ErrForbidden) && errors.As(err, &call) && call.Privilege != "":
		return "give the user's role the privilege " + call.Privilege + ": qq auth_modify_role -r ROLE -G " + call.Privilege
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
	case errors.Is(err, qumulo.ErrNoAnswer):
		return "the cluster is slow or hangs: check it, or give the scrape more time " +
			"(scrape_timeout in Prometheus; here --scrape.timeout, or scrape_timeout in the configuration file)"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended in the middle of the answer: check the node, and what stands between it and this machine"
	}
	return ""
}

func adviceOnAnswer(err error) string {
	var (
		body   *qumulo.BodyError
		status *qumulo.StatusError
		limit  *qumulo.LimitError
	)
	switch {
	case errors.As(err, &limit):
		return fmt.Sprintf("raise the bound with --qumulo.max-answer-%s (max_answer_%[1]s in the configuration file), if this machine has the memory",
			limit.Unit)
	case errors.As(err, &body), errors.Is(err, qumulo.ErrNotSupported), errors.Is(err, qumulo.ErrNoAPI):
		return "check that the address is the cluster's API (port 8000) and not another service or a proxy"
	case errors.Is(err, qumulo.ErrVanished),
		errors.As(err, &status) && (status.Status >= http.StatusInternalServerError || status.Status == http.StatusUnauthorized):
		return "the fault is the cluster's, or that of a proxy before it: check its health; each scrape asks again"
	}
	return ""
}
