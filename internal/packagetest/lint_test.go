//go:build packages

package packagetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestLintian: what it is wrong about is in packaging/deb/lintian-overrides, with the reason.
func TestLintian(t *testing.T) {
	need(t, "lintian")
	output(t, "lintian", "--fail-on", "error,warning", built(t, "*_amd64.deb"), built(t, "*_arm64.deb"))
}

// TestRpmlint: likewise in packaging/rpm/rpmlint.toml.
func TestRpmlint(t *testing.T) {
	need(t, "rpmlint", "cpio")
	// nfpm writes absolute names into the archive of a package. rpmlint has cpio unpack it, which would not go into rpmlint's folder then but
	// into the machine's /.
	cpio, err := exec.LookPath("cpio")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	relative := testutil.WriteFile(t, filepath.Join(dir, "cpio"), "#!/bin/sh\nexec "+cpio+" --no-absolute-filenames \"$@\"\n")
	if err := os.Chmod(relative, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	out := output(t, "rpmlint", "-c", root+"/packaging/rpm/rpmlint.toml", built(t, "*.x86_64.rpm"), built(t, "*.aarch64.rpm"))
	if !strings.Contains(out, "2 packages and 0 specfiles checked; 0 errors") {
		t.Error(out)
	}
}

// TestUnits: systemd-analyze verify ends well whatever it has to say.
func TestUnits(t *testing.T) {
	need(t, "systemd-analyze")
	dir := t.TempDir()
	output(t, "dpkg-deb", "-x", built(t, "*_amd64.deb"), dir)
	verify := []string{"verify", "--man=no"}
	for _, name := range units {
		unit := filepath.Join(dir, name)
		// verify looks for the program.
		text := testutil.ReadFile(t, filepath.Join(dir, "usr/lib/systemd/system", name))
		testutil.WriteFile(t, unit, strings.ReplaceAll(text, "=/usr/bin/", "="+dir+"/usr/bin/"))
		if err := os.Chmod(unit, 0o644); err != nil {
			t.Fatal(err)
		}
		verify = append(verify, unit)
	}
	if out := output(t, "systemd-analyze", verify...); out != "" {
		t.Errorf("systemd-analyze verify: %s", out)
	}
	output(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", filepath.Join(dir, units[0]))
}

// TestScripts: a shell reads them all. The one of OpenRC can't be run here.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob(root + "/packaging/*/*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, script := range scripts {
		if strings.HasPrefix(testutil.ReadFile(t, script), "#!") {
			output(t, "sh", "-n", script)
			n++
		}
	}
	if n != 10 {
		t.Errorf("%d scripts, want 10", n)
	}
}

func TestManPage(t *testing.T) {
	need(t, "man", "zcat")
	dir := t.TempDir()
	output(t, "dpkg-deb", "-x", built(t, "*_amd64.deb"), dir)
	page := output(t, "man", "--warnings", "-l", filepath.Join(dir, "usr/share/man/man1/qumulo_exporter.1.gz"))
	for _, want := range []string{
		"qumulo_exporter - Prometheus exporter for Qumulo Core storage clusters", "--qumulo.access-token-file=", "EXIT STATUS", "SIGHUP",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the man page lacks %q", want)
		}
	}
	if strings.Contains(page, "warning:") {
		t.Error(page)
	}
}

// TestCompletions: bash completes a flag. zsh is not everywhere: its file is looked at.
func TestCompletions(t *testing.T) {
	need(t, "bash")
	dir := t.TempDir()
	output(t, "dpkg-deb", "-x", built(t, "*_amd64.deb"), dir)
	script := filepath.Join(dir, "usr/share/bash-completion/completions/qumulo_exporter")
	said := output(t, "bash", "-ec", `source "$1"; COMP_WORDS=("$2" --qumulo.acc) COMP_CWORD=1; _qumulo_exporter_bash_autocomplete; echo "${COMPREPLY[@]}"`,
		"bash", script, filepath.Join(dir, "usr/bin/qumulo_exporter"))
	if said != "--qumulo.access-token-file\n" {
		t.Errorf("bash completes %q", said)
	}
	zsh := testutil.ReadFile(t, filepath.Join(dir, "usr/share/zsh/vendor-completions/_qumulo_exporter"))
	if !strings.HasPrefix(zsh, "#compdef qumulo_exporter\n") {
		t.Errorf("zsh's completion: %s", zsh)
	}
}
