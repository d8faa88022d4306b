package mixintest

import (
	"os"
	"path/filepath"
	"testing"
)

// Two sites have a cluster of the same name and rules that know of it; one relationship has a recovery point objective of its own.
const overrides = `{
	_config+:: { qumulo+: {
		extraLabels: ['site'],
		alertLabels: { team: 'storage' },
		replicationLag+: { relationships: [{ match: 'source_path="/finance"', seconds: 3600 }] },
	} },
}`

// With what people change in the configuration the rules must still join what belongs together: a rule with a label too few in
// an `on` fails for all clusters.
func TestRulesWithTheConfigurationChanged(t *testing.T) {
	tool := promtool(t, "PROMTOOL")
	m, err := Compile(mixinDir, overrides)
	if err != nil {
		t.Fatal(err)
	}
	files, err := m.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"rules.yaml", "alerts.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	test, err := os.ReadFile("testdata/sites.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "sites.yaml")
	if err := os.WriteFile(path, test, 0o600); err != nil {
		t.Fatal(err)
	}
	testRules(t, tool, path)
}
