package exposition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// show writes families and a report so that they can be compared.
func show(families []exposition.Family, report exposition.Report) string {
	var b strings.Builder
	for _, f := range families {
		fmt.Fprintf(&b, "%s %s", f.Name, f.Type)
		if f.Help != "" || f.Unit != "" {
			fmt.Fprintf(&b, " %q %s", f.Help, f.Unit)
		}
		fmt.Fprintf(&b, "\n%s", f.Samples)
		if n := strings.Count(string(f.Samples), "\n"); n != f.Series {
			fmt.Fprintf(&b, "Series is %d, and there are %d\n", f.Series, n)
		}
	}
	for _, d := range report.Dropped {
		fmt.Fprintf(&b, "! %d %s: %s\n", d.Samples, d.First, d.Reason)
	}
	if report.Cut {
		b.WriteString("! cut\n")
	}
	return b.String()
}

// page is a case: what a cluster sends, and what is read of it.
type page struct{ name, sent, want string }

func (p page) check(t *testing.T) {
	t.Helper()
	if got := show(exposition.Parse([]byte(p.sent))); got != p.want {
		t.Errorf("%s:\n%s\nis read as\n%s\nnot as\n%s", p.name, p.sent, got, p.want)
	}
}

func TestForms(t *testing.T) {
	for _, p := range []page{
		{"counter with _total", "# HELP x Some.\n# TYPE x counter\nx_total{a=\"1\"} 5\n", "x counter \"Some.\" \nx_total{a=\"1\"} 5\n"},
		{"bare counter", "# TYPE x counter\nx{a=\"1\"} 5\nx 6\n", "x counter\nx_total{a=\"1\"} 5\nx_total 6\n"},
		{"counter with _count", "# TYPE x counter\nx_count{a=\"1\"} 5\n", "x counter\nx_total{a=\"1\"} 5\n"},
		{"counter named _count", "# HELP x_count Some.\n# TYPE x_count counter\nx_count 5\n", "x counter \"Some.\" \nx_total 5\n"},
		{"counter named _count, with _total", "# TYPE x_count counter\nx_count_total 5\n", "x_count counter\nx_count_total 5\n"},
		{"classic counter", "# TYPE x_total counter\nx_total 5\n", "x counter\nx_total 5\n"},
		{"classic counter named _count", "# TYPE x_count_total counter\nx_count_total 5\n", "x_count counter\nx_count_total 5\n"},
		{"counter of no other name", "# TYPE _total counter\n_total 5\n", "_total counter\n_total_total 5\n"},
		{"info", "# TYPE x info\nx_info{a=\"1\"} 1\n", "x info\nx_info{a=\"1\"} 1\n"},
		{"info, bare", "# TYPE x info\nx{a=\"1\"} 1.0\n", "x info\nx_info{a=\"1\"} 1.0\n"},
		{"info with its suffix", "# TYPE x_info info\nx_info 1\n", "x info\nx_info 1\n"},
		{"info as a gauge", "# TYPE x_info gauge\nx_info 1\n", "x_info gauge\nx_info 1\n"},
		{
			"group whose labels without a value differ", "# TYPE x summary\nx_sum{a=\"\",quantile=\"\"} 1\nx_count{b=\"\"} 1\nx_sum{a=\"\",c=\"2\"} 2\nx_count{c=\"2\"} 1\n",
			"x summary\nx_sum 1\nx_count 1\nx_sum{c=\"2\"} 2\nx_count{c=\"2\"} 1\n",
		},
		{
			"histogram", "# TYPE x histogram\nx_bucket{le=\"+Inf\"} 3\nx_count 3\nx_sum 1.5\n",
			"x histogram\nx_bucket{le=\"+Inf\"} 3\nx_count 3\nx_sum 1.5\n",
		},
		{
			"histogram without buckets", "# TYPE x histogram\nx_sum{a=\"1\"} 1.5\nx_count{a=\"1\"} 3\n",
			"x summary\nx_sum{a=\"1\"} 1.5\nx_count{a=\"1\"} 3\n",
		},
		{
			"summary", "# TYPE x summary\nx{quantile=\"0.5\"} 3\nx_count 3\nx_sum 1.5\n",
			"x summary\nx{quantile=\"0.5\"} 3\nx_count 3\nx_sum 1.5\n",
		},
		{"state-set", "# TYPE x stateset\nx{x=\"a\"} 1\nx{x=\"b\"} 0\n", "x stateset\nx{x=\"a\"} 1\nx{x=\"b\"} 0\n"},
		{"no metadata", "x_total 5\nx_info 2\n", "x_info unknown\nx_info 2\nx_total unknown\nx_total 5\n"},
		{"unknown type", "# TYPE x gaugehistogram\nx_gsum 1\n", "x_gsum unknown\nx_gsum 1\n"},
		{"untyped", "# TYPE x untyped\nx 1\n", "x unknown\nx 1\n"},
		{"unit", "# TYPE x_bytes gauge\n# UNIT x_bytes bytes\nx_bytes 1\n", "x_bytes gauge \"\" bytes\nx_bytes 1\n"},
		{"unit of another name", "# TYPE x gauge\n# UNIT x bytes\nx 1\n", "x gauge\nx 1\n"},
		{"unit of info", "# TYPE x_bytes info\n# UNIT x_bytes bytes\nx_bytes_info 1\n", "x_bytes info\nx_bytes_info 1\n"},
		{"metadata behind samples", "x 1\n# HELP x Some.\n# TYPE x unknown\nx{a=\"1\"} 2\n", "x unknown \"Some.\" \nx 1\nx{a=\"1\"} 2\n"},
		{"first help counts", "# HELP x A\n# HELP x B\n# TYPE x gauge\nx 1\n", "x gauge \"A\" \nx 1\n"},
		{"escapes of help", "# HELP x a\\nb\\\\n \\\"c\\\" \\d\n# TYPE x gauge\nx 1\n", "x gauge \"a\\nb\\\\n \\\"c\\\" \\\\d\" \nx 1\n"},
		{"end", "# TYPE x gauge\nx 1\n# EOF\n", "x gauge\nx 1\n"},
		{"end without line feed", "# TYPE x gauge\nx 1\n# EOF", "x gauge\nx 1\n"},
		{"nothing", "", ""},
		{"families torn apart", "# TYPE x gauge\n# TYPE y gauge\nx 1\ny 1\nx{a=\"1\"} 2\n", "x gauge\nx 1\nx{a=\"1\"} 2\ny gauge\ny 1\n"},
		{"sorted", "# TYPE y gauge\ny 1\n# TYPE x gauge\nx 1\n", "x gauge\nx 1\ny gauge\ny 1\n"},
	} {
		p.check(t)
	}
}

// TestLines: a line is written in the one form that both formats have.
func TestLines(t *testing.T) {
	for _, p := range []struct{ sent, want string }{
		{`x 1`, `x 1`},
		{`x{a="1",b="2"} 1`, `x{a="1",b="2"} 1`},
		{"\tx  1 ", `x 1`},
		{"x 1\r", `x 1`},
		{`x{} 1`, `x 1`},
		{`x {a="1"} 1`, `x{a="1"} 1`},
		{`x{a="1"}1`, `x{a="1"} 1`},
		{`x{ a = "1" , b="2" , }  1`, `x{a="1",b="2"} 1`},
		{`x{a="1",} 1`, `x{a="1"} 1`},
		{`x{a=""} 1`, `x{a=""} 1`},
		{`x 1 1700000000000`, `x 1`},
		{`x{a="1"} 1 1700000000.123`, `x{a="1"} 1`},
		{`x 1 # {trace="a"} 0.5 1700000000.1`, `x 1`},
		{`x 1 1700000000.1 # {trace="a"} 0.5`, `x 1`},
		{`x{a="q\"b\\n\n"} 1`, `x{a="q\"b\\n\n"} 1`},
		{`x{a="\d\\d\t"} 1`, `x{a="\\d\\d\\t"} 1`},
		{`x{a="b # c} 1"} 1`, `x{a="b # c} 1"} 1`},
		{`x{a="ä→日本"} 1`, `x{a="ä→日本"} 1`},
		{`x nan`, `x NaN`},
		{`x Inf`, `x +Inf`},
		{`x -infinity`, `x -Inf`},
		{`x -1.5e-7`, `x -1.5e-7`},
		{`x +.5`, `x +.5`},
		{`x 12345678901234567890`, `x 12345678901234567890`},
		{`x 1e-999`, `x 1e-999`},
	} {
		page{"line", p.sent + "\n", "x unknown\n" + p.want + "\n"}.check(t)
	}
}

// TestBounds: labels that are numbers are written as both formats have them.
func TestBounds(t *testing.T) {
	page{
		"histogram", "# TYPE x histogram\nx_bucket{le=\"1\"} 2\nx_bucket{le=\"1e6\"} 2\nx_bucket{le=\"inf\"} 3\nx_count 3\nx_sum 1.5\n",
		"x histogram\nx_bucket{le=\"1.0\"} 2\nx_bucket{le=\"1e+06\"} 2\nx_bucket{le=\"+Inf\"} 3\nx_count 3\nx_sum 1.5\n",
	}.check(t)
	page{
		"summary", "# TYPE x summary\nx{quantile=\"1\"} 2\nx_count 3\nx_sum 1.5\n",
		"x summary\nx{quantile=\"1.0\"} 2\nx_count 3\nx_sum 1.5\n",
	}.check(t)
}

// TestOrderOfGroups: the series of a histogram stand together, whatever the order in which they were sent.
func TestOrderOfGroups(t *testing.T) {
	const sent = `# TYPE x histogram
x_bucket{a="1",le="+Inf"} 3
x_bucket{a="2",le="+Inf"} 4
x_bucket{a="1",le="0.5"} 1
x_count{a="1"} 3
x_count{a="2"} 4
x_sum{a="1"} 1.5
x_sum{a="2"} 2.5
`
	page{"histogram", sent, `x histogram
x_bucket{a="1",le="0.5"} 1
x_bucket{a="1",le="+Inf"} 3
x_count{a="1"} 3
x_sum{a="1"} 1.5
x_bucket{a="2",le="+Inf"} 4
x_count{a="2"} 4
x_sum{a="2"} 2.5
`}.check(t)
	page{"state-set", "# TYPE x stateset\nx{x=\"a\",n=\"1\"} 1\nx{x=\"a\",n=\"2\"} 1\nx{n=\"1\",x=\"b\"} 0\nx{x=\"b\",n=\"2\"} 0\n", `x stateset
x{x="a",n="1"} 1
x{n="1",x="b"} 0
x{x="a",n="2"} 1
x{x="b",n="2"} 0
`}.check(t)
}
