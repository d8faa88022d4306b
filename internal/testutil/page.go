package testutil

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Page is the value of each series of a page, by its name with labels as the text format writes them:
// qumulo_node_status{node_id="2",status="online"}. Labels are in the order in which they came. Of a histogram or a
// summary it is the number of observations.
type Page map[string]float64

// ParsePage reads a page in the text format. One that breaks the format's rules, or has a series
// twice, fails the test.
func ParsePage(tb testing.TB, text string) Page {
	tb.Helper()
	p, err := ReadPage(text)
	if err != nil {
		tb.Errorf("not a valid page: %v", err)
	}
	return p
}

// TextPage is what a scrape returns.
type TextPage interface {
	WriteText(out io.Writer, fault func(error)) error
}

// Text is a page in the text format.
func Text(tb testing.TB, page TextPage) string {
	tb.Helper()
	var b strings.Builder
	if err := page.WriteText(&b, func(err error) { tb.Error(err) }); err != nil {
		tb.Error(err)
	}
	return b.String()
}

// PageOf is ParsePage of what a scrape returned.
func PageOf(tb testing.TB, page TextPage) Page {
	tb.Helper()
	return ParsePage(tb, Text(tb, page))
}

// ParseFamilies returns the families of a page in the text format, sorted by name.
func ParseFamilies(tb testing.TB, text string) []*dto.MetricFamily {
	tb.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		tb.Errorf("not a valid page: %v", err)
	}
	return slices.SortedFunc(maps.Values(families), func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
}

// Want compares the value of one series.
func (p Page) Want(tb testing.TB, series string, value float64) {
	tb.Helper()
	if got, ok := p[series]; !ok || got != value {
		tb.Errorf("%s = %v (there: %t), want %v", series, got, ok, value)
	}
}

// Absent wants no series that begins so.
func (p Page) Absent(tb testing.TB, prefix string) {
	tb.Helper()
	for series := range p {
		if strings.HasPrefix(series, prefix) {
			tb.Errorf("%s should not be there", series)
		}
	}
}

// With returns the series of one metric whose labels have the given text, such as `target="a"`; "" is all of them. An empty
// metric stands for all metrics.
func (p Page) With(metric, label string) Page {
	part := Page{}
	for series, value := range p {
		name, labels, _ := strings.Cut(series, "{")
		if (metric == "" || name == metric) && strings.Contains(labels, label) {
			part[series] = value
		}
	}
	return part
}

// NoCollision wants no family whose name is that of a counter less _total: a strict parser of OpenMetrics, where the
// counter's family has that name, refuses the page.
func NoCollision(tb testing.TB, families []*dto.MetricFamily) {
	tb.Helper()
	names := map[string]bool{}
	for _, f := range families {
		names[f.GetName()] = true
	}
	for _, f := range families {
		name, counted := strings.CutSuffix(f.GetName(), "_total")
		if counted && f.GetType() == dto.MetricType_COUNTER && names[name] {
			tb.Errorf("%s and %s_total are one family in OpenMetrics", name, name)
		}
	}
}
