package mixintest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// ruleTests is a file of tests for promtool.
type ruleTests struct {
	RuleFiles []string `yaml:"rule_files"`
	Order     []string `yaml:"group_eval_order"`
	Tests     []struct {
		Name  string
		Rules []struct {
			Alertname string
			At        string `yaml:"eval_time"`
			Alerts    []any  `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
		Queries []struct {
			Expr    string
			At      string `yaml:"eval_time"`
			Samples []struct{ Labels string }
		} `yaml:"promql_expr_test"`
	}
}

// nothingElse is the query that says which alerts there are: promtool compares only the ones that a test names.
const nothingElse = "count by (alertname, alertstate) (ALERTS)"

func ruleTestFiles(t *testing.T) map[string]ruleTests {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(mixinDir, "tests", "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no tests of the rules: %v", err)
	}
	files := map[string]ruleTests{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f ruleTests
		if err := yaml.Unmarshal(raw, &f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		files[path] = f
	}
	return files
}

// promtool takes a misspelt alertname for one that does not fire.
func TestEveryAlertFiresAndDoesNot(t *testing.T) {
	names := alertNames(t)
	fires, quiet := map[string]bool{}, map[string]bool{}
	for path, f := range ruleTestFiles(t) {
		for _, test := range f.Tests {
			for _, r := range test.Rules {
				if !slices.Contains(names, r.Alertname) {
					t.Errorf("%s: %s: there is no alert %s", path, test.Name, r.Alertname)
				}
				if len(r.Alerts) > 0 {
					fires[r.Alertname] = true
				} else if strings.HasPrefix(test.Name, "no ") {
					quiet[r.Alertname] = true
				}
			}
		}
	}
	for _, name := range names {
		if !fires[name] {
			t.Errorf("%s fires in no test", name)
		}
		if !quiet[name] {
			t.Errorf(`%s has no test of the nearest case in which it does not fire, named "no …"`, name)
		}
	}
}

func TestRuleTestsSayThatNothingElseFires(t *testing.T) {
	for path, f := range ruleTestFiles(t) {
		for _, test := range f.Tests {
			if test.Name == "" {
				t.Errorf("%s: a test has no name", path)
			}
			said := map[string]bool{}
			for _, q := range test.Queries {
				if q.Expr == nothingElse {
					said[q.At] = true
				}
			}
			for _, r := range test.Rules {
				if !said[r.At] {
					t.Errorf("%s: %s does not say at %s which other alerts there are", path, test.Name, r.At)
				}
			}
			if len(said) == 0 {
				t.Errorf("%s: %s never says which alerts there are", path, test.Name)
			}
		}
	}
}

// What a rule reads of another group must have been recorded before it, as in a Prometheus that has run for a while.
func TestRuleTestsHaveAllGroups(t *testing.T) {
	m := compiled(t)
	var want []string
	for _, g := range append(groupsOf(t, m.Rules), groupsOf(t, m.Alerts)...) {
		want = append(want, g.Name)
	}
	for path, f := range ruleTestFiles(t) {
		if !slices.Equal(f.Order, want) {
			t.Errorf("%s: group_eval_order is\n%q, the groups are\n%q", path, f.Order, want)
		}
	}
}
