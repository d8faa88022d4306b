package collector

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

// TestDescriptors: what each kind of descriptor is on a page.
func TestDescriptors(t *testing.T) {
	for _, c := range []struct {
		m    *Metric
		help string
		kind dto.MetricType
		want []string // labels
	}{
		{gauge("qumulo_size_bytes", "Size."), "Size.", dto.MetricType_GAUGE, nil},
		{gauge("qumulo_things", "Things.", "node_id", "kind"), "Things.", dto.MetricType_GAUGE, []string{"node_id", "kind"}},
		{counter("qumulo_errors_total", "Errors.", "node_id"), "Errors.", dto.MetricType_COUNTER, []string{"node_id"}},
		{info("qumulo_thing_info", "What it is", "name"), "What it is; always 1.", dto.MetricType_GAUGE, []string{"name"}},
		{states("qumulo_state", "State.", words{known: []string{"a"}}, "id", "state"), "State.", dto.MetricType_GAUGE, []string{"id", "state"}},
	} {
		out := NewOutput(nil)
		out.Add(c.m, 7, c.want...)
		f := familiesOf(t, out)[0]
		if f.GetName() != c.m.Name || f.GetHelp() != c.help || f.GetType() != c.kind {
			t.Errorf("%s: a %s with the help %q", f.GetName(), f.GetType(), f.GetHelp())
		}
		if s := f.Metric[0]; s.GetGauge().GetValue()+s.GetCounter().GetValue() != 7 || len(s.Label) != len(c.want) {
			t.Errorf("%s: the series is %s", f.GetName(), s)
		}
	}
}

// TestDescriptorsOfCollectors holds all of them to the names that Prometheus expects of their kind.
func TestDescriptorsOfCollectors(t *testing.T) {
	for _, c := range All() {
		for _, m := range c.Metrics {
			if strings.HasSuffix(m.Name, "_total") != m.counter {
				t.Errorf("%s: counters end in _total, and nothing else does", m.Name)
			}
			if strings.HasSuffix(m.Name, "_info") != strings.HasSuffix(m.Help, "; always 1.") {
				t.Errorf("%s: infos end in _info, and nothing else does", m.Name)
			}
			if !strings.HasSuffix(m.Help, ".") {
				t.Errorf("%s: the help is no sentence: %q", m.Name, m.Help)
			}
			if sorted := slices.Sorted(slices.Values(m.Labels)); len(slices.Compact(sorted)) != len(m.Labels) {
				t.Errorf("%s: a label twice in %q", m.Name, m.Labels)
			}
			for _, word := range m.States {
				if !regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`).MatchString(word) || word == unknown || word == m.Idle {
					t.Errorf("%s: %q can't be a word of a state-set", m.Name, word)
				}
			}
		}
	}
}
