package collector

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// familiesOf is what an output holds, sorted by name.
func familiesOf(tb testing.TB, o *Output) []*dto.MetricFamily {
	tb.Helper()
	return testutil.ParseFamilies(tb, testutil.Text(tb, exposition.Page{Text: o.Families()}))
}

// series are what an output holds: "label/label value" in order.
func series(tb testing.TB, o *Output) []string {
	tb.Helper()
	var all []string
	for _, f := range familiesOf(tb, o) {
		for _, m := range f.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetValue())
			}
			value := strconv.FormatFloat(m.Gauge.GetValue(), 'f', -1, 64)
			all = append(all, strings.Join(labels, "/")+" "+value)
		}
	}
	return all
}

// decode returns a value as the API sends it.
func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// check compares series and warnings.
func check(t *testing.T, o *Output, want, warnings []string) {
	t.Helper()
	if diff := cmp.Diff(want, series(t, o)); diff != "" {
		t.Errorf("series differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(warnings, o.Warnings()); diff != "" {
		t.Errorf("warnings differ (-want +got):\n%s", diff)
	}
}

// TestTypedValues: what can be read has a series, what is malformed a warning, and what is missing neither.
func TestTypedValues(t *testing.T) {
	m := gauge("qumulo_x", "X.", "id")
	for name, c := range map[string]struct {
		add            func(t *testing.T, o *Output, sent string)
		sent           string
		want, warnings []string
	}{
		"a time":             {timestampOf, `"2026-02-03T04:05:06.789Z"`, []string{"a 1770091506.789"}, nil},
		"a time of a zone":   {timestampOf, `"1970-01-01T01:00:01+01:00"`, []string{"a 1"}, nil},
		"no time":            {timestampOf, `""`, nil, nil},
		"null for a time":    {timestampOf, `null`, nil, nil},
		"not a time":         {timestampOf, `"soon"`, nil, []string{`end_time of a is "soon", not a time: no series`}},
		"true":               {flagOf, `true`, []string{"a 1"}, nil},
		"false as a text":    {flagOf, `"false"`, []string{"a 0"}, nil},
		"no flag":            {flagOf, `null`, nil, nil},
		"not a flag":         {flagOf, `"maybe"`, nil, []string{`enabled of a is "maybe", not true or false: no series`}},
		"percent":            {ratioOf, `12.5`, []string{"a 0.125"}, nil},
		"percent as a text":  {ratioOf, `"100"`, []string{"a 1"}, nil},
		"zero percent":       {ratioOf, `0`, []string{"a 0"}, nil},
		"no percent":         {ratioOf, `null`, nil, nil},
		"not a percentage":   {ratioOf, `"half"`, nil, []string{`percent of a is "half", not a number: no series`}},
		"a negative percent": {ratioOf, `-1`, nil, []string{"percent of a is negative (-1): no series"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := NewOutput(nil)
			c.add(t, o, c.sent)
			check(t, o, c.want, c.warnings)
			for _, f := range familiesOf(t, o) {
				if f.GetName() != m.Name {
					t.Errorf("a family %s", f.GetName())
				}
			}
		})
	}
}

func timestampOf(t *testing.T, o *Output, sent string) {
	t.Helper()
	o.timestamp(gauge("qumulo_x", "X.", "id"), "end_time", decode[qumulo.Time](t, sent), "a")
}

func flagOf(t *testing.T, o *Output, sent string) {
	t.Helper()
	o.flag(gauge("qumulo_x", "X.", "id"), "enabled", decode[qumulo.Bool](t, sent), "a")
}

func ratioOf(t *testing.T, o *Output, sent string) {
	t.Helper()
	o.ratio(gauge("qumulo_x", "X.", "id"), "percent", decode[qumulo.Number](t, sent), "a")
}

// TestStateSet: one series is 1, whatever the API's word, and none while it is idle.
func TestStateSet(t *testing.T) {
	m := states("qumulo_x_state", "X.", words{known: []string{"running", "not_started"}, prefix: "X_STATE_", idle: "idle"}, "id", "state")
	rows := func(values string) []string {
		v := strings.Fields(values)
		return []string{"a/running " + v[0], "a/not_started " + v[1], "a/unknown " + v[2]}
	}
	for name, c := range map[string]struct {
		sent, state, values string
		warnings            []string
	}{
		"with the prefix":       {sent: "X_STATE_RUNNING", state: "running", values: "1 0 0"},
		"without it":            {sent: "running", state: "running", values: "1 0 0"},
		"more than one word":    {sent: "X_STATE_NOT_STARTED", state: "not_started", values: "0 1 0"},
		"with spaces":           {sent: "Not Started", state: "not_started", values: "0 1 0"},
		"idle":                  {sent: "X_STATE_IDLE", state: "idle", values: "0 0 0"},
		"missing":               {sent: "", state: "unknown", values: "0 0 1"},
		"the prefix alone":      {sent: "X_STATE_", state: "unknown", values: "0 0 1"},
		"the API's own unknown": {sent: "X_STATE_UNKNOWN", state: "unknown", values: "0 0 1"},
		"new": {
			sent: "X_STATE_PAUSED", state: "unknown", values: "0 0 1",
			warnings: []string{`qumulo_x_state: the word "X_STATE_PAUSED" is new: shown as unknown`},
		},
		"new and long": {
			sent: strings.Repeat("A", 2000), state: "unknown", values: "0 0 1",
			warnings: []string{`qumulo_x_state: the word "` + strings.Repeat("A", 40) + `" is new: shown as unknown`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := NewOutput(nil)
			for range 2 { // a warning comes once
				o.families, o.metrics = nil, nil
				if state := o.stateSet(m, qumulo.Text(c.sent), "a"); state != c.state {
					t.Errorf("the state is %q, not %q", state, c.state)
				}
			}
			check(t, o, rows(c.values), c.warnings)
		})
	}
}

// TestStateSetKeepsLabels: the caller's slice is not written to.
func TestStateSetKeepsLabels(t *testing.T) {
	o := NewOutput(nil)
	labels := append(make([]string, 0, 8), "a")
	o.stateSet(states("qumulo_x_state", "X.", words{known: []string{"on"}}, "id", "state"), "on", labels...)
	if !slices.Equal(labels[:2], []string{"a", ""}) {
		t.Errorf("the labels are %q now", labels[:2])
	}
}
