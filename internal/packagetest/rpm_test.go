//go:build packages

package packagetest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestRPM installs, upgrades and erases the package in a root that systemd does not run in. The root is Debian's, which has the shell and
// the programs that the scripts call, and rpm works on it from outside.
func TestRPM(t *testing.T) {
	need(t, "rpm")
	dir := freshDebian(t)
	// Folders that rpm's distributions have and Debian has not.
	output(t, "mkdir", "-p", dir+"/etc/sysconfig", dir+"/usr/share/licenses", dir+"/usr/share/zsh/site-functions")
	before := traces(t, dir)
	rpm := func(args ...string) string {
		t.Helper()
		return output(t, "rpm", append([]string{"--root=" + dir, "--nodeps"}, args...)...)
	}
	in := func(line string) string {
		t.Helper()
		return strings.TrimSpace(output(t, "chroot", dir, "sh", "-c", line))
	}
	first := testutil.ReadFile(t, root+"/packaging/first-steps")
	if message := rpm("-i", built(t, "*.x86_64.rpm")); !strings.Contains(message, first) {
		t.Errorf("the message at the first installation: %s", message)
	}
	if got := in("stat -c '%U %G %a' /etc/qumulo_exporter /etc/qumulo_exporter/*"); got != "root qumulo_exporter 750\nroot qumulo_exporter 640" {
		t.Errorf("owner and mode: %s", got)
	}
	if got := in("getent passwd qumulo_exporter | cut -d: -f5-"); got != "Prometheus exporter for Qumulo Core:/nonexistent:/sbin/nologin" {
		t.Errorf("the user: %s", got)
	}
	if got := rpm("-V", "qumulo-exporter"); got != "" {
		t.Errorf("rpm -V: %s", got)
	}
	for _, unit := range units {
		if got := in("systemctl is-enabled " + unit + " || :"); got != "disabled" {
			t.Errorf("%s is %s", unit, got)
		}
	}
	if got := in("grep -h -e ^EnvironmentFile -e sysconfig /usr/lib/systemd/system/qumulo_exporter.*"); strings.Contains(got, "default") ||
		!strings.Contains(got, "EnvironmentFile=-/etc/sysconfig/qumulo_exporter") {
		t.Errorf("the units read other settings: %s", got)
	}

	in("echo '# mine' | tee -a /etc/sysconfig/qumulo_exporter >> /etc/qumulo_exporter/qumulo_exporter.yml; systemctl enable qumulo_exporter.service")
	settings, configured := in("cat /etc/sysconfig/qumulo_exporter"), in("cat /etc/qumulo_exporter/qumulo_exporter.yml")
	if message := rpm("-U", newer(t, "rpm")); strings.Contains(message, first) {
		t.Errorf("the message at an upgrade: %s", message)
	}
	if diff := cmp.Diff(settings+configured, in("cat /etc/sysconfig/qumulo_exporter")+in("cat /etc/qumulo_exporter/qumulo_exporter.yml")); diff != "" {
		t.Errorf("the upgrade has changed what the administrator had changed: %s", diff)
	}
	if got := in("tail -n1 /etc/qumulo_exporter/qumulo_exporter.yml.rpmnew; systemctl is-enabled qumulo_exporter.service"); got != "# "+newVersion+"\nenabled" {
		t.Errorf("after the upgrade: %s", got)
	}

	rpm("-e", "qumulo-exporter")
	// rpm knows no purge: what the administrator has changed stays under another name, and so does the user.
	for _, path := range []string{"etc/qumulo_exporter/qumulo_exporter.yml.rpmsave", "etc/qumulo_exporter/qumulo_exporter.yml.rpmnew", "etc/sysconfig/qumulo_exporter.rpmsave"} {
		output(t, "rm", filepath.Join(dir, path))
	}
	output(t, "rmdir", filepath.Join(dir, "etc/qumulo_exporter"))
	in("userdel qumulo_exporter")
	if diff := cmp.Diff(before, traces(t, dir)); diff != "" {
		t.Errorf("left behind (+): %s", diff)
	}
}
