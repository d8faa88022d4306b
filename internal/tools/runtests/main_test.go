package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// modules are what go test really runs here, by the name of the one test file.
const (
	passes = `package x
import "testing"
func TestGood(t *testing.T) { t.Log("chatter") }
`
	skips = passes + `
func TestNoBrowser(t *testing.T) { t.Log("looking"); t.Skipf("no %s", "browser") }
func TestParts(t *testing.T) { t.Run("one", func(t *testing.T) { t.Skip("no definitions") }) }
`
	fails = skips + `
func TestBad(t *testing.T) { t.Run("sub", func(t *testing.T) { t.Error("one is not two") }) }
`
	panics = passes + `
func TestPanic(t *testing.T) { t.Log("before"); panic("much too high") }
`
	exits = `package x
import ("os"; "testing")
func TestExit(t *testing.T) { println("on stderr"); os.Exit(3) }
`
	unbuildable = passes + "func f() { return 1 }\n"
)

func TestRun(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	for name, c := range map[string]struct {
		module string
		rules  rules
		err    error
		want   []string // is in the output
		absent []string
	}{
		"all pass":    {module: passes, rules: rules{ci: true}, want: []string{"ok  \tx\t"}, absent: []string{"chatter", "PASS", "LEFT OUT"}},
		"left out":    {module: skips, want: []string{"\nLEFT OUT x TestNoBrowser: no browser\nLEFT OUT x TestParts/one: no definitions\n"}, absent: []string{"BROKEN"}},
		"in CI":       {module: skips, rules: rules{ci: true}, err: errSkipped, want: []string{"BROKEN: LEFT OUT x TestNoBrowser: no browser\n", "BROKEN: LEFT OUT x TestParts/one: "}},
		"allowed one": {module: skips, rules: rules{ci: true, allowed: "no browser"}, err: errSkipped, want: []string{"\nLEFT OUT x TestNoBrowser: no browser\n", "BROKEN: LEFT OUT x TestParts/one: "}},
		"allowed":     {module: skips, rules: rules{ci: true, allowed: "no "}, want: []string{"\nLEFT OUT x TestNoBrowser: no browser\n"}, absent: []string{"BROKEN"}},
		"one fails": {
			module: fails, err: errFailed, want: []string{"--- FAIL: TestBad/sub", "x_test.go:8: one is not two", "FAIL\tx\t"},
			absent: []string{"chatter", "looking", "=== RUN"},
		},
		"one panics":      {module: panics, err: errFailed, want: []string{"before", "much too high", "FAIL\tx\t"}, absent: []string{"chatter"}},
		"one exits":       {module: exits, err: errFailed, want: []string{"on stderr", "FAIL\tx\t"}},
		"not to be built": {module: unbuildable, err: errFailed, want: []string{"x_test.go:4:19: too many return values", "FAIL\tx [build failed]"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			testutil.WriteFile(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.26\n")
			testutil.WriteFile(t, filepath.Join(dir, "x_test.go"), c.module)
			t.Chdir(dir)
			var out testutil.Log
			if err := run(t.Context(), c.rules, []string{"."}, &out); !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for _, want := range c.want {
				if !strings.Contains("\n"+out.String(), want) {
					t.Errorf("no %q in:\n%s", want, &out)
				}
			}
			for _, text := range c.absent {
				if strings.Contains(out.String(), text) {
					t.Errorf("%q in:\n%s", text, &out)
				}
			}
		})
	}
}

// TestCached: a skip that comes from go's cache may be out of date, and says so.
func TestCached(t *testing.T) {
	dir := t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.26\n")
	testutil.WriteFile(t, filepath.Join(dir, "x_test.go"), skips)
	t.Chdir(dir)
	for _, want := range []string{"TestNoBrowser: no browser\n", "TestNoBrowser: no browser (a cached result: go clean -testcache)\n"} {
		var out testutil.Log
		if err := run(t.Context(), rules{}, []string{"."}, &out); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%v, no %q in:\n%s", err, want, &out)
		}
	}
}

// TestNoGo: a go that can't be started is an error, and so is a folder without packages.
func TestNoGo(t *testing.T) {
	t.Chdir(t.TempDir())
	var out testutil.Log
	if err := run(t.Context(), rules{}, []string{"./..."}, &out); !errors.Is(err, errFailed) || out.String() == "" {
		t.Errorf("error %v: %s", err, &out)
	}
	t.Setenv("PATH", t.TempDir())
	if err := run(t.Context(), rules{}, nil, &out); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}
