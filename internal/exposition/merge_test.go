package exposition_test

import (
	"slices"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// own makes a family of the exporter's with one series of value 1.
func own(name string, t dto.MetricType) *dto.MetricFamily {
	help, one, n := `a "help" with \ and
a line`, 1.0, uint64(1)
	m := &dto.Metric{}
	switch t {
	case dto.MetricType_COUNTER:
		m.Counter = &dto.Counter{Value: &one}
	case dto.MetricType_HISTOGRAM:
		m.Histogram = &dto.Histogram{SampleCount: &n, SampleSum: &one}
	case dto.MetricType_SUMMARY:
		m.Summary = &dto.Summary{SampleCount: &n, SampleSum: &one}
	default:
		m.Gauge = &dto.Gauge{Value: &one}
	}
	return &dto.MetricFamily{Name: &name, Help: &help, Type: &t, Metric: []*dto.Metric{m}}
}

// native makes a family of a cluster's page.
func native(name string, t exposition.Type) exposition.Family {
	return exposition.Family{Name: name, Type: t, Samples: []byte(name + " 1\n"), Series: 1}
}

// TestNamesTaken: whatever name of one family is a name of the other one, the exporter's stays and the other goes.
func TestNamesTaken(t *testing.T) {
	for name, c := range map[string]struct {
		own    *dto.MetricFamily
		native exposition.Family
		gone   string // "": it stays
	}{
		"same name":                      {own("a", dto.MetricType_GAUGE), native("a", exposition.Gauge), "a"},
		"other name":                     {own("a", dto.MetricType_GAUGE), native("b", exposition.Gauge), ""},
		"two counters":                   {own("a_total", dto.MetricType_COUNTER), native("a", exposition.Counter), "a_total"},
		"counter and its base":           {own("a_total", dto.MetricType_COUNTER), native("a", exposition.Gauge), "a"},
		"counter and a gauge so named":   {own("a_total", dto.MetricType_COUNTER), native("a_total", exposition.Gauge), "a_total"},
		"counter and when it began":      {own("a_total", dto.MetricType_COUNTER), native("a_created", exposition.Gauge), "a_created"},
		"gauge and a counter":            {own("a", dto.MetricType_GAUGE), native("a", exposition.Counter), "a_total"},
		"gauge and a counter's series":   {own("a_total", dto.MetricType_GAUGE), native("a", exposition.Counter), "a_total"},
		"counter without total":          {own("a", dto.MetricType_COUNTER), native("a_total", exposition.Gauge), ""},
		"counter without total, same":    {own("a", dto.MetricType_COUNTER), native("a", exposition.Gauge), "a"},
		"information":                    {own("a_info", dto.MetricType_GAUGE), native("a", exposition.Info), "a_info"},
		"information's base":             {own("a", dto.MetricType_GAUGE), native("a", exposition.Info), "a_info"},
		"histogram and its count":        {own("a", dto.MetricType_HISTOGRAM), native("a_count", exposition.Gauge), "a_count"},
		"histogram and its buckets":      {own("a", dto.MetricType_HISTOGRAM), native("a_bucket", exposition.Unknown), "a_bucket"},
		"sum and a histogram":            {own("a_sum", dto.MetricType_GAUGE), native("a", exposition.Histogram), "a"},
		"summary and its sum":            {own("a", dto.MetricType_SUMMARY), native("a_sum", exposition.Gauge), "a_sum"},
		"bucket and a summary":           {own("a_bucket", dto.MetricType_GAUGE), native("a", exposition.Summary), ""},
		"gauge and a word of a counter":  {own("a_count", dto.MetricType_GAUGE), native("a", exposition.Counter), ""},
		"state set and a gauge of its":   {own("a", dto.MetricType_GAUGE), native("a", exposition.StateSet), "a"},
		"histogram and a counter's base": {own("a_bucket", dto.MetricType_GAUGE), native("a_bucket", exposition.Counter), "a_bucket_total"},
	} {
		t.Run(name, func(t *testing.T) {
			var dropped []string
			page := exposition.Page{Text: []exposition.Family{c.native}}.
				With([]*dto.MetricFamily{c.own}, func(name string) { dropped = append(dropped, name) })
			if len(page.Gathered) != 1 || page.Gathered[0] != c.own {
				t.Errorf("the exporter's family is not the one that stays: %v", page.Gathered)
			}
			if left := len(page.Text) == 0; left != (c.gone != "") {
				t.Errorf("the cluster's family is left out: %v", left)
			}
			if c.gone != "" && !slices.Equal(dropped, []string{c.gone}) || c.gone == "" && len(dropped) > 0 {
				t.Errorf("dropped %q, want %q", dropped, c.gone)
			}
		})
	}
}

// TestNewPage: what collectors read stays, those of the cluster's own families that take one of its names go, and all
// that stays is sorted.
func TestNewPage(t *testing.T) {
	read := []exposition.Family{native("e", exposition.Gauge), native("b", exposition.Counter), native("b_z", exposition.Gauge)}
	cluster := []exposition.Family{native("f", exposition.Gauge), native("e", exposition.Info), native("b_created", exposition.Gauge), native("a", exposition.Gauge)}
	var dropped []string
	page := exposition.NewPage(read, cluster, exposition.NamesOf(read), func(name string) { dropped = append(dropped, name) })
	if got := familyNames(page); !slices.Equal(got, []string{"/", "a", "b", "b_z", "e", "f"}) {
		t.Errorf("families %q", got)
	}
	if !slices.Equal(dropped, []string{"e_info", "b_created"}) {
		t.Errorf("dropped %q", dropped)
	}
	if read[0].Name != "e" || cluster[0].Name != "f" {
		t.Error("what was given is sorted too")
	}
}

// TestWith: what is on the page gives way to the exporter's own metrics; all that stays is sorted, and the page
// merged into is as it was.
func TestWith(t *testing.T) {
	first := exposition.NewPage([]exposition.Family{native("d", exposition.Gauge), native("a", exposition.Gauge)},
		[]exposition.Family{native("c_z", exposition.Gauge), native("c", exposition.Counter), native("b", exposition.Gauge)}, exposition.Names{}, nil)
	var dropped []string
	page := first.With([]*dto.MetricFamily{own("e", dto.MetricType_GAUGE), own("a", dto.MetricType_GAUGE), own("b", dto.MetricType_GAUGE)},
		func(name string) { dropped = append(dropped, name) })
	if got := familyNames(page); !slices.Equal(got, []string{"a", "b", "e", "/", "c", "c_z", "d"}) {
		t.Errorf("families %q", got)
	}
	if !slices.Equal(dropped, []string{"a", "b"}) {
		t.Errorf("dropped %q", dropped)
	}
	if got := familyNames(first); !slices.Equal(got, []string{"/", "a", "b", "c", "c_z", "d"}) {
		t.Errorf("the page merged into is now %q", got)
	}
	if got := familyNames(page.Only([]string{"c_total", "e", "z"})); !slices.Equal(got, []string{"e", "/", "c"}) {
		t.Errorf("chosen by name: %q", got)
	}
	if got := familyNames(page.Only(nil)); len(got) != 7 {
		t.Errorf("chosen by no name: %q", got)
	}
	if page.Empty() || !page.Only([]string{"z"}).Empty() {
		t.Error("a page with families is empty, or one without is not")
	}
}

// familyNames are those of both kinds, with a slash between them.
func familyNames(p exposition.Page) []string {
	var all []string
	for _, f := range p.Gathered {
		all = append(all, f.GetName())
	}
	all = append(all, "/")
	for _, f := range p.Text {
		all = append(all, f.Name)
	}
	return all
}
