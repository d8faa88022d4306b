package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build makes the exporter as `make build` does, as far as it matters for speed and memory. It lies in a temporary folder,
// which is the caller's to use and to remove.
func Build(ctx context.Context) (dir, binary string, err error) {
	dir, err = os.MkdirTemp("", "qumulo_exporter-")
	if err != nil {
		return "", "", err
	}
	binary = filepath.Join(dir, "qumulo_exporter")
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", binary, "github.com/qumulo-exporter/qumulo_exporter"}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // a folder of our own
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", "", errors.Join(fmt.Errorf("go build: %w\n%s", err, out), os.RemoveAll(dir))
	}
	return dir, binary, nil
}
