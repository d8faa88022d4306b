package collector_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	promtestutil "github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestGolden compares the whole exposition of each simulated cluster with a file.
func TestGolden(t *testing.T) {
	for name, model := range simulated() {
		t.Run(name, func(t *testing.T) {
			var back atomic.Int64
			back.Store(int64(beforePage))
			clock := func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC).Add(-time.Duration(back.Load())) }
			if name == "release-7.8.0" { // metrics that the cluster sends now and then have a page too
				model.CacheMetrics(clock)
			}
			w := watchAllAs(t, model.SetClock(clock), clock, goldenUsers()[name])
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			w.Scrape(ctx, w.On()) // what the release does not have is known then, of the page too
			back.Store(0)
			answer := w.Scrape(ctx, w.On())
			got := testutil.Text(t, answer)
			page := testutil.ParsePage(t, got)
			for _, c := range w.On() {
				success(t, page, c, 1)
			}
			checkStateSets(t, page)
			const expiry = "qumulo_tls_certificate_not_after_timestamp_seconds"
			if left := time.Until(time.Unix(int64(page[expiry]), 0)); left < time.Hour {
				t.Errorf("the certificate ends in %s", left)
			}
			got = hide(t, hide(t, got, "qumulo_scrape_deadline_seconds"), expiry)
			file := filepath.Join("testdata", name+".prom")
			if *update {
				testutil.WriteFile(t, file, got)
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s differs (-file +page); write it again with -update if that is meant:\n%s", file, diff)
			}
			testutil.NoCollision(t, testutil.ParseFamilies(t, got))
			native := nativeFamilies(answer) // whose names are the cluster's
			problems, err := promtestutil.GatherAndLint(prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
				return slices.DeleteFunc(testutil.ParseFamilies(t, got), func(f *dto.MetricFamily) bool {
					return slices.ContainsFunc(native, func(n exposition.Family) bool { return n.MetricName() == f.GetName() })
				}), nil
			}))
			if err != nil || len(problems) > 0 {
				t.Errorf("lint: %v %v", err, problems)
			}
			if logged := w.log.String(); strings.Contains(logged, "WARN") {
				t.Errorf("a healthy cluster is complained of:\n%s", logged)
			}
		})
	}
}

// beforePage is when a cluster is scraped for the first time: before the longest interval.
const beforePage = 2 * time.Hour

// goldenUsers are how a cluster is watched that is not watched with a password.
func goldenUsers() map[string]watcher { return map[string]watcher{"cnq": withAccessToken} }

// simulated are the clusters that have a golden page, by its name.
func simulated() map[string]*qumulotest.Model {
	models := map[string]*qumulotest.Model{
		"on-premises": qumulotest.OnPremises(),
		"cnq":         qumulotest.CNQ(),
		"anq":         qumulotest.ANQ(),
		"single-node": qumulotest.SingleNode(),
		"old-release": qumulotest.OldRelease(),
	}
	for _, version := range qumulotest.Releases() {
		models["release-"+version] = qumulotest.Release(version)
	}
	return models
}

// nativeNames are the names of the metrics that clusters make themselves.
func nativeNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, model := range []*qumulotest.Model{qumulotest.OnPremises(), qumulotest.CNQ()} {
		w := watch(t, model, nil, "native")
		for _, f := range nativeFamilies(w.Scrape(t.Context(), w.On())) {
			names[f.MetricName()] = true
		}
	}
	return names
}

// checkStateSets wants exactly one state of each thing to be 1; of a metric with an idle word
// none may be.
func checkStateSets(tb testing.TB, page testutil.Page) {
	tb.Helper()
	for _, c := range collector.All() {
		for _, m := range c.Metrics {
			if m.States == nil {
				continue
			}
			sums := map[string]float64{}
			for series, value := range page {
				if labels, ok := strings.CutPrefix(series, m.Name+"{"); ok {
					thing, _, _ := strings.Cut(labels, m.Labels[len(m.Labels)-1]+`="`)
					sums[thing] += value
				}
			}
			for thing, sum := range sums {
				if sum != 1 && (sum != 0 || m.Idle == "") {
					tb.Errorf("%s{%s}: the states add up to %v", m.Name, thing, sum)
				}
			}
		}
	}
}

// hide sets the one series of a metric to 0, which each run has of its own.
func hide(t *testing.T, page, name string) string {
	t.Helper()
	lines := strings.Split(page, "\n")
	n := 0
	for i, line := range lines {
		if strings.HasPrefix(line, name+" ") {
			lines[i] = name + " 0"
			n++
		}
	}
	if n != 1 {
		t.Fatalf("%s has %d series", name, n)
	}
	return strings.Join(lines, "\n")
}

// TestEveryMetricIsShown keeps the tables of descriptors true: what they list is
// on the page of one of the simulated clusters at least.
func TestEveryMetricIsShown(t *testing.T) {
	shown, nonzero := "", map[string]bool{}
	files, err := filepath.Glob("testdata/*.prom")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(data)
		for series, value := range testutil.ParsePage(t, string(data)) {
			name, _, _ := strings.Cut(series, "{")
			nonzero[name] = nonzero[name] || value != 0
		}
	}
	all := scrape.OutcomeMetrics()
	for _, c := range collector.All() {
		all = append(all, c.Metrics...)
	}
	listed := nativeNames(t)
	for _, m := range all {
		// Durations are 0 by a clock that stands still, and no sample of a page that is in order is dropped.
		if !nonzero[m.Name] && !slices.Contains(scrape.OutcomeMetrics(), m) && m.Name != "qumulo_native_dropped_samples" {
			t.Errorf("%s is 0 on all pages", m.Name)
		}
		if listed[m.Name] {
			t.Errorf("%s is listed twice", m.Name)
		}
		listed[m.Name] = true
		if !strings.Contains(shown, "# HELP "+m.Name+" ") {
			t.Errorf("%s is on no page", m.Name)
		}
	}
	for line := range strings.Lines(shown) {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok && !listed[strings.Fields(name)[0]] {
			t.Errorf("%s is in no table", name)
		}
	}
}
