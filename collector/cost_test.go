//go:build !race

package collector_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// operationPage is the document with what the exporter costs.
const operationPage = "../docs/operation.md"

// fiveNodes is the cluster whose calls are counted: in racks, on a new release, with little going on.
func fiveNodes() *qumulotest.Model {
	return qumulotest.Generate(qumulotest.GenerateOptions{Nodes: 5, Bays: 12})
}

// steady counts the calls of each path in ten minutes of scrapes at an interval, after ten minutes
// of them: by then it is known what the release does not have.
func steady(t *testing.T, every time.Duration) map[string]int {
	t.Helper()
	var passed atomic.Int64
	began := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	clock := func() time.Time { return began.Add(time.Duration(passed.Load())) }
	w := watch(t, fiveNodes().SetClock(clock), clock)
	scrapes := func(during time.Duration) {
		for range during / every {
			passed.Add(int64(every))
			testutil.PageOf(t, w.Scrape(t.Context(), w.On())).Want(t, "qumulo_up", 1)
		}
	}
	scrapes(10 * time.Minute)
	before := len(w.server.Calls())
	scrapes(10 * time.Minute)
	counts := map[string]int{}
	for _, call := range w.server.Calls()[before:] {
		counts[call.Path]++
	}
	return counts
}

// TestCallsOfASteadyState: what a cluster is asked for, and how often, is what the table in the
// documents says.
func TestCallsOfASteadyState(t *testing.T) {
	quick, slow := steady(t, 15*time.Second), steady(t, time.Minute)
	var b strings.Builder
	b.WriteString("| endpoint | at 15s | at 1m |\n|---|---|---|\n")
	var sums [2]float64
	for _, path := range slices.Sorted(maps.Keys(quick)) {
		perMinute := [2]float64{float64(quick[path]) / 10, float64(slow[path]) / 10}
		for i, n := range perMinute {
			sums[i] += n
		}
		fmt.Fprintf(&b, "| `%s` | %.3g | %.3g |\n", path, perMinute[0], perMinute[1])
	}
	fmt.Fprintf(&b, "| all | %.4g | %.4g |\n", sums[0], sums[1])
	generatedPart(t, operationPage, "calls", b.String())
}

// TestOneScrapeCalls: the first scrape makes no call that its collectors don't need, and none twice.
func TestOneScrapeCalls(t *testing.T) {
	w := watch(t, fiveNodes(), nil)
	w.scrape(t)
	needed := map[string]bool{}
	for _, c := range collector.All() {
		if c.Enabled {
			for _, e := range c.Endpoints {
				path, _, _ := strings.Cut(e.Path, "?")
				needed[path] = true
			}
		}
	}
	called := map[string]int{}
	for _, call := range w.server.Calls() {
		called[call.Path]++
		if !needed[call.Path] && call.Path != "/v1/session/login" {
			t.Errorf("%s is asked for, which no collector needs", call.Path)
		}
	}
	for path, n := range called {
		if n > 1 {
			t.Errorf("%s is asked for %d times", path, n)
		}
	}
}

// TestSeriesOfSizes keeps the table of how many series a cluster has by its size.
func TestSeriesOfSizes(t *testing.T) {
	var b strings.Builder
	owner := map[string]string{} // the collector of each metric
	for _, c := range collector.All() {
		for _, m := range c.Metrics {
			owner[m.Name] = c.Name
		}
	}
	b.WriteString("| nodes | drive bays | series | largest collectors |\n|---|---|---|---|\n")
	for _, nodes := range []int{4, 100, 265} {
		w := watch(t, qumulotest.Generate(qumulotest.GenerateOptions{Nodes: nodes, Bays: 30}), nil)
		w.Scrape(t.Context(), slices.DeleteFunc(slices.Clone(w.On()), func(name string) bool { return name == "credentials" }))
		answer := w.Scrape(t.Context(), w.On()) // by now the privileges are known that the release has no use for
		byCollector := map[string]int{}
		all := 0
		for _, f := range answer.Text {
			byCollector[owner[f.MetricName()]] += f.Series
			all += f.Series
		}
		for _, f := range nativeFamilies(answer) {
			byCollector["native"] += f.Series
		}
		delete(byCollector, "") // those that no collector makes
		largest := slices.SortedFunc(maps.Keys(byCollector), func(a, b string) int { return byCollector[b] - byCollector[a] })[:4]
		for i, name := range largest {
			largest[i] = fmt.Sprintf("%s %d", name, byCollector[name])
		}
		fmt.Fprintf(&b, "| %d | %d | %d | %s |\n", nodes, nodes*30, all, strings.Join(largest, ", "))
	}
	generatedPart(t, operationPage, "series", b.String())
}

// generatedPart compares what stands between the markers of a document with what the code says.
func generatedPart(t *testing.T, file, name, part string) {
	t.Helper()
	path := filepath.FromSlash(file)
	text := testutil.ReadFile(t, path)
	begin, end := "<!-- BEGIN generated: "+name+" -->\n", "<!-- END generated: "+name+" -->"
	before, rest, found := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s: no markers around the %s", file, name)
	}
	testutil.Generated(t, path, before+begin+part+end+after, *update)
}
