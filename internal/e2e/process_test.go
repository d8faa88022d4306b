// Package e2e runs the real binary, the simulated cluster and a real Prometheus
// together.
package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// tool gives a program that `make tools` installs.
func tool(t *testing.T, name, env string) string {
	t.Helper()
	path := os.Getenv(env)
	if path == "" {
		path = filepath.Join("..", "..", ".tools", name)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing: run `make tools`, or name it with %s: %v", name, env, err)
	}
	return path
}

// build makes the binary as a user does, but with the race detector. It stays, so that go build links it again only where
// the code has changed.
func build(t *testing.T) string {
	t.Helper()
	return buildAs(t, "qumulo_exporter", "-race")
}

// buildAs makes the binary under a name, which stands for its flags.
func buildAs(t *testing.T, name string, flags ...string) string {
	t.Helper()
	binary, err := filepath.Abs(filepath.Join("..", "..", ".build", "e2e", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(filepath.Clean(binary+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	// Another test must not run what is half linked.
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	args := slices.Concat([]string{"build", "-buildvcs=false", "-o", binary}, flags, []string{"../.."})
	cmd := exec.CommandContext(t.Context(), "go", args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// fixed are the flags of an exporter with five collectors, for tests whose subject is not what is collected: one more
// collector costs them nothing.
func fixed() []string {
	var flags []string
	for _, name := range unfixed() {
		flags = append(flags, "--no-collector."+name)
	}
	return flags
}

// unfixed are the other collectors that are on by default.
func unfixed() []string {
	var names []string
	for _, c := range collector.All() {
		if c.Enabled && !slices.Contains([]string{"nodes", "filesystem", "version", "cluster", "drives"}, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// process is a program under way; the test's end stops it.
type process struct {
	cmd    *exec.Cmd
	stderr *testutil.Log
	ended  chan struct{}
}

func start(t *testing.T, path string, args ...string) *process {
	t.Helper()
	p := &process{stderr: &testutil.Log{}, ended: make(chan struct{})}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), path, args...)
	p.cmd.Stdout, p.cmd.Stderr = p.stderr, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(path), p.stderr)
		}
	})
	return p
}

// stop sends a signal and gives the exit status.
func (p *process) stop(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(40 * time.Second):
		t.Fatal("does not stop")
	}
	return p.cmd.ProcessState.ExitCode()
}
