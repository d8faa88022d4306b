package main

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// TestPrintRole: the role is that of the collectors which the flags or the file turn on, and no
// cluster is needed for it.
func TestPrintRole(t *testing.T) {
	const twoClusters = `
defaults: {username: u, password_env: HOME}
clusters:
  - {name: a, url: "https://a:8000", collectors: {nodes: off, drives: off}}
  - {name: b, url: "https://b:8000", collectors: {nodes: off, filesystem: off, drives: on}}
`
	for name, test := range map[string]struct {
		args      []string
		privilege string
		wants     bool
	}{
		"default":               {nil, "PRIVILEGE_CLUSTER_READ", true},
		"flags turn it off":     {[]string{"--no-collector.filesystem"}, "PRIVILEGE_CAPACITY_READ", false},
		"one cluster of a file": {[]string{"--config.file=" + file(t, "c.yml", twoClusters)}, "PRIVILEGE_CAPACITY_READ", true},
	} {
		got := runWith(t, append([]string{"--print-role"}, test.args...)...)
		if got.status != exitOK || got.stderr != "" || !strings.Contains(got.stdout, "qq auth_create_role -r Monitoring") {
			t.Errorf("%s: status %d\n%s%s", name, got.status, got.stdout, got.stderr)
		}
		if has := strings.Contains(got.stdout, "    -e "+test.privilege); has != test.wants {
			t.Errorf("%s: %s is there: %v\n%s", name, test.privilege, has, got.stdout)
		}
	}
	_, good := cluster(t)
	for _, flags := range [][]string{
		{"--collector.directories"},
		{"--collector.quotas.max=-1"},
		{"--collector.quotas", "--collector.quotas.interval=-1s"},
		strings.Fields("--no-collector." + strings.Join(collector.Names(), " --no-collector.")),
	} {
		checked := runWith(t, append(append([]string{"--config.check"}, flags...), good...)...)
		got := runWith(t, append([]string{"--print-role"}, flags...)...)
		if got.status != exitUsage || got.stdout != "" || got.stderr != checked.stderr || strings.Count(got.stderr, "\n") != 2 {
			t.Errorf("%q: status %d\n%s%s--config.check:\n%s", flags, got.status, got.stdout, got.stderr, checked.stderr)
		}
	}
	got := runWith(t, "--print-role", "--qumulo.concurrency=x")
	if got.status != exitUsage || got.stdout != "" || strings.Contains(got.stderr, "no cluster to scrape") {
		t.Errorf("a bad flag: status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
}

// TestOptionFlags: options of a collector's own turn it on, unless a flag turns it off, and bad
// ones are said.
func TestOptionFlags(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		on   bool
	}{
		"none":       {nil, false},
		"a number":   {[]string{"--collector.quotas.max=5"}, true},
		"lists":      {[]string{"--collector.quotas.include=/a", "--collector.quotas.include=/b/.*"}, true},
		"turned off": {[]string{"--no-collector.quotas", "--collector.quotas.max=5"}, false},
	} {
		got := runWith(t, append([]string{"--print-role"}, test.args...)...)
		if on := strings.Contains(got.stdout, "-e PRIVILEGE_QUOTA_READ"); got.status != exitOK || on != test.on {
			t.Errorf("%s: quotas is on: %v\n%s%s", name, on, got.stdout, got.stderr)
		}
	}
	got := runWith(t, "--print-role", "--collector.quotas.include=(", "--collector.quotas.max=x")
	for _, want := range []string{`--collector.quotas.include: "(": want a regular expression`, `--collector.quotas.max: "x" is not a whole number`} {
		if got.status != exitUsage || !strings.Contains(got.stderr, want) {
			t.Errorf("status %d, %q is not said:\n%s", got.status, want, got.stderr)
		}
	}
	got = runWith(t, "--print-role", "--collector.directories.path=/a", "--collector.directories.path=/b")
	if got.status != exitOK || !strings.Contains(got.stdout, "directories") {
		t.Errorf("paths don't turn directories on: status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	if got := runWith(t, "--print-role", "--collector.directories.path=a"); got.status != exitUsage ||
		!strings.Contains(got.stderr, `--collector.directories.path: "a": want a path that begins with /`) {
		t.Errorf("a relative path: status %d\n%s", got.status, got.stderr)
	}
	t.Setenv("QUMULO_EXPORTER_COLLECTOR_QUOTAS", "false")
	if got := runWith(t, "--print-role", "--collector.quotas.max=5"); strings.Contains(got.stdout, "PRIVILEGE_QUOTA_READ") {
		t.Errorf("turned off in the environment, it is on:\n%s", got.stdout)
	}
}
