package mixintest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the compiled mixin again")

const mixinDir = "../../docs/mixin"

// withDefaults compiles the mixin once for all tests.
var withDefaults = sync.OnceValues(func() (*Mixin, error) { return Compile(mixinDir, "") })

// compiled is the mixin with the defaults.
func compiled(t *testing.T) *Mixin {
	t.Helper()
	m, err := withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The compiled files are what most people use: they must be those of the sources, no more and no less.
func TestCompiledFilesAreCurrent(t *testing.T) {
	want, err := compiled(t).Files()
	if err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Glob(filepath.Join(mixinDir, "dashboards", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range there {
		rel, err := filepath.Rel(mixinDir, path)
		if err != nil {
			t.Fatal(err)
		}
		if want[rel] != nil {
			continue
		}
		if !*update {
			t.Errorf("%s comes of no source; run make mixin", rel)
		} else if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
	for rel, text := range want {
		path := filepath.Join(mixinDir, rel)
		got, err := os.ReadFile(path)
		switch {
		case *update:
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Error(err)
			}
		case err != nil:
			t.Errorf("%v; run make mixin", err)
		case !bytes.Equal(got, text):
			t.Errorf("%s is not what the sources give; run make mixin", rel)
		}
	}
}
