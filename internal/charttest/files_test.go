package charttest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the files of the chart that come of others again")

const (
	repository = "../.."
	chartDir   = repository + "/charts/qumulo-exporter"
)

// The chart is installed from its folder and from a package of it, where docs/ is not: what it needs is copied, and must not be stale.
func TestFilesAreCurrent(t *testing.T) {
	want, err := Files(repository)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 4 {
		t.Fatalf("only %d files come of others: where is the mixin?", len(want))
	}
	if *update {
		if err := os.RemoveAll(filepath.Join(chartDir, "files")); err != nil {
			t.Fatal(err)
		}
		for rel, text := range want {
			path := filepath.Join(chartDir, rel)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for rel, text := range want {
		if got, err := os.ReadFile(filepath.Join(chartDir, rel)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s is not what it comes of (%v): run make chart", rel, err)
		}
	}
	for _, pattern := range []string{"files/*.*", "files/*/*"} {
		there, err := filepath.Glob(filepath.Join(chartDir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range there {
			if rel, err := filepath.Rel(chartDir, path); err != nil || want[rel] == nil {
				t.Errorf("%s comes of nothing (%v): run make chart", rel, err)
			}
		}
	}
}

func TestVersionsAgree(t *testing.T) {
	version, err := os.ReadFile(repository + "/VERSION")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(chartDir + "/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var chart struct{ Version, AppVersion string }
	if err := yaml.Unmarshal(text, &chart); err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(string(version))
	if chart.Version != want || chart.AppVersion != want {
		t.Errorf("Chart.yaml: version %s, appVersion %s, want what VERSION says, %s", chart.Version, chart.AppVersion, want)
	}
}
