package main_test

import (
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// yamlFile is the content of a YAML file whose top level is a mapping.
func yamlFile(t *testing.T, name string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(testutil.ReadFile(t, name)), &m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

// submatch is the first group of the first match of pattern in file name.
func submatch(t *testing.T, name, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(testutil.ReadFile(t, name))
	if m == nil {
		t.Fatalf("%s: nothing matches %s", name, pattern)
	}
	return m[1]
}

func TestVersion(t *testing.T) {
	version := strings.TrimSuffix(testutil.ReadFile(t, "VERSION"), "\n")
	if !regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$`).MatchString(version) {
		t.Errorf("VERSION: %q is not a semantic version", version)
	}
	if newest := submatch(t, "CHANGELOG.md", `(?m)^## (\S+) / (?:unreleased|\d{4}-\d\d-\d\d)$`); newest != version {
		t.Errorf("CHANGELOG.md: the newest section is %s, VERSION is %s", newest, version)
	}
	for _, line := range regexp.MustCompile(`(?m)^\*.*`).FindAllString(testutil.ReadFile(t, "CHANGELOG.md"), -1) {
		if !regexp.MustCompile(`^\* \[(CHANGE|FEATURE|ENHANCEMENT|BUGFIX|SECURITY)\] [^:]+: .+`).MatchString(line) {
			t.Errorf("CHANGELOG.md: %q is not of the form `* [KIND] subject: text`", line)
		}
	}
}

func TestGoVersionsAgree(t *testing.T) {
	want := submatch(t, "go.mod", `(?m)^go (\d+\.\d+)`)
	if got := submatch(t, "Dockerfile", `golang:(\d+\.\d+)`); got != want {
		t.Errorf("Dockerfile: Go %s, go.mod says %s", got, want)
	}
	if got := submatch(t, ".promu.yml", `version: (\d+\.\d+)`); got != want {
		t.Errorf(".promu.yml: Go %s, go.mod says %s", got, want)
	}
}

func TestDockerfile(t *testing.T) {
	text := strings.ReplaceAll(testutil.ReadFile(t, "Dockerfile"), "\\\n", " ")
	var stages [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "FROM ") {
			stages = append(stages, nil)
		}
		if line != "" && line[0] != '#' {
			stages[len(stages)-1] = append(stages[len(stages)-1], line)
		}
	}
	if len(stages) != 2 {
		t.Fatalf("%d stages, want one that builds and one that ships", len(stages))
	}
	if build := strings.Join(stages[0], "\n"); !regexp.MustCompile(`RUN .*CGO_ENABLED=0 .*go build -trimpath `).MatchString(build) {
		t.Errorf("the build is not static:\n%s", build)
	}
	for _, want := range []string{
		"FROM scratch",
		"USER 65534:65534",
		"EXPOSE 10108",
		`HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/bin/qumulo_exporter", "--healthcheck"]`,
		`ENTRYPOINT ["/bin/qumulo_exporter"]`,
		"COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt",
		"COPY LICENSE /LICENSE",
	} {
		if !slices.Contains(stages[1], want) {
			t.Errorf("the last stage lacks %q", want)
		}
	}
}

func TestYAMLFiles(t *testing.T) {
	for name, key := range map[string]string{
		".promu.yml":             "crossbuild",
		".golangci.yml":          "linters",
		".github/dependabot.yml": "updates",
		"web-config.yml":         "tls_server_config",
	} {
		if yamlFile(t, name)[key] == nil {
			t.Errorf("%s: no %s", name, key)
		}
	}
	workflows, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows (%v)", err)
	}
	for _, name := range workflows {
		m := yamlFile(t, name)
		for _, key := range []string{"on", "permissions", "concurrency", "jobs"} {
			if m[key] == nil {
				t.Errorf("%s: no %s", name, key)
			}
		}
	}
}

// TestSkips: the workflow on GitHub allows tests to be left out for the one reason that apidir gives, and .ci/run for none.
func TestSkips(t *testing.T) {
	const run, workflow = ".ci/run", ".github/workflows/ci.yml"
	allowed := submatch(t, workflow, `(?m)^ +SKIP_ALLOWED: (.+)$`)
	if reason := submatch(t, "internal/apidir/apidir.go", `tb\.Skip\("(.*)"\)`); !strings.Contains(reason, allowed) {
		t.Errorf("%s allows %q, and apidir says %q", workflow, allowed, reason)
	}
	if reason := submatch(t, "internal/e2e/browser_test.go", `t\.Skip\("(.*)"\)`); strings.Contains(reason, allowed) {
		t.Errorf("%s allows %q, which is also why the browser's test is left out: %q", workflow, allowed, reason)
	}
	if submatch(t, run, `(?m)^export CI="\$\{CI:-(\w+)\}"$`) != "true" || strings.Contains(testutil.ReadFile(t, run), "SKIP_ALLOWED") {
		t.Errorf("%s allows tests to be left out", run)
	}
	for file, pattern := range map[string]string{workflow: `(?m)^ +CI:`, "Makefile": `\bgo test -race|\$\(GO\) test -race`} {
		if regexp.MustCompile(pattern).MatchString(testutil.ReadFile(t, file)) {
			t.Errorf("%s goes round the rule", file)
		}
	}
}

// A binary without a dynamic section needs no loader and no library: it runs in an empty image.
func TestStaticBuild(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	// It stays, so that go build links it again only where the code has changed; with the flags of internal/tools/harness
	// nothing is compiled for this alone.
	binary := filepath.Join(".build", "static", "qumulo_exporter")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, s := range f.Sections {
		if s.Type == elf.SHT_DYNAMIC {
			t.Errorf("the binary has a dynamic section, %s", s.Name)
		}
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the binary asks for a loader")
		}
	}
}

func TestWebConfig(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "web-config.yml")
	testutil.WriteFile(t, config, testutil.ReadFile(t, "web-config.yml"))
	if err := web.Validate(config); err == nil {
		t.Error("valid without its certificate: the example does not turn TLS on")
	}
	certificate, key := testutil.Certificate(t)
	testutil.WriteFile(t, filepath.Join(dir, "server.crt"), certificate)
	testutil.WriteFile(t, filepath.Join(dir, "server.key"), key)
	if err := web.Validate(config); err != nil {
		t.Error(err)
	}
	users, _ := yamlFile(t, config)["basic_auth_users"].(map[string]any)
	if len(users) != 1 {
		t.Errorf("%d users, want the one of the example", len(users))
	}
}
