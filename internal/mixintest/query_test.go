package mixintest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/prometheus/prometheus/promql/parser"
)

// query is one expression of the mixin and where it stands.
type query struct {
	where, expr string
	// words are the labels that its legend, or the text of an alert, names.
	words []string
	// extra are labels that rules give: severity.
	extra []string
}

var (
	legendWord = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
	alertWord  = regexp.MustCompile(`\$labels\.(\w+)`)
	labelQuery = regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
)

// dashboardQueries returns the expressions of panels, annotations and variables, with Grafana's variables replaced.
func dashboardQueries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, d := range dashboards(t) {
		for _, p := range d.all() {
			for _, target := range p.Targets {
				all = append(all, query{where: d.file + ": " + p.Title + " " + target.RefID, expr: plain(target.Expr), words: words(legendWord, target.LegendFormat)})
			}
		}
		for _, a := range d.Annotations.List {
			all = append(all, query{where: d.file + ": annotation " + a.Name, expr: plain(a.Target.Expr), words: words(legendWord, a.TitleFormat+a.TextFormat)})
		}
		for _, v := range d.Templating.List {
			if v.Type != "query" {
				continue
			}
			var q struct{ Query string }
			if err := json.Unmarshal(v.Query, &q); err != nil {
				t.Fatal(err)
			}
			m := labelQuery.FindStringSubmatch(q.Query)
			if m == nil {
				t.Errorf("%s: the query of $%s is %s", d.file, v.Name, q.Query)
				continue
			}
			all = append(all, query{where: d.file + ": $" + v.Name, expr: plain(m[1]), words: m[2:]})
		}
	}
	return all
}

// plain replaces Grafana's variables by what they may stand for.
func plain(expr string) string {
	return strings.NewReplacer("$__rate_interval", "5m", "$__range", "1d", "$__interval", "1m", "$top", "10").Replace(
		regexp.MustCompile(`=~"\$\w+(\|?)"`).ReplaceAllString(expr, `=~".+$1"`))
}

func words(pattern *regexp.Regexp, text string) []string {
	var found []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

type rule struct {
	Record, Alert, Expr string
	Labels, Annotations map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	m := compiled(t)
	var all []rule
	for _, file := range []any{m.Rules, m.Alerts} {
		raw, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Groups []struct{ Rules []rule }
		}
		if err := json.Unmarshal(raw, &read); err != nil {
			t.Fatal(err)
		}
		for _, g := range read.Groups {
			all = append(all, g.Rules...)
		}
	}
	return all
}

func ruleQueries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, r := range rules(t) {
		q := query{where: "rule " + r.Record + r.Alert, expr: r.Expr}
		for label, value := range r.Labels {
			q.extra = append(q.extra, label)
			q.words = append(q.words, words(alertWord, value)...)
		}
		for _, text := range r.Annotations {
			q.words = append(q.words, words(alertWord, text)...)
		}
		all = append(all, q)
	}
	return all
}

// Storage people run VictoriaMetrics too.
func TestQueriesParse(t *testing.T) {
	prometheus := parser.NewParser(parser.Options{})
	inDashboards := dashboardQueries(t)
	for i, q := range append(inDashboards, ruleQueries(t)...) {
		if i < len(inDashboards) && strings.Contains(q.expr, "$") {
			t.Errorf("%s: a variable that is not known: %s", q.where, q.expr)
		}
		if _, err := prometheus.ParseExpr(q.expr); err != nil {
			t.Errorf("%s: Prometheus: %v\n%s", q.where, err, q.expr)
		}
		if _, err := metricsql.Parse(q.expr); err != nil {
			t.Errorf("%s: VictoriaMetrics: %v\n%s", q.where, err, q.expr)
		}
	}
}
