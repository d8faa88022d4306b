// Package apidir finds the folder of the vendor's API definitions and recorded answers, which
// lies beside the checkout and is never part of it.
package apidir

import (
	"os"
	"path/filepath"
	"testing"
)

// definition is the file by which the folder is known.
const definition = "openapi-7.7.2.json"

// Find returns the folder: the one that QUMULO_API_DIR names (or its folder qumulo-api), otherwise
// ../shared/qumulo-api beside the module's root. Where there is none it skips the test, which
// `make test` says and CI does not allow. A QUMULO_API_DIR that names a wrong folder fails the test.
func Find(tb testing.TB) (dir string) {
	tb.Helper()
	if named := os.Getenv("QUMULO_API_DIR"); named != "" {
		for _, dir := range []string{named, filepath.Join(named, "qumulo-api")} {
			if holds(dir, definition) {
				return dir
			}
		}
		tb.Fatalf("QUMULO_API_DIR: no %s in %s", definition, named)
		return ""
	}
	root := moduleRoot(tb)
	dir = filepath.Join(root, "..", "shared", "qumulo-api")
	if root != "" && holds(dir, definition) {
		return dir
	}
	tb.Skip("no ../shared/qumulo-api beside the checkout and QUMULO_API_DIR is not set")
	return ""
}

// moduleRoot returns the folder of the go.mod above the test's folder, "" if there is none.
func moduleRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatalf("working directory: %v", err)
	}
	for !holds(dir, "go.mod") {
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
	return dir
}

// holds reports whether dir has a file of that name.
func holds(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && !info.IsDir()
}
