package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// ran is a test that writes down its name, and more.
func ran(name, more string) string {
	return `import ("os"; "testing")
func Test` + name + `(t *testing.T) {
	f, err := os.OpenFile("ran", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil { t.Fatal(err) }
	defer f.Close()
	if _, err := f.WriteString("` + name + ` "); err != nil { t.Fatal(err) }
	` + more + `
}
`
}

// TestWithoutRace: with -race and with -norace each test runs once in all, and what comes of it is said.
func TestWithoutRace(t *testing.T) {
	for name, c := range map[string]struct {
		flag         string
		raced, plain string // what the tests do
		err          error
		ran, other   string
		want         string
	}{
		"race":           {flag: "-race", plain: `t.Error("not compiled")`, ran: "Raced ", other: "Plain ", want: "ok  \tx\t"},
		"the rest":       {flag: "-norace", raced: `t.Error("not run")`, ran: "Plain ", want: "ok  \tx\t"},
		"all":            {flag: "-timeout=1m", ran: "Plain Raced ", other: "Plain ", want: "ok  \tx\t"},
		"race fails":     {flag: "-race", raced: `t.Error("one is not two")`, err: errFailed, ran: "Raced ", other: "Plain ", want: "one is not two"},
		"the rest fails": {flag: "-norace", plain: `t.Error("one is not two")`, err: errFailed, ran: "Plain ", want: "--- FAIL: TestPlain"},
		"left out":       {flag: "-norace", plain: `t.Skip("no browser")`, ran: "Plain ", want: "\nLEFT OUT x TestPlain: no browser\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CGO_ENABLED", "1") // of the race detector
			dir := t.TempDir()
			testutil.WriteFile(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.26\n")
			testutil.WriteFile(t, filepath.Join(dir, "raced_test.go"), "package x\n"+ran("Raced", c.raced))
			testutil.WriteFile(t, filepath.Join(dir, "plain_test.go"), "//go:build !race\n\npackage x\n"+ran("Plain", c.plain))
			if err := os.Mkdir(filepath.Join(dir, "other"), 0o700); err != nil {
				t.Fatal(err)
			}
			testutil.WriteFile(t, filepath.Join(dir, "other", "other_test.go"), "package other\n"+ran("Plain", `t.Log("has no such file")`))
			t.Chdir(dir)
			var out testutil.Log
			if err := run(t.Context(), rules{}, []string{c.flag, "./..."}, &out); !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for file, want := range map[string]string{"ran": c.ran, "other/ran": c.other} {
				if got, err := os.ReadFile(file); string(got) != want || want != "" && err != nil {
					t.Errorf("%s: ran %q, want %q: %v", file, got, want, err)
				}
			}
			if !strings.Contains("\n"+out.String(), c.want) {
				t.Errorf("no %q in:\n%s", c.want, &out)
			}
		})
	}
}

// TestNothingWithoutRace: where no file is left out, nothing is run.
func TestNothingWithoutRace(t *testing.T) {
	dir := t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.26\n")
	testutil.WriteFile(t, filepath.Join(dir, "raced_test.go"), "package x\n"+ran("Raced", ""))
	t.Chdir(dir)
	var out testutil.Log
	if err := run(t.Context(), rules{}, []string{noRace, "./..."}, &out); err != nil || out.String() != "" {
		t.Errorf("%v: %s", err, &out)
	}
	if _, err := os.Stat("ran"); err == nil {
		t.Error("a test that -race runs has run")
	}
}
