package mixintest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// promtool returns the program that the variable names.
func promtool(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("%s is not set: make test sets it to the pinned promtool, or Debian's", variable)
	}
	return path
}

// The rules load into today's Prometheus and into the one that Debian ships, which is years older.
func TestRulesLoad(t *testing.T) {
	for _, variable := range []string{"PROMTOOL", "PROMTOOL_OLD"} {
		t.Run(variable, func(t *testing.T) {
			check := exec.CommandContext(t.Context(), promtool(t, variable), "check", "rules", "--lint=all", "--lint-fatal",
				filepath.Join(mixinDir, "rules.yaml"), filepath.Join(mixinDir, "alerts.yaml"))
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("promtool check rules: %v\n%s", err, out)
			}
		})
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	tool := promtool(t, "PROMTOOL")
	for path := range ruleTestFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			testRules(t, tool, path)
		})
	}
}

func testRules(t *testing.T, tool, path string) {
	t.Helper()
	test := exec.CommandContext(t.Context(), tool, "test", "rules", path)
	test.Env = append(os.Environ(), "GOGC=off", "GOMEMLIMIT=400MiB") // a third of its time is the garbage collector's
	if out, err := test.CombinedOutput(); err != nil {
		t.Errorf("promtool test rules: %v\n%s", err, out)
	}
}
