package qumulo

import "context"

// relationshipBytes bounds a list of relationships: a cluster has 100 at most, each with its
// snapshot policies and blackout windows.
const relationshipBytes = 8 << 20

// SourceRelationshipsEndpoint lists the relationships that this cluster is the source of.
var SourceRelationshipsEndpoint = Endpoint{
	Name: "list source relationships", Path: "/v2/replication/source-relationships/status/",
	Privilege: "PRIVILEGE_REPLICATION_SOURCE_READ", MaxBytes: relationshipBytes,
}

// TargetRelationshipsEndpoint lists the relationships that this cluster is the target of.
var TargetRelationshipsEndpoint = Endpoint{
	Name: "list target relationships", Path: "/v2/replication/target-relationships/status/",
	Privilege: "PRIVILEGE_REPLICATION_TARGET_READ", MaxBytes: relationshipBytes,
}

// Relationship is a replication relationship as one of its two clusters shows it. What only the
// source sends is missing at the target. A cluster that replicates to itself has the same id in
// both lists.
type Relationship struct {
	ID                Text                 `json:"id"`    // UUID
	State             Text                 `json:"state"` // ESTABLISHED, DISCONNECTED, ENDED ...
	Enabled           Bool                 `json:"replication_enabled"`
	Mode              Text                 `json:"replication_mode"` // source: REPLICATION_CONTINUOUS ...
	SourceClusterName Text                 `json:"source_cluster_name"`
	SourceRootPath    Text                 `json:"source_root_path"`
	TargetClusterName Text                 `json:"target_cluster_name"`
	TargetRootPath    Text                 `json:"target_root_path"`
	SnapshotPolicies  Values[LinkedPolicy] `json:"snapshot_policies"`     // source
	QueuedSnapshots   Number               `json:"queued_snapshot_count"` // source
	NextActiveTime    Time                 `json:"next_active_time"`      // source: end of the current blackout

	JobState      Text                `json:"job_state"`      // REPLICATION_RUNNING, REPLICATION_NOT_RUNNING
	JobStartTime  Time                `json:"job_start_time"` // while running
	JobStatus     Object[JobProgress] `json:"replication_job_status"`
	RecoveryPoint Time                `json:"recovery_point"` // when the last successful job started
	// RecoveryPointSnapshot is what that job replicated.
	RecoveryPointSnapshot Object[ReplicatedSnapshot] `json:"recovery_point_snapshot"`
	ErrorFromLastJob      Text                       `json:"error_from_last_job"` // "" if it succeeded or none has run
	DurationOfLastJob     Object[JobDuration]        `json:"duration_of_last_job"`
}

// LinkedPolicy is a snapshot policy whose snapshots a relationship replicates.
type LinkedPolicy struct {
	ID Text `json:"id"`
}

// ReplicatedSnapshot is a snapshot that was replicated.
type ReplicatedSnapshot struct {
	Timestamp Time `json:"timestamp"` // when it was taken
}

// JobDuration is how long a replication job took.
type JobDuration struct {
	Nanoseconds Number `json:"nanoseconds"`
}

// JobProgress is how far a running replication job is.
type JobProgress struct {
	PercentComplete           Number `json:"percent_complete"`            // of data and files, weighted
	EstimatedSecondsRemaining Number `json:"estimated_seconds_remaining"` // not of object relationships
	BytesTransferred          Number `json:"bytes_transferred"`
	BytesRemaining            Number `json:"bytes_remaining"`
	BytesTotal                Number `json:"bytes_total"`
	FilesTransferred          Number `json:"files_transferred"`
	FilesRemaining            Number `json:"files_remaining"`
	ThroughputCurrent         Number `json:"throughput_current"` // bytes per second, mean of the last minute
}

// SourceRelationships lists the relationships that this cluster is the source of:
// GET /v2/replication/source-relationships/status/.
func (c *Client) SourceRelationships(ctx context.Context) (List[Relationship], error) {
	return getList[Relationship](ctx, c, SourceRelationshipsEndpoint)
}

// TargetRelationships lists the relationships that this cluster is the target of:
// GET /v2/replication/target-relationships/status/.
func (c *Client) TargetRelationships(ctx context.Context) (List[Relationship], error) {
	return getList[Relationship](ctx, c, TargetRelationshipsEndpoint)
}
