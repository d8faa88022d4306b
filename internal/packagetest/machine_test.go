//go:build packages

package packagetest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// debian is the release that the packages are tried in.
const debian = "bookworm"

// freshDebian gives a folder with a Debian that has just been installed, and nothing but its base and systemd. The first
// time takes a minute, and a download.
func freshDebian(t *testing.T) string {
	t.Helper()
	needRoot(t)
	need(t, "mmdebstrap", "tar")
	archive, err := filepath.Abs(root + "/.tools/debian-" + debian + ".tar")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(archive); err != nil {
		part := filepath.Join(t.TempDir(), "debian.tar")
		output(t, "mmdebstrap", "--variant=minbase", "--include=systemd-sysv", debian, part)
		output(t, "mv", part, archive)
	}
	dir := filepath.Join(t.TempDir(), "debian")
	output(t, "mkdir", dir)
	output(t, "tar", "-C", dir, "-xf", archive)
	return dir
}

// machine is a Debian that runs: systemd is its first process, and the network is the test's.
type machine struct {
	dir    string
	leader string // the process that is systemd, by the number that it has here
}

// nspawn are the arguments of systemd-nspawn.
func nspawn() []string {
	return []string{"--quiet", "--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=off", "--timezone=off"}
}

// boot starts a machine. It is off at the test's end.
func boot(t *testing.T, dir string) *machine {
	t.Helper()
	need(t, "systemd-nspawn", "nsenter")
	if said, err := exec.CommandContext(t.Context(), "systemd-nspawn", append(nspawn(), "-D", dir, "true")...).CombinedOutput(); err != nil {
		t.Skipf("systemd-nspawn can't start a machine here: %s", said) // within a container it may not be allowed to
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "systemd-nspawn", append(nspawn(), "--boot", "-D", dir)...)
	cmd.Env = append(os.Environ(), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")
	said := &testutil.Log{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	m := &machine{dir: dir}
	t.Cleanup(func() {
		if m.leader != "" {
			_, _ = m.command(t, "systemctl --no-block poweroff")
		} else {
			_ = cmd.Process.Kill()
		}
		<-ended
		if t.Failed() {
			t.Logf("systemd-nspawn: %s", said)
		}
	})
	pid, state := cmd.Process.Pid, ""
	defer func() {
		if t.Failed() {
			t.Logf("the machine is %q", state)
		}
	}()
	testutil.Eventually(t, "the machine has started", func() bool {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		if err != nil {
			return false
		}
		for child := range strings.FieldsSeq(string(children)) {
			if name, err := os.ReadFile("/proc/" + child + "/comm"); err == nil && string(name) == "systemd\n" {
				m.leader = child
			}
		}
		if m.leader == "" {
			return false
		}
		state, _ = m.command(t, "systemctl is-system-running --wait")
		return state == "running\n"
	})
	return m
}

// command runs a line of shell in the machine, in root's home.
func (m *machine) command(t *testing.T, line string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "nsenter", "--target", m.leader, "--mount", "--uts", "--ipc", "--pid",
		"--cgroup", "--root", "sh", "-c", "cd /root; "+line)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "EDITOR=/root/editor"}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// run is a command that must end well.
func (m *machine) run(t *testing.T, line string) string {
	t.Helper()
	out, err := m.command(t, line)
	if err != nil {
		log, _ := m.command(t, "systemctl status --no-pager qumulo_exporter; journalctl --no-pager -u qumulo_exporter | tail -n 20")
		t.Fatalf("%s: %v\n%s\n%s", line, err, out, log)
	}
	return out
}

// says checks what a command says, however it ends.
func (m *machine) says(t *testing.T, line, want string) {
	t.Helper()
	if got, _ := m.command(t, line); strings.TrimSpace(got) != want {
		t.Errorf("%s: %q, want %q", line, got, want)
	}
}

// file writes a file of the machine.
func (m *machine) file(t *testing.T, path, text string) {
	t.Helper()
	testutil.WriteFile(t, filepath.Join(m.dir, path), text)
}

// traces lists what a package may leave behind: the files of a root, but not those of the system's own that change by themselves, and
// its users.
func traces(t *testing.T, dir string) []string {
	t.Helper()
	files := output(t, "sh", "-c", `cd "$1" && find . -xdev \( -path ./tmp -o -path ./run -o -path ./proc -o -path ./sys -o -path ./dev -o -path ./root \
		-o -path ./var/log -o -path ./var/cache -o -path ./var/tmp -o -path ./var/lib/dpkg -o -path ./var/lib/rpm -o -path ./var/lib/systemd \) -prune \
		-o ! -path './etc/*-' ! -name .pwd.lock -print | sort && cat etc/passwd etc/group etc/shadow etc/gshadow && find var/lib/systemd var/lib/dpkg -name '*qumulo*'`, "sh", dir)
	return strings.Split(files, "\n")
}
