package exposition_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// TestMalformedLines: each is left out, and the rest of the page is not.
func TestMalformedLines(t *testing.T) {
	for _, line := range []string{
		`x`, `x `, `{a="1"} 1`, `{"x",a="1"} 1`, `1x 1`, `x{a="1" 1`, `x{a="1} 1`, `x{a=1} 1`, `x{"a"="1"} 1`, `x{a} 1`, `x{,} 1`,
		`x{a="1",,b="2"} 1`, `x{1a="1"} 1`, `x{a:b="1"} 1`, `x{__name__="y"} 1`, `x{a="1"b="2"} 1`, `x{a="\`, `x{a="\"} 1`, "x{a=\"\x00\"} 1",
		`x one`, `x 0x1p3`, `x 1_000`, `x 1e999`, `x 1 NaN`, `x 1 one`, `x 1 2 3`, `x 1 # b`, `x 1 #`, `x "1"`, `x 1,5`, `x +NaN`, `x - 1`,
	} {
		name := line[:strings.IndexFunc(line+" ", func(r rune) bool { return r != 'x' })]
		page{"malformed", line + "\n\n \t\nx{a=\"whole\"} 1\n", "x unknown\nx{a=\"whole\"} 1\n! 1 " + name + ": malformed line\n"}.check(t)
	}
}

func TestDropped(t *testing.T) {
	var labels strings.Builder
	for range 65 {
		labels.WriteString(`a="1",`)
	}
	for _, p := range []page{
		{"too many labels", "x{" + labels.String() + "} 1\nx 1\n", "x unknown\nx 1\n! 1 x: malformed line\n"},
		{"not UTF-8", "x{a=\"\xff\"} 1\nx 1\n", "x unknown\nx 1\n! 1 x: not UTF-8\n"},
		{"line too long", "x{a=\"" + strings.Repeat("a", 70_000) + "\"} 1\nx 1\n", "x unknown\nx 1\n! 1 x: line too long\n"},
		{"cut", "# TYPE x gauge\nx{a=\"1\"} 1\nx{a=\"2\"} 1", "x gauge\nx{a=\"1\"} 1\n! 1 x: truncated line\n! cut\n"},
		{"cut in a comment", "x 1\n# TYPE y ga", "x unknown\nx 1\n! cut\n"},
		{"behind the end", "x 1\n# EOF\ny 1\n# TYPE z gauge\n\ny 2", "x unknown\nx 1\n! 2 y: behind # EOF\n"},
		{"label twice", "x{a=\"1\",b=\"1\",a=\"2\"} 1\nx 1\n", "x unknown\nx 1\n! 1 x: a label twice\n"},
		{"duplicate", "x{a=\"1\",b=\"2\"} 1\nx{b=\"2\",a=\"1\"} 2\nx{a=\"1\",b=\"2\",c=\"\"} 3\n", "x unknown\nx{a=\"1\",b=\"2\"} 1\n! 2 x: duplicate series\n"},
		{"duplicate by its escapes", "x{a=\"\\d\"} 1\nx{a=\"\\\\d\"} 2\n", "x unknown\nx{a=\"\\\\d\"} 1\n! 1 x: duplicate series\n"},
		{"duplicate of another form", "# TYPE x counter\nx_total 1\nx 1\nx_count 1\n", "x counter\nx_total 1\n! 2 x: duplicate series\n"},
		{"two types", "# TYPE x counter\nx_total 1\n# TYPE x gauge\nx 2\nx_total{a=\"1\"} 1\n", "x counter\nx_total 1\n! 2 x: family with two types\n"},
		{"type behind samples", "x 1\n# TYPE x gauge\nx{a=\"1\"} 2\n", "x unknown\nx 1\n! 1 x: family with two types\n"},
		{"not of its type", "# TYPE x histogram\nx 2\nx_sum 1\nx_count 1\n", "x summary\nx_sum 1\nx_count 1\n! 1 x: name is not one of its family's type\n"},
		{"creation time", "# TYPE x counter\nx_total 2\nx_created 1\n", "x counter\nx_total 2\n! 1 x_created: creation time\n"},
		{"counter", "# TYPE x counter\nx_total{a=\"1\"} -1\nx_total{a=\"2\"} NaN\nx_total -0\n", "x counter\nx_total -0\n! 2 x_total: value that its type can't have\n"},
		{"info", "# TYPE x info\nx_info{a=\"1\"} 0\nx_info 1e0\n", "x info\nx_info 1e0\n! 1 x_info: value that its type can't have\n"},
		{"state", "# TYPE x stateset\nx{x=\"a\"} 2\nx{y=\"a\"} 1\n", "! 1 x: value that its type can't have\n! 1 x: label le, quantile or of a state is missing, malformed or out of place\n"},
		{"quantile", "# TYPE x summary\nx{quantile=\"2\"} 1\nx_sum 1\nx_count 1\n", "x summary\nx_sum 1\nx_count 1\n! 1 x: label le, quantile or of a state is missing, malformed or out of place\n"},
		{"bucket without le", "# TYPE x histogram\nx_bucket 1\nx_sum 1\nx_count 1\n", "x summary\nx_sum 1\nx_count 1\n! 1 x_bucket: label le, quantile or of a state is missing, malformed or out of place\n"},
		{
			"bounds out of place",
			"# TYPE x summary\nx_sum{quantile=\"0.5\"} 1\nx_count{quantile=\"0.5\"} 1\n# TYPE y histogram\ny_sum{le=\"1\"} 1\ny_count{le=\"1\"} 1\n",
			"! 4 x_sum: label le, quantile or of a state is missing, malformed or out of place\n",
		},
		{"state without a word", "# TYPE x stateset\nx{x=\"\"} 1\n", "! 1 x: label le, quantile or of a state is missing, malformed or out of place\n"},
		{"count that is none", "# TYPE x summary\nx_sum 1\nx_count 1.5\n", "! 1 x_count: value that its type can't have\n! 1 x: histogram or summary without all its parts\n"},
		{"other count", "# TYPE x histogram\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 2\n", "! 3 x: histogram or summary without all its parts\n"},
		{"no infinite bucket", "# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_sum 1\nx_count 1\n", "! 3 x: histogram or summary without all its parts\n"},
		{"falling buckets", "# TYPE x histogram\nx_bucket{le=\"1\"} 2\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n", "! 4 x: histogram or summary without all its parts\n"},
		{"negative bound", "# TYPE x histogram\nx_bucket{le=\"-1\"} 0\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n", "! 4 x: histogram or summary without all its parts\n"},
		{
			"some have buckets", "# TYPE x histogram\nx_sum{a=\"1\"} 1\nx_count{a=\"1\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n",
			"x histogram\nx_bucket{le=\"+Inf\"} 1\nx_count 1\nx_sum 1\n! 2 x: histogram or summary without all its parts\n",
		},
		{
			"group torn apart and incomplete", "# TYPE x summary\nx_sum{a=\"1\"} 1\nx_sum{a=\"2\"} 1\nx_count{a=\"2\"} 1\n",
			"x summary\nx_count{a=\"2\"} 1\nx_sum{a=\"2\"} 1\n! 1 x: histogram or summary without all its parts\n",
		},
	} {
		p.check(t)
	}
}

// TestNames: two families must not have one name in OpenMetrics, where a counter has its name without _total too. The first stays.
func TestNames(t *testing.T) {
	for _, p := range []page{
		{"gauge like a counter's samples", "# TYPE x counter\nx_total 1\n# TYPE x_total gauge\nx_total 2\n", "x counter\nx_total 1\n! 1 x_total: name is taken by another family\n"},
		{"gauge like a creation time", "# TYPE x counter\nx_total 1\n# TYPE x_created gauge\nx_created 2\n", "x counter\nx_total 1\n! 1 x_created: name is taken by another family\n"},
		{"gauge like a counter", "# TYPE x gauge\nx 2\n# TYPE x_total counter\nx_total 1\n", "x gauge\nx 2\n! 1 x: name is taken by another family\n"},
		{"counter like a gauge", "# TYPE x_total gauge\nx_total 2\n# TYPE x counter\nx 1\n", "x_total gauge\nx_total 2\n! 1 x: name is taken by another family\n"},
		{"gauge like a count", "# TYPE x histogram\nx_sum 1\nx_count 1\n# TYPE x_count gauge\nx_count 1\n", "x summary\nx_sum 1\nx_count 1\n! 1 x_count: name is taken by another family\n"},
	} {
		p.check(t)
	}
}

func TestTooManyFamilies(t *testing.T) {
	var b strings.Builder
	for i := range 10_001 {
		b.WriteString("x" + strings.Repeat("a", i%100) + strings.Repeat("b", i/100) + " 1\n")
	}
	families, report := exposition.Parse([]byte(b.String()))
	if len(families) != 10_000 || report.Samples() != 1 || report.Dropped[0].Reason.String() != "too many families" {
		t.Errorf("%d families, and %+v", len(families), report)
	}
}
