package main_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// workflow is what is looked at of a workflow of GitHub.
type workflow struct {
	On          yaml.Node         `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Jobs        map[string]struct {
		Uses        string            `yaml:"uses"`
		Secrets     any               `yaml:"secrets"`
		Permissions map[string]string `yaml:"permissions"`
		Timeout     int               `yaml:"timeout-minutes"`
		Steps       []step            `yaml:"steps"`
	} `yaml:"jobs"`
}

type step struct {
	Uses string         `yaml:"uses"`
	Run  string         `yaml:"run"`
	With map[string]any `yaml:"with"`
}

// TestWorkflowsAreSafe: what an attacker could use is not there, whatever else the workflows do. actionlint, in `make lint`,
// says whether they are right.
func TestWorkflowsAreSafe(t *testing.T) {
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d workflows: %v", len(files), err)
	}
	for _, file := range files {
		var w workflow
		if err := yaml.Unmarshal([]byte(testutil.ReadFile(t, file)), &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
			t.Errorf("%s: jobs that say nothing have the permissions %v", file, w.Permissions)
		}
		for _, event := range w.On.Content {
			if event.Value == "pull_request_target" || event.Value == "workflow_run" {
				t.Errorf("%s runs on %s, with rights that a stranger could use", file, event.Value)
			}
		}
		for name, job := range w.Jobs {
			if job.Secrets != nil {
				t.Errorf("%s: %s hands on secrets", file, name)
			}
			if job.Timeout == 0 && job.Uses == "" {
				t.Errorf("%s: %s has no time limit", file, name)
			}
			if len(job.Permissions) > 0 && file != filepath.FromSlash(".github/workflows/release.yml") {
				t.Errorf("%s: %s has permissions of its own", file, name)
			}
			for _, s := range job.Steps {
				checkStep(t, file+": "+name, s, strings.HasSuffix(file, "release.yml"))
			}
		}
	}
}

func checkStep(t *testing.T, where string, s step, release bool) {
	t.Helper()
	// What stands between the braces becomes part of the script's text.
	if regexp.MustCompile(`\$\{\{`).MatchString(s.Run) {
		t.Errorf("%s: an expression in a script; give it by env: %s", where, s.Run)
	}
	action, _, _ := strings.Cut(s.Uses, "@")
	off := func(key string) bool {
		value, given := s.With[key].(bool)
		return given && !value
	}
	if action == "actions/checkout" && !off("persist-credentials") {
		t.Errorf("%s: the checkout leaves its token behind", where)
	}
	if release && (action == "actions/cache" || action == "actions/setup-go" && !off("cache")) {
		t.Errorf("%s: %s uses a cache that another run has filled", where, action)
	}
}

// TestPinActions: the script puts the commit of each tag in, of tags with a message of their own too, and its check fails before and
// not after.
func TestPinActions(t *testing.T) {
	dir := t.TempDir()
	run := func(wantOK bool, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+filepath.Join(dir, "gitconfig"), "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.CombinedOutput()
		if (err == nil) != wantOK {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	testutil.WriteFile(t, filepath.Join(dir, "gitconfig"), "[user]\n name = x\n email = x@example.com\n[url \"file://"+dir+"/\"]\n insteadOf = https://github.com/\n")
	repository, script, file := filepath.Join(dir, "some", "action"), filepath.Join(dir, ".ci", "pin-actions"), filepath.Join(dir, ".github", "workflows", "x.yml")
	for _, folder := range []string{repository, filepath.Dir(script), filepath.Dir(file)} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(true, "git", "-C", repository, "init", "-q")
	run(true, "git", "-C", repository, "commit", "-q", "--allow-empty", "-m", "first")
	run(true, "git", "-C", repository, "tag", "v1")
	first := run(true, "git", "-C", repository, "rev-parse", "HEAD")
	run(true, "git", "-C", repository, "commit", "-q", "--allow-empty", "-m", "second")
	run(true, "git", "-C", repository, "tag", "-a", "-m", "second", "v2.0.1")
	second := run(true, "git", "-C", repository, "rev-parse", "HEAD")

	testutil.WriteFile(t, script, testutil.ReadFile(t, ".ci/pin-actions"))
	text := "      - uses: some/action@v1\n      - uses: some/action/sub/folder@v2.0.1\n        uses: ./.github/workflows/ci.yml\n"
	testutil.WriteFile(t, file, text)
	if out := run(false, "bash", script, "--check"); !strings.Contains(out, "some/action@v1") || !strings.Contains(out, "make pin") {
		t.Errorf("the check says %s", out)
	}
	run(true, "bash", script)
	want := "      - uses: some/action@" + first + " # v1\n      - uses: some/action/sub/folder@" + second + " # v2.0.1\n        uses: ./.github/workflows/ci.yml\n"
	if got := testutil.ReadFile(t, file); got != want {
		t.Errorf("the workflow is\n%s", got)
	}
	run(true, "bash", script, "--check")
	testutil.WriteFile(t, file, "      - uses: some/action@v3\n")
	if out := run(false, "bash", script); !strings.Contains(out, "some/action has no such tag") {
		t.Errorf("of a tag that is not there it says %s", out)
	}
}

// TestSBOMs: the script finds the one binary in an archive, and not a file that only has its name; the tool that looks into it is not ours to test.
func TestSBOMs(t *testing.T) {
	for _, name := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the SBOMs are written by means of %s: %v", name, err)
		}
	}
	dir := t.TempDir()
	tools := filepath.Join(dir, "tools")
	archive, content := filepath.Join(dir, "x.tar.gz"), filepath.Join(dir, "content")
	for _, folder := range []string{tools, filepath.Join(content, "completions")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// It says what it was asked for, in place of the modules.
	tool := testutil.WriteFile(t, filepath.Join(tools, "cyclonedx-gomod"), "#!/bin/sh\nfor last; do :; done\nprintf '{\"asked\":\"%s\",\"of\":\"%s\"}' \"$*\" \"$(cat \"$last\")\" > \"$7\"\n")
	binary := testutil.WriteFile(t, filepath.Join(content, "qumulo_exporter"), "the binary")
	testutil.WriteFile(t, filepath.Join(content, "completions", "qumulo_exporter"), "no binary")
	for _, path := range []string{tool, binary} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pack := exec.CommandContext(t.Context(), "tar", "-C", content, "-czf", archive, ".")
	if out, err := pack.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "bash", ".ci/sbom", "1.2.3", archive)
	cmd.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sbom := testutil.ReadFile(t, archive+".cdx.json")
	for _, want := range []string{`"of": "the binary"`, "-version v1.2.3", "-noserial -notimestamp", `"id": "Apache-2.0"`} {
		if !strings.Contains(sbom, want) {
			t.Errorf("no %q in\n%s", want, sbom)
		}
	}
}

// TestDependabotKnowsEachModule: a module that it does not know keeps its old dependencies.
func TestDependabotKnowsEachModule(t *testing.T) {
	var d struct {
		Updates []struct {
			Ecosystem   string   `yaml:"package-ecosystem"`
			Directory   string   `yaml:"directory"`
			Directories []string `yaml:"directories"`
		} `yaml:"updates"`
	}
	if err := yaml.Unmarshal([]byte(testutil.ReadFile(t, ".github/dependabot.yml")), &d); err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, u := range d.Updates {
		if u.Ecosystem == "gomod" {
			known = append(known, append(u.Directories, u.Directory)...)
		}
	}
	modules := 0
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && len(file) > 1 && file[0] == '.' { // what tools and builds have put there
			return fs.SkipDir
		}
		if entry.Name() != "go.mod" {
			return nil
		}
		modules++
		dir := path.Join("/", filepath.ToSlash(filepath.Dir(file)))
		if !slices.ContainsFunc(known, func(pattern string) bool { is, _ := path.Match(pattern, dir); return is }) {
			t.Errorf(".github/dependabot.yml does not name %s", dir)
		}
		return nil
	})
	if err != nil || modules < 2 {
		t.Errorf("%d modules: %v", modules, err)
	}
}
