package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// testFiles makes go list print the test files of each package, with the package before each.
const testFiles = `{{range .TestGoFiles}}{{$.ImportPath}}	{{$.Dir}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$.ImportPath}}	{{$.Dir}}/{{.}}
{{end}}`

// noRace asks for the tests that -race leaves out.
const noRace = "-norace"

// withoutRace returns flags and packages for the tests that -race leaves out, those of files with `//go:build !race`: no packages
// where there are none.
func withoutRace(ctx context.Context, stderr io.Writer, flags, packages []string) (_, left []string, err error) {
	all, err := list(ctx, stderr, packages)
	if err != nil {
		return nil, nil, err
	}
	raced, err := list(ctx, stderr, append([]string{"-race"}, packages...))
	if err != nil {
		return nil, nil, err
	}
	var tests []string
	for _, line := range all {
		if slices.Contains(raced, line) {
			continue
		}
		pkg, file, _ := strings.Cut(line, "\t")
		names, err := testsIn(file)
		if err != nil {
			return nil, nil, err
		}
		tests = append(tests, names...)
		if !slices.Contains(left, pkg) {
			left = append(left, pkg)
		}
	}
	return append(flags, "-run=^("+strings.Join(tests, "|")+")$"), left, nil
}

// list returns a line for each test file of packages.
func list(ctx context.Context, stderr io.Writer, args []string) ([]string, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-f", testFiles}, args...)...) //nolint:gosec // the caller's packages
	cmd.Stdout, cmd.Stderr = &out, stderr
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: go list: %w", errFailed, err)
	}
	return slices.DeleteFunc(strings.Split(out.String(), "\n"), func(line string) bool { return strings.TrimSpace(line) == "" }), nil
}

// testsIn returns the names of the tests in a file.
func testsIn(file string) ([]string, error) {
	syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range syntax.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
			names = append(names, f.Name.Name)
		}
	}
	return names, nil
}
