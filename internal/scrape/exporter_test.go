package scrape_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	promtestutil "github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestOwnMetrics counts what one scrape costs, and what a refused login means.
func TestOwnMetrics(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.own)
	want := func(name, series string, value float64) {
		t.Helper()
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		testutil.PageOf(t, exposition.Page{Gathered: families}).Want(t, "qumulo_exporter_"+name+series, value)
	}
	want("logins_total", `{result="success",target="test"}`, 1)
	want("api_requests_total", `{code="200",operation="list nodes",target="test"}`, 1)
	want("api_requests_total", `{code="404",operation="get capacity clamp",target="test"}`, 1)
	if n := w.server.Handshakes(); n < 2 || n > qumulo.DefaultConcurrency+1 {
		t.Errorf("%d handshakes", n)
	}
	// A connection that a call did not wait for in the end may still be on its way: then the two sides differ for a moment.
	testutil.Eventually(t, "both sides count the same handshakes", func() bool {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		page := testutil.PageOf(t, exposition.Page{Gathered: families})
		return page[`qumulo_exporter_tls_handshakes_total{target="test"}`] == float64(w.server.Handshakes())
	})
	want("login_paused", `{target="test"}`, 0)
	want("scrape_timeouts_total", `{target="test"}`, 0)
	if n := promtestutil.CollectAndCount(w.own, "qumulo_exporter_session_token_expiration_timestamp_seconds"); n != 1 {
		t.Errorf("%d token expirations", n)
	}
	w.server.RevokeTokens()
	w.server.LoginFault(qumulotest.Fault{Status: http.StatusForbidden})
	w.scrape(t)
	want("logins_total", `{result="refused",target="test"}`, 1)
	want("login_paused", `{target="test"}`, 1)
	if problems, err := promtestutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Error(err, problems)
	}
	w.log.WaitFor(t, "level=DEBUG", `operation="list nodes"`, "status=200", "bytes=", "ms=")
	if strings.Contains(w.log.String(), "session-v1") {
		t.Error("a token is logged")
	}
}

// TestDroppedFamilies: each is counted, and its name logged once.
func TestDroppedFamilies(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.ownMetric(t, `dropped_families_total{target="test"}`, 0)
	w.Dropped("a")
	w.Dropped("b")
	w.Dropped("a")
	w.ownMetric(t, `dropped_families_total{target="test"}`, 3)
	if n := len(w.log.Lines("Family dropped", "family=a")); n != 1 {
		t.Errorf("logged %d times", n)
	}
}
