package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHungWebConfig: a start does not wait for the web configuration on a file system that hangs,
// as a pipe does that nobody writes to, nor for a certificate that it names. Nothing is sent. The exit status is not that
// of a config error, after which systemd starts the exporter no more.
func TestHungWebConfig(t *testing.T) {
	server, good := cluster(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, web := range map[string]string{
		"the file":         pipe,
		"its certificates": file(t, "web.yml", "tls_server_config: {cert_file: "+pipe+", key_file: "+pipe+"}"),
	} {
		for _, args := range [][]string{good, append([]string{"--config.check"}, good...), append([]string{"--once"}, good...)} {
			began, status := time.Now(), exitError
			if args[0] == "--config.check" {
				status = exitUsage
			}
			got := runWith(t, append([]string{"--web.config.file=" + web}, args...)...)
			if took := time.Since(began); got.status != status || got.stdout != "" || took > 5*time.Second ||
				!strings.HasPrefix(got.stderr, "qumulo_exporter: --web.config.file: the file system did not answer within 500ms\n") {
				t.Errorf("%s, %q: status %d after %s\n%s%s", name, args, got.status, took, got.stdout, got.stderr)
			}
			// What is left behind ends with the pipe.
			if end, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err != nil {
				t.Errorf("%s: nobody reads: %v", name, err)
			} else {
				_ = end.Close()
			}
		}
	}
	if n := server.CallCount("") + server.Logins(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestHungConfig: likewise for the configuration file itself. One that has an error besides is a config error.
func TestHungConfig(t *testing.T) {
	const setLease = 1024 // F_SETLEASE, which package syscall does not name
	path := file(t, "qumulo_exporter.yml", "clusters: [{name: a, url: https://cluster.invalid, access_token_file: token}]")
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, held.Fd(), setLease, syscall.F_WRLCK); errno != 0 {
		t.Fatalf("no lease: %v", errno)
	}
	for _, c := range []struct {
		args   []string
		status int
	}{{nil, exitError}, {[]string{"--config.check"}, exitUsage}, {[]string{"--web.max-requests=-1"}, exitUsage}} {
		got := runWith(t, append(c.args, "--config.file="+path)...)
		if got.status != c.status || !strings.Contains(got.stderr, "qumulo_exporter: "+path+": the file system did not answer within 500ms\n") {
			t.Errorf("%q: %+v", c.args, got)
		}
	}
}
