package parsertest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/parsertest"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// forms are the forms in which a cluster may write its page: each that differs from the likely one in one way, and in all.
func forms() map[string]qumulotest.MetricsForm {
	return map[string]qumulotest.MetricsForm{
		"likely": {}, "bare": {Counters: qumulotest.CounterBare}, "_count": {Counters: qumulotest.CounterCount}, "no buckets": {NoBuckets: true},
		"units": {Units: true}, "no EOF": {NoEOF: true}, "timestamps": {Timestamps: true}, "exemplars": {Exemplars: true},
		"all":     {Counters: qumulotest.CounterCount, NoBuckets: true, Units: true, NoEOF: true, Timestamps: true, Exemplars: true},
		"classic": {Classic: true}, "classic, bare": {Classic: true, Counters: qumulotest.CounterBare},
		"classic, _count": {Classic: true, Counters: qumulotest.CounterCount},
		"classic, all":    {Classic: true, Counters: qumulotest.CounterBare, NoBuckets: true, Units: true, Timestamps: true},
	}
}

func clusters() map[string]*qumulotest.Model {
	all := map[string]*qumulotest.Model{
		"on-premises": qumulotest.OnPremises(), "cnq": qumulotest.CNQ(), "anq": qumulotest.ANQ(), "single-node": qumulotest.SingleNode(),
		"old-release": qumulotest.OldRelease(),
	}
	for _, version := range qumulotest.Releases() {
		all["release-"+version] = qumulotest.Release(version)
	}
	return all
}

// TestRoundTrip: of a page with each documented family in each form, Prometheus reads the same series with the same values as before,
// counters with _total, and the same types and help.
func TestRoundTrip(t *testing.T) {
	documented := map[string]bool{}
	for cluster, m := range clusters() {
		for name, form := range forms() {
			text, ok := m.Clone().SetClock(func() time.Time { return time.Unix(1770000000, 0) }).SetMetricsForm(form).Answer(qumulo.NativeMetricsEndpoint.Path)
			if !ok {
				continue
			}
			t.Run(cluster+"/"+name, func(t *testing.T) {
				before := readAs(t, text, form)
				families, report := exposition.Parse(text)
				if report.Samples() > 0 || report.Cut {
					t.Errorf("%+v", report)
				}
				classic, open := valid(t, families)
				want := map[string]float64{}
				for series, value := range before.Series {
					want[withTotal(series, before.Types)] = value
				}
				if !maps.Equal(classic.Series, want) || !maps.Equal(open.Series, want) {
					t.Errorf("other series: %d before, %d and %d after", len(want), len(classic.Series), len(open.Series))
				}
				checkMetadata(t, form, before, open)
				for family := range open.Types {
					documented[family] = true
				}
			})
		}
	}
	if len(documented) < 49 {
		t.Errorf("%d families", len(documented))
	}
}

// readAs reads a page in a form as Prometheus does.
func readAs(t *testing.T, text []byte, form qumulotest.MetricsForm) *parsertest.Page {
	t.Helper()
	format := parsertest.OpenMetrics
	switch {
	case form.Classic:
		format = parsertest.Classic
	case form.NoEOF: // Prometheus does not take it as OpenMetrics otherwise
		text = append(slices.Clip(text), "# EOF\n"...)
	}
	before, err := parsertest.Read(text, format)
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Series) == 0 || form.Timestamps != (before.Timestamps > 0) {
		t.Fatalf("%d series, %d timestamps", len(before.Series), before.Timestamps)
	}
	return before
}

// withTotal writes a series of a counter with _total. A series begins with its name in the braces.
func withTotal(series string, types map[string]model.MetricType) string {
	const begin = `{__name__="`
	name, labels, _ := strings.Cut(strings.TrimPrefix(series, begin), `"`)
	base := strings.TrimSuffix(name, "_count")
	if types[name] == model.MetricTypeCounter || types[base] == model.MetricTypeCounter {
		name = strings.TrimSuffix(base, "_total") + "_total"
	}
	return begin + name + `"` + labels
}

func checkMetadata(t *testing.T, form qumulotest.MetricsForm, before, after *parsertest.Page) {
	t.Helper()
	sent := map[string]bool{} // a family without samples is not shown
	for series := range after.Series {
		name, _, _ := strings.Cut(strings.TrimPrefix(series, `{__name__="`), `"`)
		for _, suffix := range []string{"", "_total", "_info", "_count"} {
			sent[strings.TrimSuffix(name, suffix)] = true
		}
	}
	for wire, was := range before.Types {
		family := wire
		if was == model.MetricTypeCounter {
			family = strings.TrimSuffix(strings.TrimSuffix(wire, "_count"), "_total")
		}
		want := was
		if was == model.MetricTypeHistogram && form.NoBuckets {
			want = model.MetricTypeSummary
		}
		if is, ok := after.Types[family]; sent[family] && (!ok || is != want || after.Help[family] != before.Help[wire]) {
			t.Errorf("%s %s %q is %s %q", was, wire, before.Help[wire], is, after.Help[family])
		}
	}
}
