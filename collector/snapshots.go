package collector

import (
	"context"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	fromSnapshots = ", from /v4/snapshots/status/ or an older form of it, read at most every 5m"
	fromPolicies  = ", from /v3/snapshots/policies/status/ or its older form, read at most every 5m"
	// The form of Qumulo Core before 6.1.1 does not tell of locks and policies.
	fromDetailed = ", from /v4/snapshots/status/ or, since Qumulo Core 6.1.1, its v3 form, read at most every 5m"
)

var (
	snapshotCount   = gauge("qumulo_snapshots", "How many snapshots there are, those in deletion too"+fromSnapshots+".")
	deletingCount   = gauge("qumulo_snapshots_deleting", "How many snapshots are being deleted"+fromSnapshots+".")
	lockedCount     = gauge("qumulo_snapshots_locked", "How many snapshots are locked"+fromDetailed+".")
	unexpiringCount = gauge("qumulo_snapshots_without_expiration", "How many snapshots never expire"+fromSnapshots+".")
	policyInfo      = info("qumulo_snapshot_policy_info", "Name and directory of the snapshot policy"+fromPolicies, "policy_id", "policy_name", "source_path")
	policyEnabled   = gauge("qumulo_snapshot_policy_enabled", "Whether the policy takes snapshots (1) or not (0)"+fromPolicies+".", "policy_id")
	policySnapshots = gauge("qumulo_snapshot_policy_snapshots",
		"How many snapshots of the policy there are, without those in deletion"+fromDetailed+".", "policy_id")
	policyNewest = gauge("qumulo_snapshot_policy_newest_timestamp_seconds",
		"When the newest of the policy's snapshots was taken, without those in deletion, as Unix time in seconds"+fromDetailed+".", "policy_id")
	policyOldest = gauge("qumulo_snapshot_policy_oldest_timestamp_seconds",
		"When the oldest of the policy's snapshots was taken, without those in deletion, as Unix time in seconds"+fromDetailed+".", "policy_id")
	policyInterval = gauge("qumulo_snapshot_policy_interval_seconds",
		"The longest time between two snapshots by the policy's schedule, in seconds"+fromPolicies+".", "policy_id")
)

func snapshots() Collector {
	return Collector{
		Name: "snapshots", Help: "How many snapshots there are, and the newest and oldest of each policy.", Enabled: true, Interval: 5 * time.Minute,
		Cost:  "snapshots and policies",
		Query: `time() - qumulo_snapshot_policy_newest_timestamp_seconds > 2 * qumulo_snapshot_policy_interval_seconds and qumulo_snapshot_policy_enabled == 1`,
		Endpoints: []qumulo.Endpoint{
			qumulo.SnapshotsEndpoint, qumulo.SnapshotsV3Endpoint, qumulo.SnapshotsV2Endpoint,
			qumulo.SnapshotPoliciesEndpoint, qumulo.SnapshotPoliciesV2Endpoint,
		},
		Metrics: []*Metric{
			snapshotCount, deletingCount, lockedCount, unexpiringCount, policyInfo, policyEnabled, policySnapshots, policyNewest, policyOldest, policyInterval,
		},
		Read: readSnapshots,
	}
}

func readSnapshots(ctx context.Context, src *Source, out *Output) error {
	policiesRead := async(src, func() (qumulo.List[qumulo.SnapshotPolicy], error) { return src.SnapshotPolicies(ctx) })
	all, err := src.Snapshots(ctx)
	policies, policiesErr := policiesRead()
	if err := noneRead(err, policiesErr); err != nil {
		return err
	}
	var taken map[string]policyTaken
	if out.Part("no snapshots", err) {
		taken = addSnapshots(out, all)
	}
	if out.Part("no snapshot policies", policiesErr) {
		addPolicies(out, policies, taken)
	}
	return nil
}

// policyTaken are the snapshots of one policy that are not in deletion.
type policyTaken struct {
	count          int
	newest, oldest qumulo.Time
}

// addSnapshots adds the totals and returns what each policy has taken; nil: it is not known.
func addSnapshots(out *Output, all qumulo.Snapshots) map[string]policyTaken {
	out.malformed(all.Malformed)
	var deleting, locked, unexpiring, unsaid int
	taken := map[string]policyTaken{}
	for _, s := range all.Items {
		inDelete, said := s.InDelete.Value()
		_, expires := s.Expiration.Value()
		raw, bad := s.Expiration.Malformed()
		switch {
		case bad:
			out.warnf("expiration of a snapshot is %q, not a time: it expires some day", raw)
		case !expires:
			unexpiring++
		}
		if s.LockKey != "" {
			locked++
		}
		switch id := s.PolicyID.Whole(); {
		case inDelete:
			deleting++
		case !isID(id):
			out.warnf("policy_id of a snapshot is %.40q, not an id: it is in the totals only", id)
		case id != "":
			taken[id] = taken[id].with(out, s.Timestamp)
		}
		if !said {
			unsaid++
		}
	}
	out.Add(snapshotCount, float64(len(all.Items)))
	out.Add(unexpiringCount, float64(unexpiring))
	if unsaid > 0 {
		out.warnf("in_delete of a snapshot is missing or could not be parsed: no number of those in deletion")
	} else {
		out.Add(deletingCount, float64(deleting))
	}
	if !all.Detailed {
		return nil
	}
	out.Add(lockedCount, float64(locked))
	return taken
}

// isID reports whether a text can be the id of a policy, which is a number.
func isID(text string) bool { return strings.Trim(text, "0123456789") == "" }

// with returns what the policy has taken with one snapshot more.
func (p policyTaken) with(out *Output, at qumulo.Time) policyTaken {
	p.count++
	if raw, bad := at.Malformed(); bad {
		out.warnf("timestamp of a snapshot is %q, not a time: left out", raw)
	}
	v, ok := at.Value()
	if !ok {
		return p
	}
	if newest, known := p.newest.Value(); !known || v.After(newest) {
		p.newest = at
	}
	if oldest, known := p.oldest.Value(); !known || v.Before(oldest) {
		p.oldest = at
	}
	return p
}

// addPolicies adds the policies with what they have taken. Snapshots of a policy that is gone have
// no series of their own.
func addPolicies(out *Output, policies qumulo.List[qumulo.SnapshotPolicy], taken map[string]policyTaken) {
	out.malformed(policies.Malformed)
	seen := map[string]bool{}
	for _, p := range policies.Items {
		id := p.ID.Whole()
		if !out.isNew(seen, "snapshot policy", id) {
			continue
		}
		out.Add(policyInfo, 1, id, string(p.Name), string(p.SourcePath))
		out.flag(policyEnabled, "enabled", p.Enabled, id)
		if raw, bad := p.Schedule.Malformed(); bad {
			out.warnf("schedule of the snapshot policy %s: frequency, on_days, window and fire_every make no known interval: %s: no series", id, raw)
		}
		if interval, ok := p.Schedule.Interval(); ok {
			out.Add(policyInterval, interval.Seconds(), id)
		}
		if taken != nil {
			out.Add(policySnapshots, float64(taken[id].count), id)
			out.timestamp(policyNewest, "timestamp", taken[id].newest, id)
			out.timestamp(policyOldest, "timestamp", taken[id].oldest, id)
		}
	}
}
