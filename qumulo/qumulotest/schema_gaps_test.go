package qumulotest

import (
	"encoding/json"
	"regexp"
	"testing"
)

// nullables are the places where a cluster sends null, as the definition's own texts say it of the
// field ("This field is null if ..."), or the
// vendor's pages do. The schemas themselves never allow null.
func nullables() *regexp.Regexp {
	return regexp.MustCompile(`^(?:` +
		// No job has run, none is running, or the last one had no snapshot; no lock on the target.
		`/v2/replication/(?:source|target)-relationships/status/\[\]\.` +
		`(?:duration_of_last_job|replication_job_status|recovery_point_snapshot|replicating_snapshot|lock_key)` +
		// No job is running.
		`|/v3/replication/object-relationships/status/\[\]\.current_job` +
		// No other cluster is in the relationship yet.
		`|/v[12]/portal/hubs/\.entries\[\]\.(?:type|spoke_(?:type|cluster_uuid|cluster_name|address|port))` +
		`|/v[12]/portal/spokes/\.entries\[\]\.hub_(?:id|cluster_uuid)` +
		`)$`)
}

// isNullable reports whether null may stand at a place.
func isNullable(place string) bool {
	return nullables().MatchString(regexp.MustCompile(`\[\d+\]`).ReplaceAllString(place, "[]"))
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
