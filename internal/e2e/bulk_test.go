//go:build !race

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// The bulk of the largest cluster that the vendor allows, or more than anybody has.
const (
	bulkNodes, bulkBays = 265, 98
	bulkQuotas          = 100_000
	bulkSnapshots       = 40_000
	bulkConnections     = 50_000
)

// bulk is a cluster with all that is large at once.
func bulk() *qumulotest.Model {
	m := qumulotest.Generate(qumulotest.GenerateOptions{Nodes: bulkNodes, Bays: bulkBays})
	quotas := make([]map[string]any, bulkQuotas)
	for i := range quotas {
		quotas[i] = map[string]any{"id": strconv.Itoa(i + 1), "path": fmt.Sprintf("/home/user-%d/", i), "limit": "100", "capacity_usage": strconv.Itoa(i % 100)}
	}
	snapshots := make([]map[string]any, bulkSnapshots)
	for i := range snapshots {
		snapshots[i] = map[string]any{
			"id": i + 1, "name": fmt.Sprintf("%d_hourly", i+1), "timestamp": "2026-02-03T04:05:06.123456789Z", "source_file_id": "3", "source_file_path": "/home/",
			"policy_id": i % 50, "policy_name": "hourly", "expiration": "2026-03-03T04:05:06Z", "in_delete": false, "owners": []string{}, "lock_key": nil,
		}
	}
	nodes := make([]map[string]any, bulkNodes)
	for i := range nodes {
		rows := make([]map[string]any, bulkConnections/bulkNodes)
		for j := range rows {
			rows[j] = map[string]any{"type": "CONNECTION_TYPE_NFS", "network_address": fmt.Sprintf("10.1.%d.%d", j%200, i%250), "tenant_id": 1}
		}
		nodes[i] = map[string]any{"id": i + 1, "connections": rows}
	}
	return m.SetPages("/v1/files/quotas/status/", "quotas", quotas, 1000).
		Set("/v4/snapshots/status/", map[string]any{"entries": snapshots}).
		Set("/v2/network/connections/", nodes)
}

// TestMemoryOfBulk: with every collector on, the largest cluster there is, with a hundred thousand quotas,
// 40,000 snapshots and 50,000 connections, costs no more memory than promised, though its page has 38 MB.
// The binary is built as a user does.
func TestMemoryOfBulk(t *testing.T) {
	const most = 250 << 20
	dir, binary, err := harness.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cluster := qumulotest.NewServer(bulk())
	t.Cleanup(cluster.Close)
	if err := harness.WriteFiles(dir, cluster); err != nil {
		t.Fatal(err)
	}
	args := append(harness.Flags(dir, harness.Loopback, cluster.URL()), "--scrape.timeout=60s", "--collector.directories.path=/")
	for _, c := range collector.All() {
		if !c.Enabled && c.Name != "directories" {
			args = append(args, "--collector."+c.Name)
		}
	}
	exporter, err := harness.StartExporter(context.WithoutCancel(t.Context()), harness.Program{Name: "exporter", Path: binary, Args: args})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exporter.Stop)
	client := &http.Client{Timeout: time.Minute}
	t.Cleanup(client.CloseIdleConnections)
	for range 3 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+exporter.Addr+"/metrics", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		status, page := do(client, req)
		t.Logf("a scrape took %s: %d MB", time.Since(began).Round(time.Millisecond), len(page)>>20)
		for _, line := range []string{
			fmt.Sprintf("\nqumulo_quotas %g\n", float64(bulkQuotas)), fmt.Sprintf("\nqumulo_snapshots %d\n", bulkSnapshots), "\nqumulo_quotas_omitted 99000\n",
			"\nqumulo_scrape_collector_success{collector=\"snapshots\"} 1\n", "\nqumulo_scrape_collector_success{collector=\"connections\"} 1\n",
		} {
			if status != http.StatusOK || !strings.Contains(page, line) {
				t.Fatalf("status %d, without %q", status, line)
			}
		}
		if drives := strings.Count(page, "\nqumulo_drive_healthy{"); drives != bulkNodes*bulkBays {
			t.Fatalf("%d drives", drives)
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
