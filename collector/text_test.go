package collector

import (
	"strings"
	"testing"
	"unicode/utf8"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestLabelValues: whatever a label is given, a strict parser reads the page, no
// value is longer than its bound, and values that differ stay apart.
func TestLabelValues(t *testing.T) {
	long := strings.Repeat("é", 3<<20) // two bytes each
	given := []string{
		"node-1", "", "é…\n\"", strings.Repeat("a", maxLabelValue), // as they are
		strings.Repeat("a", maxLabelValue+1), long + "1", long + "2", "x" + long, // cut
		"bay \xff", "bay \xfe", strings.Repeat("\xff", 1000), "\xc3", // not UTF-8
	}
	const asTheyAre, warnings = 4, 7 // two of the long ones read the same in a warning
	m := &Metric{Name: "qumulo_test", Help: "A test.", Labels: []string{"name"}}
	out := NewOutput(nil)
	for i, value := range given {
		out.Add(m, float64(i), value)
	}
	seen := map[string]bool{}
	for i, series := range familiesOf(t, out)[0].GetMetric() {
		value := series.GetLabel()[0].GetValue()
		switch {
		case i < asTheyAre && value != given[i]:
			t.Errorf("%q became %q", given[i], value)
		case i >= asTheyAre && !strings.Contains(value, "…"):
			t.Errorf("value %d is not marked: %.50q", i, value)
		}
		if len(value) > maxLabelValue || !utf8.ValidString(value) || seen[value] {
			t.Errorf("value %d: %d bytes, valid %v, seen before %v", i, len(value), utf8.ValidString(value), seen[value])
		}
		seen[value] = true
	}
	if len(seen) != len(given) || len(out.warnings) != warnings {
		t.Errorf("%d values of %d, and %d warnings: %q", len(seen), len(given), len(out.warnings), out.warnings)
	}
}

// TestCutValueStays: a value that was cut is the same in each scrape and in each
// metric, and a label of several series is warned of once.
func TestCutValueStays(t *testing.T) {
	bay := strings.Repeat("7", 5<<20)
	shown := map[string]bool{}
	for range 2 {
		out := NewOutput(nil)
		addDrive(out, qumulo.Slot{}, "1", bay, "healthy")
		for _, f := range familiesOf(t, out) {
			shown[labelOf(f, "drive_bay")] = true
		}
		if len(out.families) < 3 || len(out.warnings) != 1 || len(out.warnings[0]) > 150 {
			t.Errorf("%d families, warnings %q", len(out.families), out.warnings)
		}
	}
	if len(shown) != 1 {
		t.Errorf("%d values of one bay", len(shown))
	}
}

func labelOf(f *dto.MetricFamily, name string) string {
	for _, l := range f.GetMetric()[0].GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// TestWarningsAreBounded: neither their number nor the length of one is the cluster's
// to choose.
func TestWarningsAreBounded(t *testing.T) {
	out := NewOutput(nil)
	for i := range 100 {
		out.warnf("%d %q", i, strings.Repeat("é\xff", 1<<12))
	}
	if len(out.warnings) != maxWarnings {
		t.Errorf("%d warnings", len(out.warnings))
	}
	for _, w := range out.warnings {
		if len(w) > maxWarning || !utf8.ValidString(w) || !strings.HasSuffix(w, "…") {
			t.Errorf("%d bytes: %.60q", len(w), w)
		}
	}
}

// TestUnknownCollectorIsEchoedShort: a request chooses the name.
func TestUnknownCollectorIsEchoedShort(t *testing.T) {
	_, err := Select(Names(), []string{strings.Repeat("x", 1<<20)}, nil)
	if err == nil || len(err.Error()) > 200+len(strings.Join(Names(), ", ")) {
		t.Errorf("%.400v", err)
	}
}
