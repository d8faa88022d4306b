//go:build packages

// Package packagetest tests what `make package` and the Dockerfile make: `make test-packages` runs it.
package packagetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the checkout.
const root = "../.."

var units = []string{"qumulo_exporter.service", "qumulo_exporter.socket"}

// need skips a test where a program of the system is missing. .ci/run installs them all.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
}

// needRoot skips a test that changes users, roots or namespaces.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can do this")
	}
}

// built is the one file of a folder of packages that a pattern names.
func built(t *testing.T, pattern string) string {
	t.Helper()
	folder := os.Getenv("PACKAGES")
	if folder == "" {
		t.Fatal("PACKAGES does not name the folder of the packages: run `make test-packages`")
	}
	found, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v (%v), want one", pattern, found, err)
	}
	return found[0]
}

// output is what a program says that ends well.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := command(t, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// command is what a program says, on both streams, and how it ends.
func command(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
