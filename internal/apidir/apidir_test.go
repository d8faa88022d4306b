package apidir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder notes what Find says instead of failing.
type recorder struct {
	testing.TB
	logs, failures []string
}

func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

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
	t.Setenv("CI", "")
	return root
}

func write(t *testing.T, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	t.Run("beside the checkout", func(t *testing.T) {
		root := checkout(t)
		want := filepath.Join(root, "..", "shared", "qumulo-api")
		write(t, filepath.Join(want, definition))
		r := &recorder{TB: t}
		if dir, ok := Find(r); !ok || dir != filepath.Clean(want) {
			t.Errorf("Find = %q, %v; want %q", dir, ok, want)
		}
	})
	t.Run("named, or its parent", func(t *testing.T) {
		checkout(t)
		parent := t.TempDir()
		want := filepath.Join(parent, "qumulo-api")
		write(t, filepath.Join(want, definition))
		for _, named := range []string{want, parent} {
			t.Setenv("QUMULO_API_DIR", named)
			if dir, ok := Find(&recorder{TB: t}); !ok || dir != want {
				t.Errorf("Find with %q = %q, %v; want %q", named, dir, ok, want)
			}
		}
	})
	t.Run("named wrongly", func(t *testing.T) {
		checkout(t)
		t.Setenv("QUMULO_API_DIR", t.TempDir())
		r := &recorder{TB: t}
		if _, ok := Find(r); ok || len(r.failures) != 1 {
			t.Errorf("ok %v, failures %q", ok, r.failures)
		}
	})
	t.Run("absent", func(t *testing.T) {
		checkout(t)
		r := &recorder{TB: t}
		if _, ok := Find(r); ok || len(r.failures) != 0 || len(r.logs) != 1 || !strings.Contains(r.logs[0], "left out") {
			t.Errorf("ok %v, failures %q, logs %q", ok, r.failures, r.logs)
		}
	})
	t.Run("absent in CI", func(t *testing.T) {
		checkout(t)
		t.Setenv("CI", "true")
		r := &recorder{TB: t}
		if _, ok := Find(r); ok || len(r.failures) != 1 || len(r.logs) != 0 {
			t.Errorf("ok %v, failures %q, logs %q", ok, r.failures, r.logs)
		}
	})
}
