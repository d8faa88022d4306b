package mixintest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
)

// The table is made of the vendor's list, and must not drift from it.
func TestNativeFamilies(t *testing.T) {
	t.Chdir("../..") // the API definitions lie beside the whole checkout
	text, err := os.ReadFile(filepath.Join(apidir.Find(t), "openmetrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vendor struct {
		Metrics []struct {
			Name, Type string
			Labels     []string
		}
	}
	if err := json.Unmarshal(text, &vendor); err != nil {
		t.Fatal(err)
	}
	if len(vendor.Metrics) == 0 {
		t.Fatal("the vendor's list is empty")
	}
	for _, m := range vendor.Metrics {
		i := slices.IndexFunc(nativeFamilies, func(f nativeFamily) bool { return f.name == m.Name })
		if i < 0 {
			t.Errorf("%s is not in the table", m.Name)
			continue
		}
		f := nativeFamilies[i]
		labels := slices.Sorted(slices.Values(f.labels))
		if f.kind != m.Type || !slices.Equal(labels, slices.Sorted(slices.Values(m.Labels))) {
			t.Errorf("%s is a %s with %v, in the table a %s with %v", m.Name, m.Type, m.Labels, f.kind, f.labels)
		}
	}
}
