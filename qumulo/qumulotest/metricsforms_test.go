package qumulotest

import (
	"bytes"
	"fmt"
	"maps"
	mathbits "math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// everyForm is each pair of what a form may be, and all of it at once.
func everyForm() (forms []MetricsForm) {
	for bits := range uint(1 << 6) {
		if n := mathbits.OnesCount(bits); n > 2 && n < 6 {
			continue
		}
		is := func(bit int) bool { return bits>>bit&1 == 1 }
		for _, counters := range []CounterForm{CounterTotal, CounterBare, CounterCount} {
			forms = append(forms, MetricsForm{
				Classic: is(0), Counters: counters, NoBuckets: is(1), Units: is(2), NoEOF: is(3), Timestamps: is(4), Exemplars: is(5),
			})
		}
	}
	return forms
}

// plainSeries are the values of a page by family, labels and the last word of a histogram's series.
func plainSeries(families map[string]*readFamily) map[string]float64 {
	values := map[string]float64{}
	for name, f := range families {
		for _, s := range f.samples {
			part := ""
			if f.kind == histogramKind {
				part = strings.TrimPrefix(s.name, name) + s.le
			}
			values[fmt.Sprint(name, part, s.labels)] = s.value
		}
	}
	return values
}

// TestMetricsForms: each form has the same series with the same values, and what it alone has.
func TestMetricsForms(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)
	m := Generate(GenerateOptions{Nodes: 1, Bays: 1}).SetClock(func() time.Time { return now })
	usual, _ := m.Answer(metricsPath)
	want := plainSeries(readMetrics(t, string(usual), MetricsForm{}))
	if len(want) < 100 {
		t.Fatalf("%d series", len(want))
	}
	for _, form := range everyForm() {
		t.Run(fmt.Sprintf("%+v", form), func(t *testing.T) {
			page, _ := m.SetMetricsForm(form).Answer(metricsPath)
			families := readMetrics(t, string(page), form)
			all := maps.Clone(want)
			if form.NoBuckets {
				maps.DeleteFunc(all, func(series string, _ float64) bool { return strings.Contains(series, "_bucket") })
			}
			if got := plainSeries(families); !maps.Equal(got, all) {
				t.Errorf("%d series, want %d, or with other values", len(got), len(all))
			}
			units := 0
			for name, f := range families {
				units += len(f.unit)
				checkExtras(t, name, f, form)
			}
			if (units > 0) != form.Units {
				t.Errorf("units of %d letters", units)
			}
			if form.Classic {
				checkClassic(t, page)
			}
		})
	}
}

// checkExtras looks at what some forms have and others have not.
func checkExtras(t *testing.T, name string, f *readFamily, form MetricsForm) {
	t.Helper()
	if f.help == "" || form.Units && f.unit != "" && !strings.HasSuffix(name, "_"+f.unit) {
		t.Errorf("%s: help %q, unit %q", name, f.help, f.unit)
	}
	stamp := map[bool]string{true: "1770091506789", false: "1770091506.789"}[form.Classic]
	if !form.Timestamps {
		stamp = ""
	}
	for _, s := range f.samples {
		may := strings.HasSuffix(s.name, "_bucket") || strings.HasSuffix(s.name, "_total")
		if s.timestamp != stamp || (s.exemplar != "") != (may && form.Exemplars && !form.Classic) {
			t.Errorf("%s: timestamp %q, exemplar %q", s.text, s.timestamp, s.exemplar)
		}
		if s.le != "" && s.le != "+Inf" {
			t.Errorf("%s: le %q", s.text, s.le)
		}
	}
}

// checkClassic reads a page as Prometheus's library reads the classic format.
func checkClassic(t *testing.T, page []byte) {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range families {
		if f.GetType().String() == "UNTYPED" || f.GetHelp() == "" {
			t.Errorf("%s is %s: %q", name, f.GetType(), f.GetHelp())
		}
	}
}

// TestMetricsHeader: content types, and the text that a test sets, over the wire.
func TestMetricsHeader(t *testing.T) {
	m := OnPremises()
	s := start(t, m)
	token := s.login(t)
	for _, c := range []struct {
		form MetricsForm
		want string
	}{
		{MetricsForm{}, "application/openmetrics-text; version=1.0.0; charset=utf-8"},
		{MetricsForm{Classic: true}, "text/plain; version=0.0.4; charset=utf-8"},
		{MetricsForm{Classic: true, ContentType: "application/octet-stream"}, "application/octet-stream"},
	} {
		m.SetMetricsForm(c.form)
		if r := s.get(t, metricsPath, token); r.status != 200 || r.header.Get("Content-Type") != c.want || len(r.body) < 10_000 {
			t.Errorf("%+v: %d, %q, %d bytes", c.form, r.status, r.header, len(r.body))
		}
	}
	for _, text := range []string{"", "# TYPE qumulo_up gauge\nqumulo_up 1\n", "no metrics"} {
		m.SetMetricsPage(text)
		if r := s.get(t, metricsPath, token); r.status != 200 || r.body != text || r.header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("%q: %d, %q, %q", text, r.status, r.header, r.body)
		}
	}
	s.SetPrivileges(DefaultUser, slices.DeleteFunc(everyPrivilege(), func(p string) bool { return p == "PRIVILEGE_METRICS_READ" })...)
	if r := s.get(t, metricsPath, token); r.status != 403 || !strings.Contains(r.body, "PRIVILEGE_METRICS_READ") {
		t.Errorf("without the privilege: %d %s", r.status, r.body)
	}
}

// TestMetricsFaults: the page is cut as any other body.
func TestMetricsFaults(t *testing.T) {
	m := OnPremises().SetMetricsPage("# TYPE qumulo_fs_snapshots gauge\nqumulo_fs_snapshots 3\n# EOF\n")
	s := start(t, m)
	token := s.login(t)
	s.SetFault(metricsPath, Fault{CutBody: true, Times: 1})
	ctx := t.Context()
	if r, err := s.do(ctx, "GET", s.URL()+metricsPath, token, ""); err == nil || r.body != "# TYPE qumulo_fs_snapshots gau" {
		t.Errorf("cut: %v, %q", err, r.body)
	}
	s.SetFault(metricsPath, Fault{Body: []byte("<html>"), ContentType: "text/html", Times: 1})
	if r := s.get(t, metricsPath, token); r.status != 200 || r.body != "<html>" || r.header.Get("Content-Type") != "text/html" {
		t.Errorf("another body: %d, %q, %q", r.status, r.header, r.body)
	}
	restore := m.Edit(metricsPath, func(body []byte) []byte { return body[:10] })
	if r := s.get(t, metricsPath, token); r.body != "# TYPE qum" || !strings.HasPrefix(r.header.Get("Content-Type"), "application/openmetrics-text") {
		t.Errorf("edited: %q, %q", r.header, r.body)
	}
	restore()
	if r := s.get(t, metricsPath, token); !strings.HasSuffix(r.body, "3\n# EOF\n") {
		t.Errorf("at last: %q", r.body)
	}
}
