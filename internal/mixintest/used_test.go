package mixintest

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

// unused returns the metrics that no dashboard and no rule has a use for, with the reason.
func unused(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/unused.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var reasons map[string]string
	if err := yaml.Unmarshal(raw, &reasons); err != nil {
		t.Fatal(err)
	}
	return reasons
}

// A metric that nothing shows is one that nobody will find.
func TestEveryMetricIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, q := range append(dashboardQueries(t), ruleQueries(t)...) {
		parser.Inspect(parse(t, q), func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.VectorSelector); ok {
				used[family(s.Name)] = true
			}
			return nil
		})
	}
	families := map[string]bool{}
	for name := range known(t) {
		families[family(name)] = true
	}
	reasons := unused(t)
	for _, name := range slices.Sorted(maps.Keys(families)) {
		switch reason, listed := reasons[name]; {
		case !used[name] && !listed:
			t.Errorf("%s is in no dashboard and no rule", name)
		case used[name] && listed:
			t.Errorf("%s is used, and listed as not used: %s", name, reason)
		}
	}
	for name := range reasons {
		if !families[name] {
			t.Errorf("%s is listed as not used, but there is no such metric", name)
		}
	}
}

// family is the name without what a histogram adds to it.
func family(name string) string {
	return regexp.MustCompile(`(_seconds)_(?:bucket|sum|count)$`).ReplaceAllString(name, "$1")
}
