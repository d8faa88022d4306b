package e2e_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestMemory: the largest cluster there is, 265 nodes of 98 bays, costs no more memory than
// promised. The binary is built as a user does: the race detector alone takes several times as
// much.
func TestMemory(t *testing.T) {
	const nodes, bays, scrapes, most = 265, 98, 5, 150 << 20
	dir := t.TempDir()
	binary := filepath.Join(dir, "qumulo_exporter")
	if err := harness.Build(t.Context(), binary); err != nil {
		t.Fatal(err)
	}
	cluster := qumulotest.NewServer(qumulotest.Generate(qumulotest.GenerateOptions{Nodes: nodes, Bays: bays}))
	t.Cleanup(cluster.Close)
	exporter, err := harness.Start(context.WithoutCancel(t.Context()), "exporter", binary,
		"--qumulo.url="+cluster.URL(), "--qumulo.username="+qumulotest.DefaultUser,
		"--qumulo.password-file="+testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword),
		"--qumulo.ca-file="+testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(cluster.CAPEM())),
		"--web.listen-address=127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exporter.Stop)
	client := &http.Client{Timeout: 30 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	for range scrapes {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+exporter.Addr+"/metrics", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		status, page := do(client, req)
		drives, listed := strings.Count(page, "\nqumulo_drive_healthy{"), strings.Count(page, "\nqumulo_cluster_node_info{")
		if status != http.StatusOK || drives != nodes*bays || listed != nodes {
			t.Fatalf("status %d, %d drives, %d nodes", status, drives, listed)
		}
	}
	now, peak, err := harness.Memory(exporter.PID)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("resident memory %d MiB, at its peak %d MiB", now>>20, peak>>20)
	if peak > most {
		t.Errorf("the peak of the resident memory is %d MiB, more than %d MiB", peak>>20, most>>20)
	}
}
