package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestSecrets: no page has the password, the access token or a session's token,
// whatever the cluster makes of them.
func TestSecrets(t *testing.T) {
	const password, token = "marker-password-5b1f", "access-v1:marker-token-77c2"
	byPassword, byToken := simulated(t, qumulotest.OnPremises()), simulated(t, qumulotest.SingleNode())
	byPassword.SetPassword("exporter", password)
	first, second, third := member(t, "by-password", byPassword), member(t, "by-token", byToken), member(t, "by-environment", byPassword)
	e := start(t, setup{unloaded: true, pprof: true, load: func() (config.Validated, []error) { return validated(t, first, second, third), nil }})
	e.write(t, "password", password)
	e.write(t, "token", token)
	first.Credentials.PasswordFile = e.file("password")
	second.Credentials = qumulo.Credentials{AccessTokenFile: e.file("token")}
	third.Credentials = qumulo.Credentials{Username: "exporter", Password: qumulo.NewSecret(password)}
	e.apply(t, first, second, third)

	look := func(when string) {
		for _, path := range []string{
			"/probe?debug=true&target=by-password", "/probe?debug=true&target=by-token", "/probe?debug=true&target=by-environment",
			"/probe?target=by-password", "/probe?target=by-token", "/probe?target=" + token, "/config", "/sd", "/", "/metrics", "/debug/pprof/cmdline",
		} {
			got := e.get(t, path)
			if strings.Contains(got.body, "marker-password") || strings.Contains(got.body, "session-v1:") ||
				strings.Contains(got.body, "marker-token") && !strings.HasSuffix(path, token) {
				t.Errorf("%s: a secret on %s:\n%s", when, path, got.body)
			}
		}
	}
	look("all is well")
	echo := func(secret string) []byte {
		return []byte(`{"error_class": "` + secret + `", "description": "no: ` + secret + `"}`)
	}
	for _, status := range []int{400, 401, 403, 500} {
		byPassword.RevokeTokens()
		byPassword.LoginFault(qumulotest.Fault{Status: status, Body: echo(password)})
		for _, path := range []string{"/v1/cluster/nodes/", "/v1/cluster/slots/", "/v1/file-system"} {
			byToken.SetFault(path, qumulotest.Fault{Status: status, Body: echo(token)})
		}
		e.fleet.Reload() // logins are tried again
		look("the cluster tells what it got")
	}
	if byPassword.RefusedLogins() < 3 {
		t.Errorf("%d refused logins: the test sees too little", byPassword.RefusedLogins())
	}
	for _, s := range []*qumulotest.Server{byPassword, byToken} {
		s.StopListening()
	}
	look("the cluster is gone")
	time.Sleep(50 * time.Millisecond) // the log may come after the answer
	if strings.Contains(e.log.String(), "marker-") {
		t.Errorf("a secret in the log:\n%s", e.log)
	}
}
