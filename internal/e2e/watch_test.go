//go:build !race

// Alerts go by the clock: the race detector, which sees all of this code in other tests, would take the time of the scrapes.

package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/monitoring"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// watch is all that stands between a cluster and a person: the exporter, Prometheus with the mixin's rules, Alertmanager with its
// inhibitions, and what is notified.
type watch struct {
	dir      string
	clusters map[string]*qumulotest.Server // by name
	start    func() *process               // of the exporter, again
	exporter *process
	prometheus

	mu  sync.Mutex
	got []monitoring.Notification
}

// watched is a cluster, what is read of it (the collectors of the exporter's file), and what is wrong with it from the start.
type watched struct {
	model      *qumulotest.Model
	collectors string
	wrong      func(*qumulotest.Server)
}

// startWatch watches clusters; a minute of the rules, in which they are scraped once, takes as long as the pace.
func startWatch(t *testing.T, pace time.Duration, clusters map[string]watched) *watch {
	t.Helper()
	w := &watch{dir: t.TempDir(), clusters: map[string]*qumulotest.Server{}}
	var text strings.Builder
	text.WriteString("defaults: {username: monitor, password_file: password}\nclusters:\n")
	for name, c := range clusters {
		s := qumulotest.NewServer(c.model)
		t.Cleanup(s.Close)
		s.SetPassword("monitor", password)
		if c.wrong != nil {
			c.wrong(s)
		}
		testutil.WriteFile(t, filepath.Join(w.dir, name+".pem"), string(s.CAPEM()))
		w.clusters[name] = s
		fmt.Fprintf(&text, "  - {name: %[1]s, url: %[2]q, tls_config: {ca_file: %[1]s.pem}, collectors: {%[3]s}}\n", name, s.URL(), c.collectors)
	}
	testutil.WriteFile(t, filepath.Join(w.dir, "password"), password)
	file := testutil.WriteFile(t, filepath.Join(w.dir, "qumulo_exporter.yml"), text.String())
	hook := httptest.NewServer(monitoring.Webhook(w.notified))
	t.Cleanup(hook.Close)
	setup := monitoring.Setup{
		Dir: w.dir, Mixin: filepath.Join("..", "..", "docs", "mixin"), Faster: int(time.Minute / pace), Interval: pace,
		Exporter: testutil.FreeAddress(t), Prometheus: testutil.FreeAddress(t), Alertmanager: testutil.FreeAddress(t),
		Webhook: hook.URL, GroupWait: 3 * pace,
	}
	if err := setup.Write(); err != nil {
		t.Fatal(err)
	}
	binary := buildAs(t, "qumulo_exporter-plain")
	w.start = func() *process {
		return start(t, binary, "--config.file="+file, "--web.listen-address="+setup.Exporter)
	}
	w.exporter = w.start()
	w.exporter.stderr.WaitFor(t, "Listening on") // Prometheus asks it for the clusters at once, and not soon again
	start(t, tool(t, "alertmanager", "ALERTMANAGER"), setup.AlertmanagerArgs()...)
	start(t, tool(t, "prometheus", "PROMETHEUS"), setup.PrometheusArgs()...)
	w.prometheus = prometheus{setup.Prometheus}
	w.allUp(t, "1m")
	return w
}

// allUp waits until all clusters were seen, not at the same time: on a busy machine one or the other scrape takes too long.
func (w *watch) allUp(t *testing.T, since string) {
	t.Helper()
	expression := fmt.Sprintf("count(max_over_time(qumulo_up[%s]) == 1)", since)
	for n := range len(w.clusters) {
		testutil.Eventually(t, fmt.Sprintf("%d clusters are up", n+1), func() bool { return w.query(t, expression) > float64(n) })
	}
}

func (w *watch) notified(n monitoring.Notification) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, n)
}

// notifications are those so far, of a cluster, or of all where the name is "".
func (w *watch) notifications(name string) []monitoring.Notification {
	w.mu.Lock()
	defer w.mu.Unlock()
	var of []monitoring.Notification
	for _, n := range w.got {
		if name == "" || n.Labels["instance"] == name {
			of = append(of, n)
		}
	}
	return of
}

// quiet wants that nothing was notified of so far.
func (w *watch) quiet(t *testing.T, when, name string) {
	t.Helper()
	for _, n := range w.notifications(name) {
		t.Errorf("%s: notified: %s %s: %s", when, n.Status, n.Labels["alertname"], n.Annotations["summary"])
	}
}

// firing are the names of the alerts that Prometheus has for a cluster, muted ones too.
func (w *watch) firing(t *testing.T, name string) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+w.address+"/api/v1/alerts", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, body := do(&http.Client{Timeout: 10 * time.Second}, req)
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" && a.Labels["instance"] == name {
			names = append(names, a.Labels["alertname"])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
