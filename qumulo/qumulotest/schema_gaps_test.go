package qumulotest

import (
	"encoding/json"
	"strings"
	"testing"
)

// gaps are the places where a cluster sends null or "" though the definition's schema has no word
// for it, as general writes them, and who says so. The schemas themselves never allow null.
func gaps() map[string]string {
	const (
		sdk         = "the vendor's SDK: a value or None"
		description = "the definition's description of the field, or the vendor's pages"
	)
	places := map[string]string{
		"/v1/audit/cloudwatch/status.node_statuses.*.last_seen_error": "the definition of later releases: null without an error",
		"/v1/cluster/protection/restriper/status.phase":               "the definition's description of the field: empty unless RUNNING",
	}
	for _, g := range []struct{ says, paths, fields string }{
		{sdk, "/v3/upgrade/status /v2/upgrade/status", "progress settings error_info"},
		// No job has run, none is running, or the last one had no snapshot; no lock on the target.
		{
			description, "/v2/replication/source-relationships/status/ /v2/replication/target-relationships/status/",
			"duration_of_last_job replication_job_status recovery_point_snapshot replicating_snapshot lock_key",
		},
		// No job is running.
		{description, "/v3/replication/object-relationships/status/", "current_job"},
		// No other cluster is in the relationship yet.
		{
			description, "/v1/portal/hubs/.entries /v2/portal/hubs/.entries",
			"type spoke_type spoke_cluster_uuid spoke_cluster_name spoke_address spoke_port",
		},
		{description, "/v1/portal/spokes/.entries /v2/portal/spokes/.entries", "hub_id hub_cluster_uuid"},
		// No policy took the snapshot, or its policy is gone; it never expires, or is not locked.
		{description, "/v3/snapshots/status/.entries /v4/snapshots/status/.entries", "policy_id policy_name expiration lock_key"},
		{description, "/v3/snapshots/policies/status/.entries", "lock_key"},
	} {
		for path := range strings.FieldsSeq(g.paths) {
			for field := range strings.FieldsSeq(g.fields) {
				places[path+"."+field] = g.says
			}
		}
	}
	return places
}

// extraSchemas are the schemas of paths that no definition has one for, in the words of the
// vendor's pages.
func extraSchemas(t *testing.T) map[string]*schema {
	t.Helper()
	const progress = `{"type":"object","properties":{
		"bytes_transferred":{"type":"string"},"bytes_unchanged":{"type":"string"},"bytes_remaining":{"type":"string"},"bytes_total":{"type":"string"},
		"files_transferred":{"type":"string"},"files_unchanged":{"type":"string"},"files_remaining":{"type":"string"},"files_total":{"type":"string"},
		"percent_complete":{"type":"number"},"throughput_current":{"type":"string"},"throughput_overall":{"type":"string"}}}`
	texts := map[string]string{
		"/v3/replication/object-relationships/status/": `{"type":"array","items":{"type":"object","properties":{
			"id":{"type":"string"},"direction":{"type":"string","enum":["COPY_TO_OBJECT","COPY_FROM_OBJECT"]},
			"access_key_id":{"type":"string"},"bucket":{"type":"string"},"object_store_address":{"type":"string"},"port":{"type":"number"},
			"ca_certificate":{"type":"string"},"region":{"type":"string"},"object_folder":{"type":"string"},
			"local_directory_id":{"type":"string"},"local_directory_path":{"type":"string"},
			"state":{"type":"string","enum":["REPLICATION_RUNNING","REPLICATION_NOT_RUNNING"]},
			"current_job":{"type":"object","properties":{"start_time":{"type":"string"},"estimated_end_time":{"type":"string"},"job_progress":` + progress + `}},
			"last_job":{"type":"object","properties":{"start_time":{"type":"string"},"end_time":{"type":"string"},"error":{"type":"string"}}}}}}`,
	}
	schemas := map[string]*schema{}
	for path, text := range texts {
		schemas[path] = &schema{}
		if err := json.Unmarshal([]byte(text), schemas[path]); err != nil {
			t.Fatal(path, err)
		}
	}
	return schemas
}
