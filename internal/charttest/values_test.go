package charttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

func load(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.LoadDir(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// valid is what comes of each file of values in ci.
func valid(t *testing.T) map[string]*rendered {
	t.Helper()
	c, all := load(t), map[string]*rendered{}
	for name, values := range examples(t) {
		var err error
		if all[name], err = render(c, values); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return all
}

// examples are the files of values in the chart's folder ci, by name.
func examples(t *testing.T) map[string]map[string]any {
	t.Helper()
	paths, err := filepath.Glob(chartDir + "/ci/*-values.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no values in ci (%v)", err)
	}
	files := map[string]map[string]any{}
	for _, path := range paths {
		if files[strings.TrimSuffix(filepath.Base(path), "-values.yaml")], err = Values(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// example is what comes of one file of values in ci.
func example(t *testing.T, name string) *rendered {
	t.Helper()
	r, err := render(load(t), examples(t)[name])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each invalid file has in its first line what the error must say.
func TestInvalidValues(t *testing.T) {
	paths, err := filepath.Glob("testdata/invalid/*.yaml")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d files (%v)", len(paths), err)
	}
	c := load(t)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			if !ok || want == "" {
				t.Fatal("the first line does not say what the error must be")
			}
			values, err := Values(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = render(c, values)
			if err == nil {
				t.Fatalf("valid, want %s", want)
			}
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nwant: %s", err, want)
			}
		})
	}
}

// Several errors are named at once, not one after the other.
func TestAllErrorsAtOnce(t *testing.T) {
	cluster := map[string]any{"name": "berlin", "url": "https://berlin.example.com:8000", "username": "u", "password_env": "P"}
	_, err := render(load(t), map[string]any{
		"config":     map[string]any{"clusters": []any{cluster, cluster}},
		"monitoring": map[string]any{"kind": "ServiceMonitor", "interval": "5s"},
	})
	if err == nil {
		t.Fatal("valid")
	}
	for _, want := range []string{"clusters[1].name", "clusters[0].password_env", "clusters[1].password_env", "monitoring.kind", "monitoring.scrapeTimeout"} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("not once: %s\n%v", want, err)
		}
	}
}

func TestLint(t *testing.T) {
	for name, values := range examples(t) {
		for _, m := range lint.RunAll(chartDir, values, namespace).Messages {
			// The chart has no icon: Qumulo's logo is not the project's to give.
			if m.Severity == support.InfoSev && strings.Contains(m.Err.Error(), "icon is recommended") {
				continue
			}
			t.Errorf("%s: %s", name, m)
		}
	}
}

// everything-values.yaml is meant to change each value.
func TestEverythingIsTried(t *testing.T) {
	c := load(t)
	var untried func(path []string, defaults, given map[string]any)
	untried = func(path []string, defaults, given map[string]any) {
		for key, value := range defaults {
			here := append(slices.Clone(path), key)
			tried, ok := given[key]
			if !ok {
				t.Errorf("%s is not tried", strings.Join(here, "."))
				continue
			}
			below, isMap := value.(map[string]any)
			if triedBelow, ok := tried.(map[string]any); ok && isMap && key != "additionalLabels" {
				untried(here, below, triedBelow)
			}
		}
	}
	untried(nil, c.Values, examples(t)["everything"])
}
