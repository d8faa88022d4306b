package qumulotest

import (
	"fmt"
	"maps"
	"net/url"
	"time"
)

// object is a JSON object of an answer.
type object = map[string]any

// replication is the cluster's relationships as source, as target and with object stores. A quiet
// cluster has none; a busy one has them in each state, one of them with itself.
func replication(c cluster, m *Model) {
	fill := func(path string, rows func(c cluster, now time.Time) []object) {
		m.SetFunc(path, func(now time.Time, _ url.Values) any {
			if !c.busy {
				return []object{}
			}
			return rows(c, now)
		})
	}
	fill("/v2/replication/source-relationships/status/", sourceRelationships)
	fill("/v2/replication/target-relationships/status/", targetRelationships)
	fill("/v3/replication/object-relationships/status/", objectRelationships)
}

const otherCluster, otherUUID = "glacier", "d6a1f0c3-7b52-4e98-a0d4-6f3e2c918b75"

// relationshipID is the UUID of the relationship with that number.
func relationshipID(number int) string {
	return fmt.Sprintf("8c4e17a0-2f6b-4d93-b5e8-60a0000000%02d", number)
}

// relationship is what both sides show of a relationship: established and enabled, and it has
// replicated ten minutes ago.
func relationship(now time.Time, number int, path string) object {
	return object{
		"id": relationshipID(number), "state": "ESTABLISHED", "end_reason": "", "replication_enabled": true,
		"source_root_path": path, "source_root_read_only": false, "target_root_path": "/replicas" + path, "target_root_read_only": true,
		"job_state": "REPLICATION_NOT_RUNNING", "job_start_time": "", "recovery_point": rfc3339(now.Add(-10 * time.Minute)),
		"error_from_last_job": "", "duration_of_last_job": object{"nanoseconds": "45000000000"},
		"replication_job_status": nil, "recovery_point_snapshot": nil,
	}
}

// neverRun is what a relationship shows before its first job.
func neverRun() object { return object{"recovery_point": "", "duration_of_last_job": nil} }

func sourceRelationships(c cluster, now time.Time) []object {
	source := func(number int, path string, more ...object) object {
		return merge(append([]object{relationship(now, number, path), {
			"source_cluster_name": c.name, "source_cluster_uuid": c.uuid, "target_cluster_name": otherCluster, "target_cluster_uuid": otherUUID,
			"target_address": "192.0.2.40", "target_port": 3712, "source_root_id": fmt.Sprint(10 + number), "map_local_ids_to_nfs_ids": false,
			"replication_mode": "REPLICATION_CONTINUOUS", "blackout_window_timezone": "UTC", "blackout_windows": []object{},
			"snapshot_policies": []object{}, "queued_snapshot_count": 0, "next_active_time": "", "replicating_snapshot": nil,
		}}, more...)...)
	}
	weekly := object{"id": 2, "target_expiration": "same_as_policy"}
	return []object{
		source(1, "/projects", runningJob(now)),
		source(2, "/home", object{
			"replication_mode": "REPLICATION_SNAPSHOT_POLICY", "snapshot_policies": []object{{"id": 1, "target_expiration": "30days"}, weekly},
			"queued_snapshot_count": 3, "recovery_point_snapshot": recoverySnapshot(now),
		}),
		source(3, "/media", object{
			"replication_mode": "REPLICATION_SNAPSHOT_POLICY_WITH_CONTINUOUS", "snapshot_policies": []object{weekly},
			"blackout_windows": []object{{"start_hour": 1, "start_minute": 0, "end_hour": 6, "end_minute": 0, "on_days": []string{"EVERY_DAY"}}},
			"next_active_time": rfc3339(now.Add(2 * time.Hour)),
		}),
		source(4, "/new", object{"state": "AWAITING_AUTHORIZATION"}, neverRun()),
		source(5, "/lab", object{"state": "DISCONNECTED", "error_from_last_job": "The target directory is not empty."}),
		source(6, "/old", object{"state": "ENDED", "end_reason": "Ended by the target.", "replication_enabled": false}),
		source(7, "/loop", object{"target_cluster_name": c.name, "target_cluster_uuid": c.uuid}),
	}
}

func targetRelationships(c cluster, now time.Time) []object {
	target := func(number int, path string, more ...object) object {
		return merge(append([]object{relationship(now, number, path), {
			"source_cluster_name": otherCluster, "source_cluster_uuid": otherUUID, "target_cluster_name": c.name, "target_cluster_uuid": c.uuid,
			"source_address": "192.0.2.40", "source_port": 3712, "target_root_id": fmt.Sprint(20 + number), "lock_key": nil,
		}}, more...)...)
	}
	return []object{
		target(7, "/loop", object{"source_cluster_name": c.name, "source_cluster_uuid": c.uuid}),
		target(8, "/archive", runningJob(now), object{"recovery_point_snapshot": recoverySnapshot(now)}),
		target(9, "/scratch", object{"state": "DISCONNECTING"}),
		target(10, "/mail", object{"state": "RECONNECTING"}),
		target(11, "/web", object{"state": "REESTABLISHING"}),
	}
}

func objectRelationships(_ cluster, now time.Time) []object {
	row := func(number int, path string, more object) object {
		return merge(object{
			"id": relationshipID(number), "direction": "COPY_TO_OBJECT", "access_key_id": "EXAMPLE", "bucket": "tundra-copies",
			"object_store_address": "s3.example.net", "port": 443, "ca_certificate": nil, "region": "north-1", "object_folder": path[1:] + "/",
			"local_directory_id": fmt.Sprint(30 + number), "local_directory_path": path + "/", "state": "REPLICATION_NOT_RUNNING",
			"current_job": nil, "last_job": nil,
		}, more)
	}
	progress := jobProgress()
	delete(progress, "estimated_seconds_remaining")
	ended := object{"start_time": rfc3339(now.Add(-5 * time.Hour)), "end_time": rfc3339(now.Add(-3 * time.Hour)), "error": ""}
	return []object{
		row(21, "/projects", object{"state": "REPLICATION_RUNNING", "last_job": ended, "current_job": object{
			"start_time": rfc3339(now.Add(-time.Hour)), "estimated_end_time": rfc3339(now.Add(time.Hour)), "job_progress": progress,
		}}),
		row(22, "/restored", object{"direction": "COPY_FROM_OBJECT", "last_job": merge(ended, object{"error": "The bucket is not there."})}),
		row(23, "/fresh", nil),
	}
}

// runningJob is what a relationship shows while its job runs.
func runningJob(now time.Time) object {
	return object{
		"job_state": "REPLICATION_RUNNING", "job_start_time": rfc3339(now.Add(-2 * time.Minute)), "replication_job_status": jobProgress(),
	}
}

func jobProgress() object {
	return object{
		"percent_complete": 62.5, "estimated_seconds_remaining": "120",
		"bytes_transferred": "10240000", "bytes_unchanged": "5000000", "bytes_remaining": "1760000", "bytes_total": "17000000",
		"files_transferred": "1500", "files_unchanged": "800", "files_remaining": "200", "files_total": "2500",
		"throughput_overall": "85333", "throughput_current": "102400",
	}
}

// recoverySnapshot is the snapshot that the last successful job replicated.
func recoverySnapshot(now time.Time) object {
	return object{
		"id": 103, "name": "home_hourly", "timestamp": rfc3339(now.Add(-time.Hour)), "directory_name": "103_home_hourly",
		"source_file_id": "12", "created_by_policy": true, "expiration": "", "in_delete": false,
	}
}

// rfc3339 is a time as the API sends it.
func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// merge returns one object with the fields of all, the later ones in place of the earlier.
func merge(objects ...object) object {
	all := object{}
	for _, o := range objects {
		maps.Copy(all, o)
	}
	return all
}
