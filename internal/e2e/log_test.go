package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestLogReaderGone: the exporter outlives what reads its log.
func TestLogReaderGone(t *testing.T) {
	reader, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	address := testutil.FreeAddress(t)
	cmd := exec.Command(buildAs(t, "qumulo_exporter-plain"), "--qumulo.url=https://127.0.0.1:1", "--qumulo.insecure-skip-verify",
		"--qumulo.access-token-file="+testutil.WriteFile(t, t.TempDir()+"/token", "access-v1:token"), "--web.listen-address="+address)
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	stderr.Close()
	ask := func(path string) bool {
		resp, err := http.Get("http://" + address + path)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
	testutil.Eventually(t, "it is ready", func() bool { return ask("/-/ready") })
	reader.Close()
	for range 3 { // the first one has a failure to log
		if !ask("/metrics") {
			t.Error("no answer")
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("does not stop")
	}
}
