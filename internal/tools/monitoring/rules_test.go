package monitoring

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestFaster(t *testing.T) {
	const text = `groups:
  - name: a.rules
    interval: 2m
    rules:
      - alert: A
        expr: max_over_time(x[30m]) > 60 * deriv(y[7d:1h]) and z offset 5h == 1
        for: 5m
        keep_firing_for: 15m
        annotations:
          description: 'for 5m: {{ printf "last_over_time(x{job=%[1]q}[1d])" }}'
`
	const want = `groups:
  - name: a.rules
    interval: 2000ms
    rules:
      - alert: A
        expr: max_over_time(x[30000ms]) > 60 * deriv(y[10080000ms:60000ms]) and z offset 300000ms == 1
        for: 5000ms
        keep_firing_for: 15000ms
        annotations:
          description: 'for 5m: {{ printf "last_over_time(x{job=%[1]q}[1440000ms])" }}'
`
	if got, err := Faster(text, 60); err != nil || got != want {
		t.Errorf("%v:\n%s", err, got)
	}
	if _, err := Faster("    for: 5x\n", 60); err == nil {
		t.Error("a time that is none is taken")
	}
}

// The rules of the mixin have no time that stays as it is.
func TestFasterRulesOfTheMixin(t *testing.T) {
	unscaled := regexp.MustCompile(`(?m)^ +(?:for|keep_firing_for|interval): \S*[smhdwy]$|\[[0-9]+[a-z][0-9a-z:]*\]|\boffset [0-9a-z]+`)
	for _, file := range []string{"alerts.yaml", "rules.yaml"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "mixin", file))
		if err != nil {
			t.Fatal(err)
		}
		rules, err := Faster(string(text), 60)
		if err != nil {
			t.Fatal(err)
		}
		before, after := len(unscaled.FindAllString(string(text), -1)), unscaled.FindAllString(rules, -1)
		if before == 0 || len(after) != before {
			t.Errorf("%s: %d times before, %d after", file, before, len(after))
		}
		for _, found := range after {
			if !regexp.MustCompile(`^(.* |\[)[0-9]+ms(:[0-9]+ms)?\]?$`).MatchString(found) {
				t.Errorf("%s: %q stays as it is", file, found)
			}
		}
	}
}
