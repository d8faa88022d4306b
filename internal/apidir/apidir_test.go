package apidir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// checkout makes a module without anything beside it and goes into a folder of it.
func checkout(t *testing.T) (root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "checkout")
	write(t, filepath.Join(root, "go.mod"))
	inside := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(inside)
	t.Setenv("QUMULO_API_DIR", "")
	return root
}

func write(t *testing.T, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, file, "{}")
}

func TestFind(t *testing.T) {
	t.Run("beside the checkout", func(t *testing.T) {
		root := checkout(t)
		want := filepath.Join(root, "..", "shared", "qumulo-api")
		write(t, filepath.Join(want, definition))
		r := &testutil.Recorder{TB: t}
		if dir := Find(r); dir != filepath.Clean(want) {
			t.Errorf("Find = %q, want %q", dir, want)
		}
	})
	t.Run("named, or its parent", func(t *testing.T) {
		checkout(t)
		parent := t.TempDir()
		want := filepath.Join(parent, "qumulo-api")
		write(t, filepath.Join(want, definition))
		for _, named := range []string{want, parent} {
			t.Setenv("QUMULO_API_DIR", named)
			if dir := Find(&testutil.Recorder{TB: t}); dir != want {
				t.Errorf("Find with %q = %q, want %q", named, dir, want)
			}
		}
	})
	t.Run("named wrongly", func(t *testing.T) {
		checkout(t)
		t.Setenv("QUMULO_API_DIR", t.TempDir())
		r := &testutil.Recorder{TB: t}
		if dir := Find(r); dir != "" || len(r.Failures) != 1 || len(r.Skips) != 0 {
			t.Errorf("Find = %q, failures %q, skips %q", dir, r.Failures, r.Skips)
		}
	})
	t.Run("absent", func(t *testing.T) {
		checkout(t)
		r := &testutil.Recorder{TB: t}
		if dir := Find(r); dir != "" || len(r.Failures) != 0 || len(r.Skips) != 1 || !strings.Contains(r.Skips[0], "QUMULO_API_DIR is not set") {
			t.Errorf("Find = %q, failures %q, skips %q", dir, r.Failures, r.Skips)
		}
	})
}
