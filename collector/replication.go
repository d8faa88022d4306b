package collector

import (
	"context"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// replicationEstablished is the state of a relationship that replicates.
const replicationEstablished = "established"

// Where the metrics come from, as their helps say it.
const (
	fromSource        = ", from /v2/replication/source-relationships/status/."
	fromBoth          = ", from the status of source and target relationships."
	fromRelationships = ", from the status of source, target and object relationships."
)

// The label role tells the ids of the lists apart: a cluster that replicates to itself has the same
// one in two.
var (
	replicationInfo = info("qumulo_replication_info", "What the relationship connects, from the status of source, target and object relationships",
		"id", "role", "mode", "source_cluster", "source_path", "target_cluster", "target_path", "direction", "bucket", "object_folder")
	replicationState = states("qumulo_replication_state",
		"Whether the relationship is in the state named by the label (1) or not (0)"+fromBoth,
		words{known: []string{
			"awaiting_authorization", "disconnected", "disconnecting", "ended", replicationEstablished, "reconnecting", "reestablishing",
		}}, "id", "role", "state")
	replicationEnabled = gauge("qumulo_replication_enabled",
		"Whether replication is enabled (1) or not (0)"+fromBoth, "id", "role")
	replicationJobRunning = gauge("qumulo_replication_job_running",
		"Whether a job of the relationship is running (1) or not (0)"+fromRelationships, "id", "role")
	recoveryPoint = gauge("qumulo_replication_recovery_point_timestamp_seconds",
		"When the last successful job started, as Unix time in seconds; absent if there was none"+fromRelationships, "id", "role")
	recoveryPointSnapshot = gauge("qumulo_replication_recovery_point_snapshot_timestamp_seconds",
		"When the snapshot that the last successful job replicated was taken, as Unix time in seconds (snapshot policy modes)"+fromBoth, "id", "role")
	lastJobFailed = gauge("qumulo_replication_last_job_failed",
		"Whether the last job failed (1) or not (0)"+fromRelationships, "id", "role")
	lastJobDuration = gauge("qumulo_replication_last_job_duration_seconds",
		"How long the last job took, in seconds"+fromRelationships, "id", "role")
	queuedSnapshots = gauge("qumulo_replication_queued_snapshots",
		"How many snapshots of the linked policies wait to be replicated"+fromSource, "id", "role")
	linkedPolicy = info("qumulo_replication_snapshot_policy_info",
		"A snapshot policy that the relationship replicates, from /v2/replication/source-relationships/status/", "id", "role", "policy_id")
	blackoutEnd = gauge("qumulo_replication_blackout_end_timestamp_seconds",
		"When the current blackout ends, as Unix time in seconds; absent outside of one"+fromSource, "id", "role")
	jobStart = gauge("qumulo_replication_job_start_timestamp_seconds",
		"When the running job started, as Unix time in seconds"+fromRelationships, "id", "role")
	jobCompletion = gauge("qumulo_replication_job_completion_ratio",
		"How far the running job is, from 0 to 1"+fromRelationships, "id", "role")
	jobRemaining = gauge("qumulo_replication_job_remaining_seconds",
		"Estimated time until the running job ends, in seconds"+fromBoth, "id", "role")
	jobBytes = gauge("qumulo_replication_job_transferred_bytes",
		"What the running job has copied, in bytes"+fromRelationships, "id", "role")
	jobBytesRemaining = gauge("qumulo_replication_job_remaining_bytes",
		"What the running job has still to process, in bytes"+fromRelationships, "id", "role")
	jobFiles = gauge("qumulo_replication_job_transferred_files",
		"How many files the running job has copied"+fromRelationships, "id", "role")
	jobFilesRemaining = gauge("qumulo_replication_job_remaining_files",
		"How many files the running job has still to process"+fromRelationships, "id", "role")
	jobThroughput = gauge("qumulo_replication_job_throughput_bytes_per_second",
		"What the running job copies, in bytes per second, mean of the last minute"+fromRelationships, "id", "role")
)

func replication() Collector {
	return Collector{
		Name: "replication", Help: "State, recovery points and jobs of the replication relationships.", Enabled: true,
		Cost: "relationships", Query: `time() - qumulo_replication_recovery_point_timestamp_seconds > 86400`,
		Endpoints: []qumulo.Endpoint{qumulo.SourceRelationshipsEndpoint, qumulo.TargetRelationshipsEndpoint, qumulo.ObjectRelationshipsEndpoint},
		Metrics: []*Metric{
			replicationInfo, replicationState, replicationEnabled, replicationJobRunning, recoveryPoint, recoveryPointSnapshot, lastJobFailed,
			lastJobDuration, queuedSnapshots, linkedPolicy, blackoutEnd, jobStart, jobCompletion, jobRemaining, jobBytes, jobBytesRemaining,
			jobFiles, jobFilesRemaining, jobThroughput,
		},
		Read: readReplication,
	}
}

func readReplication(ctx context.Context, src *Source, out *Output) error {
	targetsRead := async(src, func() (qumulo.List[qumulo.Relationship], error) { return src.TargetRelationships(ctx) })
	objectsRead := async(src, func() (qumulo.List[qumulo.ObjectRelationship], error) { return src.ObjectRelationships(ctx) })
	sources, sourcesErr := src.SourceRelationships(ctx)
	if out.Part("no source relationships", sourcesErr) {
		addRelationships(out, sources, "source")
	}
	targets, targetsErr := targetsRead()
	if out.Part("no target relationships", targetsErr) {
		addRelationships(out, targets, "target")
	}
	out.Facts.ReplicationKnown = sourcesErr == nil && targetsErr == nil
	objects, objectsErr := objectsRead()
	if out.Part("no object relationships", objectsErr) {
		addObjectRelationships(out, objects)
	}
	return noneRead(sourcesErr, targetsErr, objectsErr)
}

func addRelationships(out *Output, list qumulo.List[qumulo.Relationship], role string) {
	out.malformed(list.Malformed)
	seen := map[string]bool{}
	for _, r := range list.Items {
		id := string(r.ID)
		if !out.isNew(seen, role+" relationship", id) {
			continue
		}
		mode := optionalWord(qumulo.Text(strings.TrimPrefix(string(r.Mode), "REPLICATION_")))
		out.Add(replicationInfo, 1, id, role, mode, string(r.SourceClusterName), string(r.SourceRootPath), string(r.TargetClusterName),
			string(r.TargetRootPath), "", "", "")
		state := out.stateSet(replicationState, r.State, id, role)
		out.flag(replicationEnabled, "replication_enabled", r.Enabled, id, role)
		out.Add(lastJobFailed, Boolean(r.ErrorFromLastJob != ""), id, role)
		enabled, _ := r.Enabled.Value()
		if r.ErrorFromLastJob != "" || enabled && state != replicationEstablished {
			out.Facts.ReplicationBehind++
		}
		out.timestamp(recoveryPoint, "recovery_point", r.RecoveryPoint, id, role)
		snapshot, _ := r.RecoveryPointSnapshot.Value()
		out.timestamp(recoveryPointSnapshot, "recovery_point_snapshot.timestamp", snapshot.Timestamp, id, role)
		duration, _ := r.DurationOfLastJob.Value()
		if ns, ok := out.value("duration_of_last_job.nanoseconds", duration.Nanoseconds, id, role); ok {
			out.Add(lastJobDuration, ns/1e9, id, role)
		}
		out.number(queuedSnapshots, "queued_snapshot_count", r.QueuedSnapshots, id, role)
		out.timestamp(blackoutEnd, "next_active_time", r.NextActiveTime, id, role)
		policies := map[string]bool{}
		for _, p := range r.SnapshotPolicies {
			if policy := p.ID.Whole(); out.isNew(policies, "snapshot policy of relationship "+id, policy) {
				out.Add(linkedPolicy, 1, id, role, policy)
			}
		}
		progress, _ := r.JobStatus.Value()
		addJob(out, r.JobState, r.JobStartTime, progress, id, role)
	}
}

// addJob adds what is known of the job that runs. What a cluster may still tell of one that has
// ended is left out: it would look like a job that is stuck.
func addJob(out *Output, state qumulo.Text, start qumulo.Time, p qumulo.JobProgress, labels ...string) {
	const running, notRunning = "REPLICATION_RUNNING", "REPLICATION_NOT_RUNNING"
	out.yesNo(replicationJobRunning, "job_state", state, running, notRunning, labels...)
	if state == notRunning {
		return
	}
	out.timestamp(jobStart, "job_start_time", start, labels...)
	out.ratio(jobCompletion, "percent_complete", p.PercentComplete, labels...)
	out.number(jobRemaining, "estimated_seconds_remaining", p.EstimatedSecondsRemaining, labels...)
	out.number(jobBytes, "bytes_transferred", p.BytesTransferred, labels...)
	out.number(jobBytesRemaining, "bytes_remaining", p.BytesRemaining, labels...)
	out.number(jobFiles, "files_transferred", p.FilesTransferred, labels...)
	out.number(jobFilesRemaining, "files_remaining", p.FilesRemaining, labels...)
	out.number(jobThroughput, "throughput_current", p.ThroughputCurrent, labels...)
}
