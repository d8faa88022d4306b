package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/monitoring"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// minute is how long a minute of the rules takes here. It is the interval of the scrapes too, so that they have the time that
// they need on a busy machine.
const minute = 1500 * time.Millisecond

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

// startWatch watches clusters of that release, of which little goes on in any.
func startWatch(t *testing.T, release string, names ...string) *watch {
	t.Helper()
	w := &watch{dir: t.TempDir(), clusters: map[string]*qumulotest.Server{}}
	for _, name := range names {
		s := qumulotest.NewServer(qumulotest.Release(release))
		t.Cleanup(s.Close)
		s.SetPassword("monitor", password)
		testutil.WriteFile(t, filepath.Join(w.dir, name+".pem"), string(s.CAPEM()))
		w.clusters[name] = s
	}
	testutil.WriteFile(t, filepath.Join(w.dir, "password"), password)
	file := testutil.WriteFile(t, filepath.Join(w.dir, "qumulo_exporter.yml"), w.file())
	hook := httptest.NewServer(monitoring.Webhook(w.notified))
	t.Cleanup(hook.Close)
	setup := monitoring.Setup{
		Dir: w.dir, Mixin: filepath.Join("..", "..", "docs", "mixin"), Faster: int(time.Minute / minute), Interval: minute,
		Exporter: testutil.FreeAddress(t), Prometheus: testutil.FreeAddress(t), Alertmanager: testutil.FreeAddress(t),
		Webhook: hook.URL, GroupWait: 3 * minute,
	}
	if err := setup.Write(); err != nil {
		t.Fatal(err)
	}
	binary := build(t)
	w.start = func() *process {
		return start(t, binary, "--config.file="+file, "--web.listen-address="+setup.Exporter)
	}
	w.exporter = w.start()
	start(t, tool(t, "alertmanager", "ALERTMANAGER"), setup.AlertmanagerArgs()...)
	start(t, tool(t, "prometheus", "PROMETHEUS"), setup.PrometheusArgs()...)
	w.prometheus = prometheus{setup.Prometheus}
	w.allUp(t)
	return w
}

// file is the exporter's. Two clusters have all collectors; of the others only those are read that something happens to.
func (w *watch) file() string {
	moving := []string{"drives", "filesystem", "nodes", "protection", "replication", "restriper", "upgrade", "version"}
	collectors := map[string][]string{}
	for _, c := range collector.All() {
		switch {
		case !c.Enabled || slices.Contains(moving, c.Name):
			continue
		case c.Interval == 0:
			collectors["all"] = append(collectors["all"], c.Name+": {interval: 1m}")
		}
		collectors["few"] = append(collectors["few"], c.Name+": off")
	}
	var b strings.Builder
	b.WriteString("defaults: {username: monitor, password_file: password}\nclusters:\n")
	for _, name := range slices.Sorted(maps.Keys(w.clusters)) {
		on := collectors["few"]
		switch name {
		case "well", "upgraded":
			on = collectors["all"]
		case "gone":
			on = slices.DeleteFunc(slices.Clone(on), func(c string) bool { return c == "native: off" })
		}
		fmt.Fprintf(&b, "  - {name: %[1]s, url: %[2]q, tls_config: {ca_file: %[1]s.pem}, collectors: {%[3]s}}\n",
			name, w.clusters[name].URL(), strings.Join(on, ", "))
	}
	return b.String()
}

// allUp waits until all clusters are seen.
func (w *watch) allUp(t *testing.T) {
	t.Helper()
	testutil.Eventually(t, "all clusters are up", func() bool { return w.query(t, "count(qumulo_up == 1)") == float64(len(w.clusters)) })
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
