//go:build packages

package packagetest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// image is what buildah says of one.
type image struct {
	Docker struct {
		Architecture string `json:"architecture"`
		Config       struct {
			User, Entrypoint, Cmd, Env any
			ExposedPorts               map[string]any
			Healthcheck                struct{ Test []string }
		} `json:"config"`
	}
}

// buildah works on storage of the test's own, which needs no support by the machine.
func buildah(t *testing.T, dir string, args ...string) string {
	t.Helper()
	storage := []string{"--root=" + dir + "/storage", "--runroot=" + dir + "/run", "--storage-driver=vfs"}
	return strings.TrimSpace(output(t, "buildah", append(storage, args...)...))
}

// lastStage writes the Dockerfile's last stage, which takes what the first would have built out of the context. The first needs a
// registry; packaging_test.go looks at it.
func lastStage(t *testing.T, context string) string {
	t.Helper()
	_, last, found := strings.Cut(testutil.ReadFile(t, root+"/Dockerfile"), "FROM scratch\n")
	if !found {
		t.Fatal("the Dockerfile's last stage is not FROM scratch")
	}
	return testutil.WriteFile(t, filepath.Join(context, "Dockerfile"), "FROM scratch\n"+strings.ReplaceAll(last, "--from=build ", ""))
}

// TestImage builds the image for both platforms, runs the one for this one as its user in its root, and asks its health as Docker does.
func TestImage(t *testing.T) {
	needRoot(t)
	need(t, "buildah")
	built(t, "sha256sums.txt") // .build/package is there too
	dir := t.TempDir()
	context := filepath.Join(dir, "context")
	output(t, "mkdir", "-p", context+"/etc/ssl/certs")
	output(t, "install", "-m", "644", root+"/LICENSE", context)
	cluster := qumulotest.NewServer(qumulotest.OnPremises())
	defer cluster.Close()
	testutil.WriteFile(t, context+"/etc/ssl/certs/ca-certificates.crt", string(cluster.CAPEM()))
	if err := os.Chmod(context+"/etc/ssl/certs/ca-certificates.crt", 0o644); err != nil {
		t.Fatal(err)
	}
	file := lastStage(t, context)
	for _, arch := range []string{"amd64", "arm64"} {
		output(t, "install", "-m", "755", root+"/.build/package/"+arch+"/qumulo_exporter", context)
		// Only Docker's format holds a health check.
		buildah(t, dir, "build", "--quiet", "--format=docker", "--isolation=chroot", "--platform=linux/"+arch, "--build-arg=VERSION=1.2.3",
			"--tag=qumulo_exporter:"+arch, "--file="+file, context)
		var got image
		if err := json.Unmarshal([]byte(buildah(t, dir, "inspect", "--type=image", "qumulo_exporter:"+arch)), &got); err != nil {
			t.Fatal(err)
		}
		config := got.Docker.Config
		want := []any{arch, "65534:65534", []any{"/bin/qumulo_exporter"}, map[string]any{"10108/tcp": map[string]any{}}, []string{"CMD", "/bin/qumulo_exporter", "--healthcheck"}}
		if diff := cmp.Diff(want, []any{got.Docker.Architecture, config.User, config.Entrypoint, config.ExposedPorts, config.Healthcheck.Test}); diff != "" {
			t.Errorf("the image for %s: %s", arch, diff)
		}
	}
	rootfs := buildah(t, dir, "mount", buildah(t, dir, "from", "qumulo_exporter:"+runtime.GOARCH))
	defer buildah(t, dir, "rm", "--all")
	if got, want := output(t, "sh", "-c", `cd "$1" && find . -type f | sort`, "sh", rootfs),
		"./LICENSE\n./bin/qumulo_exporter\n./etc/ssl/certs/ca-certificates.crt\n"; got != want {
		t.Errorf("the image holds\n%s, want\n%s", got, want)
	}

	address := testutil.FreeAddress(t)
	inside := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "/bin/qumulo_exporter", args...)
		// The root belongs to another user, so that nothing can be written.
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: rootfs, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		cmd.Dir, cmd.Env = "/", []string{
			"QUMULO_EXPORTER_WEB_LISTEN_ADDRESS=" + address, "QUMULO_EXPORTER_QUMULO_URL=" + cluster.URL(),
			"QUMULO_EXPORTER_QUMULO_USERNAME=monitor", "QUMULO_PASSWORD=secret",
		}
		return cmd
	}
	cluster.SetPassword("monitor", "secret")
	if out, err := inside("--healthcheck").CombinedOutput(); err == nil || !strings.Contains(string(out), "connection refused") {
		t.Errorf("healthy before it runs: %v, %s", err, out)
	}
	said := &testutil.Log{}
	exporter := inside()
	exporter.Stdout, exporter.Stderr = said, said
	if err := exporter.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = exporter.Process.Signal(syscall.SIGTERM)
		if err := exporter.Wait(); err != nil || t.Failed() {
			t.Errorf("%v: %s", err, said)
		}
	}()
	testutil.Eventually(t, "the exporter is healthy", func() bool { return inside("--healthcheck").Run() == nil })
	page := ""
	testutil.Eventually(t, "the exporter is ready", func() bool { page = get(t, "http://"+address+"/metrics"); return page != "" })
	if !strings.Contains(page, "qumulo_up 1\n") {
		t.Error("no qumulo_up 1: the image's CA certificates are not used")
	}
}
