package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestCrashIsNoConfigError: as the systemd unit runs it, the exporter does not end with the status of a config error when
// Go finds that it can't go on, as at a SIGQUIT: systemd would not start it again.
func TestCrashIsNoConfigError(t *testing.T) {
	address := testutil.FreeAddress(t)
	cmd := exec.Command(buildAs(t, "qumulo_exporter-plain"), "--qumulo.url=https://127.0.0.1:1", "--qumulo.insecure-skip-verify",
		"--qumulo.access-token-file="+testutil.WriteFile(t, filepath.Join(t.TempDir(), "token"), "access-v1:token"), "--web.listen-address="+address)
	cmd.Dir, cmd.Env = t.TempDir(), os.Environ()
	for line := range strings.Lines(testutil.ReadFile(t, filepath.Join("..", "..", "packaging", "systemd", "qumulo_exporter.service"))) {
		if variable, ok := strings.CutPrefix(strings.TrimSpace(line), "Environment="); ok {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	testutil.Eventually(t, "it is alive", func() bool {
		resp, err := http.Get("http://" + address + "/-/healthy")
		if err != nil {
			return false
		}
		return resp.Body.Close() == nil
	})
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Errorf("ended with %v, and not by a signal", err)
	}
}
