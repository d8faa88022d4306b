//go:build packages

package packagetest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// unpacked gives a folder with what a package holds.
func unpacked(t *testing.T, kind, arch string) string {
	t.Helper()
	dir := t.TempDir()
	switch kind {
	case "deb":
		output(t, "dpkg-deb", "-x", built(t, "*_"+arch+".deb"), dir)
	case "rpm":
		need(t, "rpm2cpio", "cpio")
		file := built(t, "*."+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[arch]+".rpm")
		// Its names are absolute.
		output(t, "sh", "-c", `rpm2cpio "$1" | cpio --quiet --no-absolute-filenames -idm -D "$2"`, "sh", file, dir)
	case "apk": // three archives in a row, each gzip stream of its own
		file := built(t, "*_"+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[arch]+".apk")
		output(t, "tar", "-C", dir, "--warning=no-unknown-keyword", "-xzf", file)
	}
	return dir
}

// TestContent: each kind of package has what its systems look for, and the binary is the platform's.
func TestContent(t *testing.T) {
	common := []string{
		"usr/bin/qumulo_exporter", "etc/qumulo_exporter/qumulo_exporter.yml", "usr/share/man/man1/qumulo_exporter.1.gz",
		"usr/share/bash-completion/completions/qumulo_exporter", "usr/share/qumulo_exporter/first-steps",
		"usr/share/qumulo_exporter/qumulo_exporter.schema.json", "usr/share/qumulo_exporter/web-config.yml",
	}
	for source, folder := range map[string]string{"docs/mixin/dashboards/*.json": "dashboards/", "docs/mixin/*.yaml": "rules/"} {
		files, err := filepath.Glob(filepath.Join(root, source))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			common = append(common, "usr/share/qumulo_exporter/"+folder+filepath.Base(file))
		}
	}
	unitFiles := []string{"usr/lib/systemd/system/qumulo_exporter.service", "usr/lib/systemd/system/qumulo_exporter.socket"}
	for kind, files := range map[string][]string{
		"deb": slices.Concat(unitFiles, []string{"etc/default/qumulo_exporter", "usr/lib/sysusers.d/qumulo_exporter.conf", "usr/share/doc/qumulo-exporter/copyright"}),
		"rpm": slices.Concat(unitFiles, []string{"etc/sysconfig/qumulo_exporter", "usr/share/licenses/qumulo-exporter/LICENSE"}),
		"apk": {"etc/init.d/qumulo_exporter", "etc/conf.d/qumulo_exporter", "usr/share/licenses/qumulo-exporter/LICENSE"},
	} {
		for _, arch := range []string{"amd64", "arm64"} {
			t.Run(kind+" "+arch, func(t *testing.T) {
				dir := unpacked(t, kind, arch)
				for _, file := range slices.Concat(common, files) {
					if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
						t.Errorf("%s: %v", file, err)
					}
				}
				if got := architecture(t, filepath.Join(dir, "usr/bin/qumulo_exporter")); got != arch {
					t.Errorf("the binary is one for %s", got)
				}
			})
		}
	}
}

// architecture is the GOARCH that a binary was built for.
func architecture(t *testing.T, binary string) string {
	t.Helper()
	var info struct{ Settings []struct{ Key, Value string } }
	if err := json.Unmarshal([]byte(output(t, "go", "version", "-m", "-json", binary)), &info); err != nil {
		t.Fatal(err)
	}
	for _, s := range info.Settings {
		if s.Key == "GOARCH" {
			return s.Value
		}
	}
	return ""
}

// TestExample: the configuration that is installed is docs/qumulo_exporter.example.yml, and names files that are installed.
func TestExample(t *testing.T) {
	dir := unpacked(t, "deb", "amd64")
	text := testutil.ReadFile(t, filepath.Join(dir, "etc/qumulo_exporter/qumulo_exporter.yml"))
	for _, path := range []string{"/usr/share/qumulo_exporter/qumulo_exporter.schema.json", "/usr/share/doc/qumulo-exporter/docs/configuration.md"} {
		if _, err := os.Stat(dir + path); err != nil || !strings.Contains(text, path) {
			t.Errorf("the example does not name %s, or it is not there: %v", path, err)
		}
	}
	withoutComments := func(text string) []string {
		return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.HasPrefix(line, "#") })
	}
	if diff := cmp.Diff(withoutComments(testutil.ReadFile(t, root+"/docs/qumulo_exporter.example.yml")), withoutComments(text)); diff != "" {
		t.Error(diff)
	}
}

// TestReproducible: a second build, by somebody with another umask, time zone and language, gives the same bytes.
func TestReproducible(t *testing.T) {
	first, second := filepath.Dir(built(t, "sha256sums.txt")), filepath.Join(t.TempDir(), "packages")
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `umask 077 && exec make -C "$1" package PACKAGES="$2"`, "sh", root, second)
	cmd.Env = append(os.Environ(), "TZ=Pacific/Auckland", "LC_ALL=C.UTF-8", "MAKEFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sums := testutil.ReadFile(t, filepath.Join(second, "sha256sums.txt"))
	if n := strings.Count(sums, "\n"); n != 6 {
		t.Errorf("%d packages, want 6", n)
	}
	if diff := cmp.Diff(testutil.ReadFile(t, filepath.Join(first, "sha256sums.txt")), sums); diff != "" {
		t.Error(diff)
	}
}
