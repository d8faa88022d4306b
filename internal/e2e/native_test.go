package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// nativePath is where a cluster serves the metrics that it makes itself.
const nativePath = "/v2/metrics/endpoints/default/data"

// startNative is startStack with the collector of the cluster's own page on, beside those that are on by default.
func startNative(t *testing.T) *stack {
	t.Helper()
	return startStackAt(t, testutil.FreeAddress(t), "", "--collector.native", "--scrape.timeout=8s")
}

// TestNativePage: Prometheus gets all of a page of 100,000 series, each with its value, and all of the other collectors.
func TestNativePage(t *testing.T) {
	t.Parallel() // it waits most of the time
	const series = 100_000
	s := startNative(t)
	text, _ := s.cluster.Model().SetMetricsSeries(series).Answer(nativePath)
	names, operations := map[string]bool{}, 0.0
	for line := range strings.Lines(string(text)) {
		if name, rest, _ := strings.Cut(line, "{"); !strings.HasPrefix(line, "#") {
			names[strings.Fields(name)[0]] = true
			if name == "qumulo_ldap_operations_total" {
				var value float64
				if _, err := fmt.Sscan(rest[strings.LastIndexByte(rest, ' '):], &value); err != nil {
					t.Fatal(err)
				}
				operations += value
			}
		}
	}
	p := startPrometheus(t, s, "8s")
	of := `{__name__=~"` + strings.Join(slices.Sorted(maps.Keys(names)), "|") + `"}`
	testutil.Eventually(t, "Prometheus has all series of the page", func() bool { return p.query(t, "count("+of+")") == series })
	for expression, want := range map[string]float64{
		"up":                                   1,
		"qumulo_up":                            1,
		"sum(qumulo_ldap_operations_total)":    operations,
		"min(qumulo_scrape_collector_success)": 1,
		`sum(qumulo_node_status{status="online"})`:                             5,
		"scrape_samples_scraped == bool scrape_samples_post_metric_relabeling": 1,
		"scrape_samples_scraped > bool 100000":                                 1,
		"sum(qumulo_exporter_dropped_families_total)":                          0,
		"qumulo_native_dropped_samples":                                        0,
	} {
		if got := p.query(t, expression); got != want {
			t.Errorf("%s is %v, want %v", expression, got, want)
		}
	}
	if log := s.exporter.stderr.String(); strings.Contains(log, "level=WARN") {
		t.Errorf("log:\n%s", log)
	}
}

// TestNativePageHangs: the other collectors are complete and in time, whether the page does not begin, does not end or breaks off;
// then what came of it is shown.
func TestNativePageHangs(t *testing.T) {
	for name, c := range map[string]struct {
		fault  qumulotest.Fault
		shown  bool
		logged string
		advice string
	}{
		"hangs":             {qumulotest.Fault{Hang: true}, false, `collector=native warnings="the page can't be used: `, "the cluster is slow or hangs"},
		"hangs in the body": {qumulotest.Fault{HangBody: true}, false, `collector=native warnings="the page is not complete: `, "the cluster is slow or hangs"},
		"is cut":            {qumulotest.Fault{CutBody: true}, true, `collector=native warnings="the page is not complete: `, "the connection ended in the middle"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startNative(t)
			if _, page := s.get(t, "/metrics"); !strings.Contains(page, "\n"+`qumulo_scrape_collector_success{collector="native"} 1`+"\n") {
				t.Fatalf("without a fault: %.300s", page)
			}
			s.cluster.SetFault(nativePath, c.fault)
			s.cluster.ResetCounts()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+s.address+"/metrics", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.SetBasicAuth(webUser, webPassword)
			req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "3")
			began := time.Now()
			status, text := do(s.client, req)
			if took := time.Since(began); status != http.StatusOK || took > 3*time.Second {
				t.Errorf("status %d after %s", status, took)
			}
			p := testutil.ParsePage(t, text)
			onlyNativeFails(t, p)
			if shown := len(p.With("qumulo_cpu_temperature_celsius", "")) > 0; shown != c.shown {
				t.Errorf("metrics of the cluster's own are shown: %v", shown)
			}
			if n := s.cluster.CallCount(nativePath); n != 1 {
				t.Errorf("the page was asked for %d times", n)
			}
			testutil.Eventually(t, "the log has it", func() bool { return len(logged(s, c.logged, "advice=", c.advice)) == 1 })
		})
	}
}

// TestNativePageNotAllowed: without the privilege for the page its collector alone fails, and the log says how to give it.
func TestNativePageNotAllowed(t *testing.T) {
	s := startNative(t)
	var others []string
	for _, e := range qumulo.Endpoints() {
		if e.Path != nativePath && e.Privilege != "" {
			others = append(others, e.Privilege)
		}
	}
	s.cluster.SetPrivileges("monitor", others...)
	_, text := s.get(t, "/metrics")
	onlyNativeFails(t, testutil.ParsePage(t, text))
	if n := s.cluster.StatusCount(http.StatusForbidden); n != 1 {
		t.Errorf("%d calls were refused", n)
	}
	const advice = "PRIVILEGE_METRICS_READ: qq auth_modify_role -r ROLE -G PRIVILEGE_METRICS_READ"
	testutil.Eventually(t, "the log has it", func() bool { return len(logged(s, "collectors=native ", advice)) == 1 })
}

// logged are the warnings that have all the words.
func logged(s *stack, words ...string) []string {
	return slices.DeleteFunc(strings.Split(s.exporter.stderr.String(), "\n"), func(line string) bool {
		return slices.ContainsFunc(append(words, "level=WARN"), func(word string) bool { return !strings.Contains(line, word) })
	})
}

// onlyNativeFails wants each collector but one to have read everything.
func onlyNativeFails(t *testing.T, p testutil.Page) {
	t.Helper()
	p.Want(t, "qumulo_up", 1)
	outcomes := p.With("qumulo_scrape_collector_success", "")
	if len(outcomes) < 10 {
		t.Errorf("%d collectors", len(outcomes))
	}
	for series := range outcomes {
		want := 1.0
		if strings.Contains(series, `"native"`) {
			want = 0
		}
		p.Want(t, series, want)
	}
}
