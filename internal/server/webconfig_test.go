package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/crypto/bcrypt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// served is an exporter with a web configuration.
type served struct {
	*exporter

	address, config string
}

// serve runs an exporter with this web configuration until the end of the test.
func serve(t *testing.T, text string) *served {
	t.Helper()
	s := &served{exporter: start(t, setup{}), address: testutil.FreeAddress(t)}
	s.config = testutil.WriteFile(t, filepath.Join(t.TempDir(), "web.yml"), text)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	flags := &web.FlagConfig{WebListenAddresses: &[]string{s.address}, WebSystemdSocket: new(bool), WebConfigFile: &s.config}
	go func() { ended <- server.Run(ctx, s.handler, flags, slog.New(slog.NewTextHandler(s.log, nil))) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	s.log.WaitFor(t, "TLS is ")
	return s
}

// get asks for the configuration.
func (s *served) get(t *testing.T, password string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/config", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		req.SetBasicAuth("reader", password)
	}
	client := &http.Transport{DisableKeepAlives: true}
	resp, err := client.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(page)
}

func users(t *testing.T) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("right"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return "basic_auth_users: {reader: '" + string(hash) + "'}\n"
}

// TestWebConfigWithoutItsUsers: pages that had a password at the start are closed to all while the file is empty, or
// has no users yet, and open to who has the password when it is whole again. The log says so once each time.
func TestWebConfigWithoutItsUsers(t *testing.T) {
	whole := "http_server_config: {http2: true}\n" + users(t)
	s := serve(t, whole)
	want := func(what, password string, status int) {
		t.Helper()
		got, page := s.get(t, password)
		if got != status || strings.Contains(page, "clusters:") != (status == http.StatusOK) {
			t.Errorf("%s, password %q: %d, want %d: %s", what, password, got, status, page)
		}
	}
	want("whole", "right", http.StatusOK)
	want("whole", "", http.StatusUnauthorized)
	for _, half := range []string{"", whole[:34], whole[:len("http_server_config: {http2: true}\nbasic_auth_users:")]} {
		testutil.WriteFile(t, s.config, half)
		for range 3 {
			for _, password := range []string{"", "wrong", "right"} {
				want(half, password, http.StatusUnauthorized)
			}
		}
		testutil.WriteFile(t, s.config, whole)
		want("whole again", "right", http.StatusOK)
		want("whole again", "wrong", http.StatusUnauthorized)
	}
	if said := s.log.Lines("level=ERROR", "The web configuration has no users any more", s.config); len(said) != 3 {
		t.Errorf("said %d times:\n%s", len(said), s.log)
	}
}

// TestWebConfigWithoutUsers: pages without a password are open until they get one.
func TestWebConfigWithoutUsers(t *testing.T) {
	s := serve(t, "http_server_config: {http2: true}\n")
	for i, text := range []string{"", users(t), ""} {
		testutil.WriteFile(t, s.config, text)
		if status, _ := s.get(t, "right"); status != []int{200, 200, 401}[i] {
			t.Errorf("%q: %d", text, status)
		}
	}
}

// TestCallersCannotFillTheLog: neither callers without TLS, nor those that come while the web configuration is broken,
// cost a line each.
func TestCallersCannotFillTheLog(t *testing.T) {
	certificate, key := testutil.Certificate(t)
	dir := t.TempDir()
	pair := "tls_server_config: {cert_file: " + testutil.WriteFile(t, filepath.Join(dir, "cert"), certificate) +
		", key_file: " + testutil.WriteFile(t, filepath.Join(dir, "key"), key) + "}\n"
	for name, c := range map[string]struct {
		web, broken string
		status      int
		said        string
	}{
		"no TLS":     {web: pair, broken: pair, status: http.StatusBadRequest, said: "http: TLS handshake error from "},
		"a bad file": {web: users(t), broken: "nonsense", status: http.StatusInternalServerError, said: "Unable to parse configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.web)
			testutil.WriteFile(t, s.config, c.broken)
			for began := time.Now(); time.Since(began) < time.Second; {
				if status, page := s.get(t, "right"); status != c.status {
					t.Fatalf("%d: %s", status, page)
				}
				if len(s.log.Lines(c.said)) > 20 {
					break
				}
			}
			if said := s.log.Lines(c.said); len(said) < 1 || len(said) > 10 {
				t.Errorf("%d lines", len(said))
			}
		})
	}
}
