package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// event is a line of `go test -json`, as `go doc test2json` describes it.
type event struct {
	Action, Package, Test, Output string
}

// skip is a test that was left out.
type skip struct{ pkg, test, reason string }

// reader shows what go test would say: the lines of packages and of what does not build, and of a test only if it fails.
type reader struct {
	out   io.Writer
	tests map[event]*strings.Builder // what each test has said, by package and name, until its end
	skips []skip
	// cached are the packages whose results are those of an earlier run. go test does not see that what lies outside of the
	// checkout, such as a browser, is there now.
	cached map[string]bool
}

func newReader(out io.Writer) *reader {
	return &reader{out: out, tests: map[event]*strings.Builder{}, cached: map[string]bool{}}
}

func (r *reader) read(events io.Reader) error {
	lines := bufio.NewReader(events) // a line of a test may be of any length
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		switch {
		case len(line) > 0 && json.Unmarshal(line, &e) == nil:
			r.take(e)
		default:
			_, _ = r.out.Write(line) // not of go test's making
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) take(e event) {
	key := event{Package: e.Package, Test: e.Test}
	switch e.Action {
	case "output", "build-output":
		switch {
		case e.Output == "PASS\n", strings.HasPrefix(e.Output, "=== "): // no news
			return
		case e.Test == "":
			fmt.Fprint(r.out, e.Output)
			r.cached[e.Package] = r.cached[e.Package] || strings.Contains(e.Output, "\t(cached)")
			return
		}
		if r.tests[key] == nil {
			r.tests[key] = &strings.Builder{}
		}
		r.tests[key].WriteString(e.Output)
	case "pass":
		delete(r.tests, key)
	case "skip":
		if e.Test != "" {
			r.skips = append(r.skips, skip{e.Package, e.Test, reason(r.said(key))})
		}
	case "fail":
		fmt.Fprint(r.out, r.said(key))
		if e.Test != "" {
			return
		}
		for running := range r.tests { // it did not come to its end
			if running.Package == e.Package {
				fmt.Fprint(r.out, r.said(running))
			}
		}
	}
}

// said returns what a test has said and forgets it.
func (r *reader) said(key event) string {
	b := r.tests[key]
	delete(r.tests, key)
	if b == nil {
		return ""
	}
	return b.String()
}

// reason is what a skipped test has said last, in one line and without the place in the code.
func reason(said string) string {
	place := regexp.MustCompile(`^\s*[\w.-]+\.go:\d+: (.*)`)
	last := "without a reason"
	for line := range strings.Lines(said) {
		if m := place.FindStringSubmatch(line); m != nil {
			last = m[1]
		}
	}
	return last
}
