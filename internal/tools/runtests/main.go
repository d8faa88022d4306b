// runtests runs go test with the flags and packages given, shows what it says of packages and of what fails, and names each
// test that was left out, with its reason: go test keeps that to itself. In CI (CI=true) a test that was left out fails
// the run, so that nobody takes it for a passed one; but not where its reason contains the text of SKIP_ALLOWED.
//
// With -norace it runs only the tests that -race leaves out, those of files with `//go:build !race`: they have so many cases
// that the race detector would take minutes for them, and other tests show it their code.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

var (
	errFailed  = errors.New("tests have failed")
	errSkipped = errors.New("tests were left out, which CI=true does not allow")
)

// stopping is what go test gets to end its tests when it is told to.
const stopping = 10 * time.Second

func main() {
	os.Exit(harness.Main("runtests", func(ctx context.Context, args []string, stdout io.Writer) error {
		return run(ctx, rules{ci: os.Getenv("CI") == "true", allowed: os.Getenv("SKIP_ALLOWED")}, args, stdout)
	}))
}

// rules say what becomes of a test that was left out.
type rules struct {
	ci      bool
	allowed string // a part of the reasons that are good ones in CI too; "": none is
}

// run takes -norace, flags of go test, each with its value in one (-timeout=10m), and packages.
func run(ctx context.Context, r rules, args []string, stdout io.Writer) error {
	isFlag := func(arg string) bool { return strings.HasPrefix(arg, "-") }
	packages := slices.DeleteFunc(slices.Clone(args), isFlag)
	flags := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return !isFlag(arg) })
	if i := slices.Index(flags, noRace); i >= 0 {
		var err error
		flags, packages, err = withoutRace(ctx, stdout, slices.Delete(flags, i, i+1), packages)
		if err != nil || len(packages) == 0 {
			return err
		}
	}
	shown := newReader(stdout)
	if err := goTest(ctx, shown, slices.Concat(flags, packages)); err != nil {
		return err
	}
	return r.judge(stdout, shown)
}

// goTest runs go test to its end and shows what it says.
func goTest(ctx context.Context, shown *reader, args []string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, args...)...) //nolint:gosec // the caller's flags
	cmd.Stderr = shown.out
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = stopping
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = shown.read(events)
	if status := (&exec.ExitError{}); errors.As(cmd.Wait(), &status) {
		return errors.Join(errFailed, err) // its own words are shown already
	}
	return err
}

// judge names the tests that were left out.
func (r rules) judge(w io.Writer, shown *reader) error {
	slices.SortFunc(shown.skips, func(a, b skip) int { return cmp.Or(strings.Compare(a.pkg, b.pkg), strings.Compare(a.test, b.test)) })
	var err error
	for _, s := range shown.skips {
		word := "LEFT OUT"
		if r.ci && (r.allowed == "" || !strings.Contains(s.reason, r.allowed)) {
			word, err = "BROKEN: LEFT OUT", errSkipped
		}
		advice := ""
		if shown.cached[s.pkg] {
			advice = " (a cached result: go clean -testcache)"
		}
		fmt.Fprintf(w, "%s %s %s: %s%s\n", word, path.Base(s.pkg), s.test, s.reason, advice)
	}
	return err
}
