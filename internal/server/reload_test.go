package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// waitFor waits until a condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
	}
}

func TestReload(t *testing.T) {
	other := simulated(t, qumulotest.SingleNode())
	var next config.Validated
	var faults []error
	e := start(t, setup{load: func() (config.Validated, []error) { return next, faults }})
	next = validated(t, member(t, "one", e.cluster), member(t, "two", other))

	faults = []error{errors.New("line 3: clusters[0].url: no"), errors.New("line 9: \x1b[2Jclear\nline 10: x")}
	for _, method := range []string{"POST", "PUT"} {
		got := e.ask(t, method, "/-/reload")
		if got.status != http.StatusBadRequest || got.body != "line 3: clusters[0].url: no\nline 9: \\x1b[2Jclear\\nline 10: x\n" {
			t.Errorf("%s: %d %q", method, got.status, got.body)
		}
	}
	if got := e.get(t, "/probe?target=127.0.0.1"); got.status != http.StatusOK {
		t.Errorf("the configuration in force is gone: %d %s", got.status, got.body)
	}

	faults = nil
	for _, method := range []string{"POST", "PUT"} {
		if got := e.ask(t, method, "/-/reload"); got.status != http.StatusOK || got.body != "Configuration reloaded\n" {
			t.Errorf("%s: %d %q", method, got.status, got.body)
		}
	}
	e.metrics(t, "/probe?target=two").want(t, "qumulo_up 1")
	if got := e.get(t, "/probe?target=127.0.0.1"); got.status != http.StatusNotFound {
		t.Errorf("a cluster that is no longer configured: %d", got.status)
	}
}

// TestReloadByAPage: a page of somebody else's makes no browser reload.
func TestReloadByAPage(t *testing.T) {
	loads := 0
	e := start(t, setup{load: func() (config.Validated, []error) { loads++; return config.Validated{}, nil }})
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		if got := e.ask(t, "POST", "/-/reload", header, value); got.status != http.StatusForbidden || loads != 0 {
			t.Errorf("%s: %s: %d, %d loads", header, value, got.status, loads)
		}
	}
	if got := e.ask(t, "POST", "/-/reload", "Sec-Fetch-Site", "same-origin"); got.status != http.StatusOK || loads != 1 {
		t.Errorf("%d, %d loads", got.status, loads)
	}
}

func TestConfigPage(t *testing.T) {
	e := start(t, setup{
		credential: qumulo.Credentials{Username: "exporter", Password: qumulo.NewSecret("marker-password")},
		others:     []config.Cluster{member(t, "second-cluster", simulated(t, qumulotest.SingleNode()))},
	})
	got := e.get(t, "/config")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %s", got.status, got.header)
	}
	for _, text := range []string{"127.0.0.1", "second-cluster", "password_env: QUMULO_PASSWORD"} {
		if !strings.Contains(got.body, text) {
			t.Errorf("%q is not on the page:\n%s", text, got.body)
		}
	}
	if strings.Contains(got.body, "marker-") {
		t.Errorf("a secret is on the page:\n%s", got.body)
	}
}
