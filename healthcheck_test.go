package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestHealthcheck asks an exporter that runs, in each way in which its pages may be guarded, and one that does not.
func TestHealthcheck(t *testing.T) {
	dir := t.TempDir()
	certificate, key := testutil.Certificate(t)
	testutil.WriteFile(t, filepath.Join(dir, "c"), certificate)
	testutil.WriteFile(t, filepath.Join(dir, "k"), key)
	const (
		users   = "basic_auth_users: {u: $2a$10$d7wVEaRurhkV9YsktzZ1sOWGQEC7tDrBYQASJJWq901id6Uzd/6q2}\n"
		withTLS = "tls_server_config: {cert_file: c, key_file: k}\n"
		mutual  = "tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequireAndVerifyClientCert, client_ca_file: c}\n"
	)
	for name, c := range map[string]struct {
		web  string
		args []string
	}{
		"open":              {},
		"TLS":               {web: withTLS},
		"a password":        {web: users},
		"TLS and password":  {web: withTLS + users},
		"TLS on both sides": {web: mutual},
		"a route prefix":    {args: []string{"--web.route-prefix=/a/b"}},
		"an external URL":   {args: []string{"--web.external-url=https://h.example.com/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			address := testutil.FreeAddress(t)
			args := append([]string{"--web.listen-address=" + address}, c.args...)
			if c.web != "" {
				file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
				args = append(args, "--web.config.file="+testutil.WriteFile(t, file, c.web))
			}
			check := append([]string{"--healthcheck"}, args...)
			if got := runWith(t, check...); got.status != 1 || !strings.Contains(got.stderr, "--healthcheck: dial tcp "+address+": ") {
				t.Errorf("nothing runs: %+v", got)
			}

			server, flags := cluster(t)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan int, 1)
			var stderr testutil.Log
			go func() { ended <- run(ctx, append(flags, args...), &stderr, &stderr) }()
			t.Cleanup(func() { stop(); <-ended })
			testutil.Eventually(t, "the exporter listens", func() bool { return strings.Contains(stderr.String(), `msg="TLS is `) })

			if got := runWith(t, check...); got != (output{}) {
				t.Errorf("the exporter runs: %+v", got)
			}
			if calls := server.Calls(); len(calls) != 0 {
				t.Errorf("the cluster was called: %v", calls)
			}
			for _, bad := range []string{"level=WARN", "level=ERROR"} {
				if log := stderr.String(); strings.Contains(log, bad) && name != "TLS on both sides" {
					t.Errorf("the exporter's log: %s", log)
				}
			}
		})
	}
}

// TestHealthcheckFails: what answers is not the exporter, or not all of it, or can't be asked.
func TestHealthcheckFails(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	defer server.Close()
	sick := server.Listener.Addr().String()
	for name, c := range map[string]struct{ arg, want string }{
		"an error":      {"--web.listen-address=" + sick, sick + " answers 500 Internal Server Error"},
		"vsock":         {"--web.listen-address=vsock://:1", "vsock://:1 can't be asked from within the machine"},
		"systemd":       {"--web.systemd-socket", "ask systemd whether the service is active"},
		"a faulty flag": {"--web.max-requests=x", `"x" is not a whole number`},
	} {
		if got := runWith(t, "--healthcheck", c.arg); got.status != 1 || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
