package qumulo

import "context"

// No list of snapshots is paged: a cluster has 40,000 at most, which are 14 MB.
const snapshotBytes, snapshotRows = 64 << 20, 100_000

// Snapshots and their policies. What 7.9.0 took away, the space of each snapshot, is never asked for.
var (
	SnapshotsEndpoint = Endpoint{
		Name: "list snapshots", Path: "/v4/snapshots/status/", Privilege: "PRIVILEGE_SNAPSHOT_READ", Since: "7.2.3",
		MaxBytes: snapshotBytes, MaxRows: snapshotRows,
	}
	SnapshotsV3Endpoint = Endpoint{
		Name: "list snapshots (v3)", Path: "/v3/snapshots/status/?filter=all", Privilege: "PRIVILEGE_SNAPSHOT_READ", Since: "6.1.1",
		MaxBytes: snapshotBytes, MaxRows: snapshotRows,
	}
	SnapshotsV2Endpoint = Endpoint{
		Name: "list snapshots (v2)", Path: "/v2/snapshots/?include-in-delete=true", Privilege: "PRIVILEGE_SNAPSHOT_READ",
		MaxBytes: snapshotBytes, MaxRows: snapshotRows,
	}
	SnapshotPoliciesEndpoint = Endpoint{
		Name: "list snapshot policies", Path: "/v3/snapshots/policies/status/", Privilege: "PRIVILEGE_SNAPSHOT_POLICY_READ", Since: "6.1.1",
		MaxBytes: snapshotBytes,
	}
	SnapshotPoliciesV2Endpoint = Endpoint{
		Name: "list snapshot policies (v2)", Path: "/v2/snapshots/policies/status/", Privilege: "PRIVILEGE_SNAPSHOT_POLICY_READ",
		MaxBytes: snapshotBytes,
	}
)

// Snapshot is a snapshot of a directory.
type Snapshot struct {
	Timestamp  Time `json:"timestamp"`  // when it was taken
	PolicyID   Text `json:"policy_id"`  // null if no policy took it; the policy may be gone
	Expiration Time `json:"expiration"` // null, in v2 "", if it never expires
	InDelete   Bool `json:"in_delete"`
	LockKey    Text `json:"lock_key"` // null if it is not locked
}

// Snapshots are all snapshots of a cluster, those in deletion too.
type Snapshots struct {
	List[Snapshot]
	// Detailed: they tell of their policies and locks, which the v2 form does not.
	Detailed bool
}

// Snapshots lists all snapshots: GET /v4/snapshots/status/, else the v3 form, since 6.1.1, else
// GET /v2/snapshots/.
func (c *Client) Snapshots(ctx context.Context) (Snapshots, error) {
	form := func(e Endpoint, detailed bool) func(context.Context) (Snapshots, error) {
		return func(ctx context.Context) (Snapshots, error) {
			list, err := getMember[Snapshot](ctx, c, e, "entries")
			return Snapshots{List: list, Detailed: detailed}, err
		}
	}
	return firstSupported(ctx, form(SnapshotsEndpoint, true), form(SnapshotsV3Endpoint, true), form(SnapshotsV2Endpoint, false))
}

// SnapshotPolicy takes snapshots of a directory by a schedule.
type SnapshotPolicy struct {
	ID         Text             `json:"id"`
	Name       Text             `json:"policy_name"`
	SourcePath Text             `json:"source_file_path"` // not sent if the directory is gone
	Enabled    Bool             `json:"enabled"`
	Schedule   SnapshotSchedule `json:"schedule"`
}

// SnapshotPolicies lists all snapshot policies: GET /v3/snapshots/policies/status/, since 6.1.1,
// else the v2 form.
func (c *Client) SnapshotPolicies(ctx context.Context) (List[SnapshotPolicy], error) {
	form := func(e Endpoint) func(context.Context) (List[SnapshotPolicy], error) {
		return func(ctx context.Context) (List[SnapshotPolicy], error) {
			return getMember[SnapshotPolicy](ctx, c, e, "entries")
		}
	}
	return firstSupported(ctx, form(SnapshotPoliciesEndpoint), form(SnapshotPoliciesV2Endpoint))
}
