package collector_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	snapshotsPath   = "/v4/snapshots/status/"
	snapshotsV3Path = "/v3/snapshots/status/"
	snapshotsV2Path = "/v2/snapshots/"
	policiesPath    = "/v3/snapshots/policies/status/"
	policiesV2Path  = "/v2/snapshots/policies/status/"
)

// snapshotTotals are the series of all snapshots; locked < 0: not known.
func snapshotTotals(all, deleting, locked, unexpiring float64) testutil.Page {
	p := testutil.Page{"qumulo_snapshots": all, "qumulo_snapshots_deleting": deleting, "qumulo_snapshots_without_expiration": unexpiring}
	if locked >= 0 {
		p["qumulo_snapshots_locked"] = locked
	}
	return p
}

// policyRow is one series of a policy.
func policyRow(name, id string, value float64) testutil.Page {
	return testutil.Page{"qumulo_snapshot_policy_" + name + `{policy_id="` + id + `"}`: value}
}

// policyName is the info of a policy without a directory.
func policyName(id, name string) testutil.Page {
	return testutil.Page{`qumulo_snapshot_policy_info{policy_id="` + id + `",policy_name="` + name + `",source_path=""}`: 1}
}

func TestSnapshots(t *testing.T) {
	for name, c := range map[string]struct {
		snapshots, policies string // entries
		want                testutil.Page
		said                []string
	}{
		"none": {want: snapshotTotals(0, 0, 0, 0)},
		"each state": {
			snapshots: `{"in_delete":false,"expiration":null,"lock_key":null,"policy_id":null},{"in_delete":true,"expiration":"2026-02-03T04:05:06Z","lock_key":""},
				{"in_delete":false,"expiration":"2026-02-03T04:05:06.123456789Z","lock_key":"k"},{"in_delete":"true","expiration":"","lock_key":5}`,
			want: snapshotTotals(4, 2, 2, 2),
		},
		"of policies": {
			snapshots: `{"in_delete":false,"policy_id":1,"timestamp":"1970-01-01T00:01:40.5Z"},{"in_delete":false,"policy_id":"1","timestamp":"1970-01-01T00:03:20Z"},
				{"in_delete":false,"policy_id":1.0,"timestamp":"1970-01-01T00:02:30Z"},{"in_delete":true,"policy_id":1,"timestamp":"1970-01-01T00:00:01Z"},
				{"in_delete":true,"policy_id":2,"timestamp":"1970-01-01T00:00:01Z"},{"in_delete":false,"policy_id":9,"timestamp":"1970-01-01T00:00:01Z"}`,
			policies: `{"id":1,"policy_name":"a","enabled":true},{"id":"2","policy_name":"b","enabled":"false"},{"id":3.0}`,
			want: pageOf(snapshotTotals(6, 2, 0, 6), policyName("1", "a"), policyName("2", "b"), policyName("3", ""), policyRow("enabled", "1", 1),
				policyRow("enabled", "2", 0), policyRow("snapshots", "1", 3), policyRow("snapshots", "2", 0), policyRow("snapshots", "3", 0),
				policyRow("newest_timestamp_seconds", "1", 200), policyRow("oldest_timestamp_seconds", "1", 100.5)),
		},
		"a time that is none": {
			snapshots: `{"in_delete":false,"policy_id":1,"timestamp":"noon","expiration":"soon"},{"in_delete":false,"policy_id":1,"timestamp":null}`,
			policies:  `{"id":1}`,
			want:      pageOf(snapshotTotals(2, 0, 0, 1), policyName("1", ""), policyRow("snapshots", "1", 2)),
			said:      []string{`timestamp of a snapshot is \"noon\"`, `expiration of a snapshot is \"soon\"`},
		},
		"not said whether in deletion": {
			snapshots: `{"policy_id":1},{"in_delete":true,"policy_id":1}`, policies: `{"id":1}`,
			want: pageOf(testutil.Page{"qumulo_snapshots": 2, "qumulo_snapshots_locked": 0, "qumulo_snapshots_without_expiration": 2},
				policyName("1", ""), policyRow("snapshots", "1", 1)),
			said: []string{"in_delete of a snapshot is missing"},
		},
		"elements of another type": {
			snapshots: `7,{"in_delete":false},null`, policies: `"daily",{"id":1}`,
			want: pageOf(snapshotTotals(1, 0, 0, 1), policyName("1", ""), policyRow("snapshots", "1", 0)),
			said: []string{"a JSON number, not an object", "is null", "a JSON string, not an object"},
		},
		"ids twice, missing and null": {
			policies: `{"id":1,"policy_name":"a"},{"id":"1","policy_name":"b"},{"policy_name":"c"},{"id":null}`,
			want:     pageOf(snapshotTotals(0, 0, 0, 0), policyName("1", "a"), policyRow("snapshots", "1", 0)),
			said:     []string{`snapshot policy is left out: its id \"1\" is missing or taken`, `id \"\" is missing`},
		},
		"schedules": {
			policies: `{"id":1,"schedule":{"creation_schedule":{"frequency":"SCHEDULE_MONTHLY"}}},{"id":2,"schedule":null},
				{"id":3,"schedule":{"creation_schedule":{"frequency":"SCHEDULE_YEARLY"}}},{"id":4,"schedule":7,"enabled":"perhaps"}`,
			want: pageOf(snapshotTotals(0, 0, 0, 0), policyName("1", ""), policyName("2", ""), policyName("3", ""), policyName("4", ""), policyRow("snapshots", "1", 0),
				policyRow("snapshots", "2", 0), policyRow("snapshots", "3", 0), policyRow("snapshots", "4", 0), policyRow("interval_seconds", "1", 31*86400)),
			said: []string{"schedule of the snapshot policy 3", "SCHEDULE_YEARLY", "schedule of the snapshot policy 4", "perhaps"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := answering(t, "snapshots", map[string]string{
				snapshotsPath: `{"entries":[` + c.snapshots + `]}`, policiesPath: `{"entries":[` + c.policies + `]}`,
			})
			if diff := cmp.Diff(c.want, areaPage(t, w, "snapshots", 1, 1)); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			wantSaid(t, w, c.said)
		})
	}
}

// busySnapshotPage is the page of the busy cluster by its newest forms, at a clock that stands still.
func busySnapshotPage(t *testing.T, broken map[string]int, success, supported float64) testutil.Page {
	t.Helper()
	stopped := func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }
	w := watch(t, qumulotest.OnPremises().SetClock(stopped), stopped, "snapshots")
	for path, status := range broken {
		w.server.SetFault(path, qumulotest.Fault{Status: status})
	}
	p := areaPage(t, w, "snapshots", success, supported)
	switch {
	case success == 1:
		wantSaid(t, w, nil)
	case len(p) > 0:
		wantSaid(t, w, []string{"level=WARN", "collector=snapshots"})
	default: // it failed as a whole
		wantSaid(t, w, []string{"level=WARN", "collectors=snapshots"})
	}
	return p
}

// TestSnapshotForms: each older form says the same as the newer one, as far as it knows.
func TestSnapshotForms(t *testing.T) {
	newest := busySnapshotPage(t, nil, 1, 1)
	v2 := maps.Clone(newest)
	for series := range newest {
		for _, name := range []string{"qumulo_snapshots_locked", "qumulo_snapshot_policy_snapshots", "qumulo_snapshot_policy_newest", "qumulo_snapshot_policy_oldest"} {
			if strings.HasPrefix(series, name) {
				delete(v2, series)
			}
		}
	}
	if len(v2) != 3+3*5 || len(newest) != len(v2)+1+5+2*4 {
		t.Fatalf("%d series, %d by v2", len(newest), len(v2))
	}
	for name, c := range map[string]struct {
		gone []string
		want testutil.Page
	}{
		"v3":                {[]string{snapshotsPath}, newest},
		"v2":                {[]string{snapshotsPath, snapshotsV3Path}, v2},
		"v2 of policies":    {[]string{policiesPath}, newest},
		"v2 of all":         {[]string{snapshotsPath, snapshotsV3Path, policiesPath}, v2},
		"no snapshots":      {[]string{snapshotsPath, snapshotsV3Path, snapshotsV2Path}, withoutPrefix(v2, "qumulo_snapshots")},
		"no policies":       {[]string{policiesPath, policiesV2Path}, withoutPrefix(newest, "qumulo_snapshot_policy_")},
		"nothing supported": {[]string{snapshotsPath, snapshotsV3Path, snapshotsV2Path, policiesPath, policiesV2Path}, testutil.Page{}},
	} {
		gone := map[string]int{}
		for _, path := range c.gone {
			gone[path] = 404
		}
		supported := 1.0
		if len(c.want) == 0 {
			supported = 0
		}
		if diff := cmp.Diff(c.want, busySnapshotPage(t, gone, 1, supported)); diff != "" {
			t.Errorf("%s: series differ (-want +got):\n%s", name, diff)
		}
	}
}

// TestSnapshotsFail: what of the two lists fails is missing alone, and no older form is asked for.
func TestSnapshotsFail(t *testing.T) {
	all := busySnapshotPage(t, nil, 1, 1)
	for _, status := range []int{403, 500} {
		want := withoutPrefix(all, "qumulo_snapshot_policy_")
		if diff := cmp.Diff(want, busySnapshotPage(t, map[string]int{policiesPath: status}, 0, 1)); diff != "" {
			t.Errorf("policies are %d: series differ (-want +got):\n%s", status, diff)
		}
		want = withoutPrefix(all, "qumulo_snapshots", "qumulo_snapshot_policy_snapshots", "qumulo_snapshot_policy_newest", "qumulo_snapshot_policy_oldest")
		if diff := cmp.Diff(want, busySnapshotPage(t, map[string]int{snapshotsPath: status}, 0, 1)); diff != "" {
			t.Errorf("snapshots are %d: series differ (-want +got):\n%s", status, diff)
		}
		if p := busySnapshotPage(t, map[string]int{snapshotsPath: status, policiesPath: status}, 0, 1); len(p) > 0 {
			t.Errorf("both are %d: there is %v", status, p)
		}
	}
	w := answering(t, "snapshots", map[string]string{snapshotsPath: `{"snapshots":[]}`})
	p := areaPage(t, w, "snapshots", 0, 1)
	p.Want(t, `qumulo_snapshot_policy_info{policy_id="1",policy_name="daily",source_path="/"}`, 1)
	if len(p) != 3 { // with enabled and interval
		t.Errorf("without entries there is %v", p)
	}
	wantSaid(t, w, []string{"no snapshots: list snapshots", "JSON object without entries"})
	if n := w.server.CallCount(snapshotsV3Path) + w.server.CallCount(snapshotsV2Path); n > 0 {
		t.Errorf("%d calls of older forms", n)
	}
}

// withoutPrefix is a page without the series that begin with one of these.
func withoutPrefix(p testutil.Page, prefixes ...string) testutil.Page {
	rest := testutil.Page{}
	for series, value := range p {
		keep := true
		for _, prefix := range prefixes {
			keep = keep && !strings.HasPrefix(series, prefix)
		}
		if keep {
			rest[series] = value
		}
	}
	return rest
}
