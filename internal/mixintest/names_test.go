package mixintest

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
)

// target labels are what Prometheus gives to every series.
var targetLabels = []string{"job", "instance"}

// metric is what there is to know of a name in a query.
type metric struct {
	labels []string
	states []string // the words of the last label, of a state-set
}

// known returns all that the exporter shows, with Prometheus's own series of alerts.
func known(t *testing.T) map[string]metric {
	t.Helper()
	all := map[string]metric{
		"ALERTS":                         {labels: []string{"alertname", "alertstate", "severity"}},
		"up":                             {},
		"process_resident_memory_bytes":  {},
		"process_cpu_seconds_total":      {},
		"qumulo_native_held_families":    {},
		"qumulo_native_held_age_seconds": {labels: []string{"family"}},
		"qumulo_native_dropped_samples":  {},
	}
	for _, f := range nativeFamilies {
		for name, l := range f.series() {
			all[name] = metric{labels: l}
		}
	}
	own := scrape.OutcomeMetrics()
	for _, c := range collector.All() {
		own = append(own, c.Metrics...)
	}
	for _, m := range own {
		states := slices.Clone(m.States)
		if len(states) > 0 {
			states = append(states, "unknown")
		}
		all[m.Name] = metric{m.Labels, states}
	}
	maps.Copy(all, self(t))
	return all
}

// self reads the exporter's own metrics out of docs/metrics.md, which is generated from the code.
func self(t *testing.T) map[string]metric {
	t.Helper()
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "\n## The exporter's own\n")
	if !found {
		t.Fatal("docs/metrics.md has no section of the exporter's own metrics")
	}
	all := map[string]metric{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| (.*?) \\|").FindAllStringSubmatch(section, -1) {
		l := words(regexp.MustCompile("`(\\w+)`"), m[3])
		if m[2] != "histogram" {
			all[m[1]] = metric{labels: l}
			continue
		}
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			all[m[1]+suffix] = metric{labels: append(slices.Clone(l), "le")}
		}
	}
	return all
}

// A query of a metric or label that is not there returns nothing, which looks like good news.
func TestNamesExist(t *testing.T) {
	metrics := known(t)
	rules := ruleQueries(t)
	for _, q := range rules { // what rules record, in the order that they build on each other
		if name, recorded := strings.CutPrefix(q.where, "rule "); recorded {
			metrics[name] = metric{labels: labelsOf(parse(t, q), metrics)}
		}
	}
	for _, q := range append(rules, dashboardQueries(t)...) {
		expr := parse(t, q)
		all := slices.Concat(labelsOf(expr, metrics), q.extra)
		for _, word := range q.words {
			if !slices.Contains(all, word) {
				t.Errorf("%s names the label %s, which the query does not have: %s", q.where, word, q.expr)
			}
		}
		parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
			switch n := n.(type) {
			case *parser.VectorSelector:
				checkSelector(t, q, n, metrics)
			case *parser.AggregateExpr:
				checkLabels(t, q, n.Grouping, n.Expr, metrics)
			case *parser.BinaryExpr:
				if n.VectorMatching != nil {
					checkLabels(t, q, n.VectorMatching.MatchingLabels, n, metrics)
					checkLabels(t, q, n.VectorMatching.Include, n, metrics)
				}
			}
			return nil
		})
	}
}

func parse(t *testing.T, q query) parser.Expr {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(q.expr)
	if err != nil {
		t.Fatalf("%s: %v", q.where, err)
	}
	return expr
}

// labelsOf returns the labels that the result of an expression may have: those of all metrics in it, and those that label_replace makes.
func labelsOf(expr parser.Node, metrics map[string]metric) []string {
	all := slices.Clone(targetLabels)
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.VectorSelector:
			all = append(all, metrics[n.Name].labels...)
		case *parser.Call:
			if n.Func.Name == "label_replace" || n.Func.Name == "label_join" {
				if made, ok := n.Args[1].(*parser.StringLiteral); ok {
					all = append(all, made.Val)
				}
			}
		}
		return nil
	})
	return all
}

func checkLabels(t *testing.T, q query, names []string, of parser.Node, metrics map[string]metric) {
	t.Helper()
	all := labelsOf(of, metrics)
	for _, name := range names {
		if !slices.Contains(all, name) {
			t.Errorf("%s: nothing in %s has the label %s", q.where, of, name)
		}
	}
}

func checkSelector(t *testing.T, q query, s *parser.VectorSelector, metrics map[string]metric) {
	t.Helper()
	m, there := metrics[s.Name]
	if !there {
		t.Errorf("%s: there is no metric %s", q.where, s.Name)
		return
	}
	for _, matcher := range s.LabelMatchers {
		if matcher.Name == "__name__" || slices.Contains(targetLabels, matcher.Name) {
			continue
		}
		i := slices.Index(m.labels, matcher.Name)
		if i < 0 {
			t.Errorf("%s: %s has no label %s", q.where, s.Name, matcher.Name)
			continue
		}
		if i < len(m.labels)-1 || len(m.states) == 0 {
			continue
		}
		for _, word := range statesIn(matcher) {
			if !slices.Contains(m.states, word) {
				t.Errorf("%s: %s has no %s=%q", q.where, s.Name, matcher.Name, word)
			}
		}
	}
}

// statesIn returns the words that a matcher names.
func statesIn(m *labels.Matcher) []string {
	if m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp {
		return strings.Split(m.Value, "|")
	}
	return []string{m.Value}
}
