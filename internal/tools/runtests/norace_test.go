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

// TestWithoutRace: each test runs once, with the race detector or without it, and what comes of either is said.
func TestWithoutRace(t *testing.T) {
	for name, c := range map[string]struct {
		flags        []string
		raced, plain string // what the tests do
		err          error
		ran          string
		want         []string
	}{
		"both pass":   {flags: []string{"-race", "-timeout=1m"}, ran: "Raced Plain ", want: []string{"without the race detector:\nok  \tx\t"}},
		"no detector": {ran: "Plain Raced ", want: []string{"ok  \tx\t"}},
		"the first fails": {
			flags: []string{"-race"}, raced: `t.Error("one is not two")`, err: errFailed, ran: "Raced Plain ",
			want: []string{"--- FAIL: TestRaced", "one is not two", "without the race detector:\nok  \tx\t"},
		},
		"the second fails": {
			flags: []string{"-race"}, plain: `t.Error("one is not two")`, err: errFailed, ran: "Raced Plain ",
			want: []string{"ok  \tx\t", "--- FAIL: TestPlain", "one is not two"},
		},
		"left out": {flags: []string{"-race"}, plain: `t.Skip("no browser")`, ran: "Raced Plain ", want: []string{"\nLEFT OUT x TestPlain: no browser\n"}},
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
			if err := run(t.Context(), rules{}, append(c.flags, "./..."), &out); !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for file, want := range map[string]string{"ran": c.ran, "other/ran": "Plain "} {
				if got, err := os.ReadFile(file); err != nil || string(got) != want {
					t.Errorf("%s: ran %q, want %q: %v", file, got, want, err)
				}
			}
			for _, want := range c.want {
				if !strings.Contains("\n"+out.String(), want) {
					t.Errorf("no %q in:\n%s", want, &out)
				}
			}
		})
	}
}
