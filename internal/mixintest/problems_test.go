package mixintest

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// problemQueries are the queries of the tables that say only what is wrong.
func problemQueries(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, d := range dashboards(t) {
		if d.file != "qumulo-problems.json" {
			continue
		}
		for _, p := range d.all() {
			if p.Type != "table" {
				continue
			}
			for _, target := range p.Targets {
				all = append(all, plain(target.Expr))
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("the dashboard of what is wrong has no tables")
	}
	return all
}

// sample is a result of a query; of a figure, {} and its value.
type sample struct {
	Labels string  `yaml:"labels"`
	Value  float64 `yaml:"value"`
}

// queryTest is a query, when it is asked, and all its results.
type queryTest struct {
	Expr    string   `yaml:"expr"`
	At      string   `yaml:"eval_time"`
	Samples []sample `yaml:"exp_samples"`
}

// queryTests fails unless the queries have these results over the series, and over what the rules make of them.
func queryTests(t *testing.T, input []series, tests []queryTest) {
	t.Helper()
	dir, err := filepath.Abs(mixinDir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(map[string]any{
		"rule_files":          []string{filepath.Join(dir, "rules.yaml"), filepath.Join(dir, "alerts.yaml")},
		"evaluation_interval": "2m",
		"tests": []any{map[string]any{
			"name": "queries", "interval": "1m", "start_timestamp": pageTime.Unix(), "input_series": input, "promql_expr_test": tests,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "queries.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	testRules(t, promtool(t, "PROMTOOL"), path)
}

// answers fails unless, after an hour of these series, each query has results, or none has.
func answers(t *testing.T, input []series, queries []string, something bool) {
	t.Helper()
	var samples []sample
	if something {
		samples = []sample{{"{}", 1}}
	}
	tests := []queryTest{{"count(qumulo_up == 1)", "60m", []sample{{"{}", 1}}}}
	for _, q := range queries {
		tests = append(tests, queryTest{"group(" + q + ")", "60m", samples})
	}
	queryTests(t, input, tests)
}

// Where all is well there is nothing in them, whatever the cluster is made of and whatever its release.
func TestNoProblemOnHealthyClusters(t *testing.T) {
	t.Parallel()
	promtool(t, "PROMTOOL")
	pages, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		if made[filepath.Base(page)] != nil {
			continue // it is in trouble
		}
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			answers(t, pageSeries(t, page, func(_, value string) string { return value + "x60" }), problemQueries(t), false)
		})
	}
}
