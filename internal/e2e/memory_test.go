//go:build !race

package e2e_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestMemory: the nodes and drives of the largest cluster there is, 265 nodes of 98 bays, cost no more memory than
// promised. The binary is built as a user does: the race detector alone takes several times as much. What all collectors
// take together is told by TestMemoryOfBulk.
func TestMemory(t *testing.T) {
	const nodes, bays, scrapes, most = 265, 98, 5, 100 << 20
	const collected = "collect[]=nodes&collect[]=drives&collect[]=filesystem&collect[]=version&collect[]=cluster"
	dir, binary, err := harness.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cluster := qumulotest.NewServer(qumulotest.Generate(qumulotest.GenerateOptions{Nodes: nodes, Bays: bays}))
	t.Cleanup(cluster.Close)
	if err := harness.WriteFiles(dir, cluster); err != nil {
		t.Fatal(err)
	}
	exporter, err := harness.StartExporter(context.WithoutCancel(t.Context()), harness.Program{
		Name: "exporter", Path: binary, Args: harness.Flags(dir, harness.Loopback, cluster.URL()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exporter.Stop)
	client := &http.Client{Timeout: 30 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	for range scrapes {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+exporter.Addr+"/metrics?"+collected, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		status, page := do(client, req)
		drives, listed := strings.Count(page, "\nqumulo_drive_healthy{"), strings.Count(page, "\nqumulo_cluster_node_info{")
		if status != http.StatusOK || drives != nodes*bays || listed != nodes {
			t.Fatalf("status %d, %d drives, %d nodes", status, drives, listed)
		}
	}
	now, peak, err := exporter.Memory()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("resident memory %d MiB, at its peak %d MiB", now>>20, peak>>20)
	if peak > most {
		t.Errorf("the peak of the resident memory is %d MiB, more than %d MiB", peak>>20, most>>20)
	}
}
