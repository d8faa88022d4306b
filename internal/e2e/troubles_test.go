//go:build !race

// What happens to the clusters of the test of alerts.

package e2e_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// repairs makes the restriper work, and the cluster survive no failure of a node and so many of drives until it has finished.
func repairs(s *qumulotest.Server, drives int) {
	edit(s, protectionPath, `"remaining_node_failures":\d`, `"remaining_node_failures":0`)
	edit(s, protectionPath, `"remaining_drive_failures":\d`, fmt.Sprintf(`"remaining_drive_failures":%d`, drives))
	edit(s, restriperPath, `"data_at_risk":false`, `"data_at_risk":true`)
	edit(s, restriperPath, `"state":"NOT_STARTED"`, `"state":"RUNNING"`)
}

// driveDies makes the drive of a bay dead, and nothing else worse: its data are protected again.
func driveDies(s *qumulotest.Server, node int, bay string) {
	s.Model().Edit(slotsPath, func(body []byte) []byte {
		var slots []map[string]any
		if json.Unmarshal(body, &slots) != nil {
			return body
		}
		for _, slot := range slots {
			if slot["node_id"] == float64(node) && slot["drive_bay"] == bay {
				slot["state"] = "dead"
			}
		}
		edited, err := json.Marshal(slots)
		if err != nil {
			return body
		}
		return edited
	})
}

// replicate gives the cluster a relationship, whose last job failed or, with "", did not.
func replicate(s *qumulotest.Server, failure string) {
	now := time.Now()
	s.Model().Set(sourcesPath, []map[string]any{{
		"id": "8c4e17a0-2f6b-4d93-b5e8-60a000000001", "state": "ESTABLISHED", "end_reason": "", "replication_enabled": true,
		"source_root_path": "/projects", "source_root_read_only": false, "target_root_path": "/replicas/projects", "target_root_read_only": true,
		"source_cluster_name": "strata", "target_cluster_name": "glacier", "target_address": "192.0.2.40", "target_port": 3712,
		"job_state": "REPLICATION_NOT_RUNNING", "job_start_time": "", "recovery_point": now.Add(-10 * time.Minute).UTC().Format(time.RFC3339Nano),
		"error_from_last_job": failure, "duration_of_last_job": map[string]string{"nanoseconds": "45000000000"},
		"replication_mode": "REPLICATION_CONTINUOUS", "blackout_windows": []any{}, "snapshot_policies": []any{}, "queued_snapshot_count": 0,
		"replication_job_status": nil, "recovery_point_snapshot": nil, "replicating_snapshot": nil, "next_active_time": "",
	}})
}

// upgrade takes a node away and then all of them, for longer than the alerts wait for a node and for a cluster.
func upgrade(_ *testing.T, _ *watch, s *qumulotest.Server) {
	state := func(state string) {
		s.Model().Set(upgradePath, map[string]any{
			"state": "UPGRADE_STATE_" + state, "progress": 50, "error_info": nil, "settings": map[string]any{"target_version": "Qumulo Core 7.8.1"},
		})
	}
	state("PREPARING")
	time.Sleep(minute)
	state("COMMITTING")
	time.Sleep(2 * minute)
	s.Model().SetNodeStatus(3, "offline")
	time.Sleep(7 * minute)
	s.Model().SetNodeStatus(3, "online")
	s.StopListening()
	time.Sleep(5 * minute)
	edit(s, "/v1/version", `7\.8\.0`, "7.8.1")
	s.Model().Set(upgradePath, map[string]any{"state": "UPGRADE_STATE_IDLE", "progress": nil, "settings": nil, "error_info": nil})
	s.Resume()
}
