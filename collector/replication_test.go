package collector_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	sourcePath = "/v2/replication/source-relationships/status/"
	targetPath = "/v2/replication/target-relationships/status/"
	objectPath = "/v3/replication/object-relationships/status/"
)

// answering watches one collector of a quiet cluster that answers these paths so; "404": it has
// no such path.
func answering(t *testing.T, collector string, answers map[string]string) *watched {
	t.Helper()
	m := qumulotest.SingleNode()
	for path, body := range answers {
		if body == "404" {
			m.Remove(path)
			continue
		}
		m.Set(path, json.RawMessage(body))
	}
	return watch(t, m, nil, collector)
}

// seriesOf returns the series whose names begin so, without those that say that a state does not hold.
func seriesOf(p testutil.Page, prefix string) testutil.Page {
	part := testutil.Page{}
	for series, value := range p {
		isState := strings.Contains(series, `,state="`) || strings.Contains(series, `,status="`)
		if strings.HasPrefix(series, prefix) && (value != 0 || !isState) {
			part[series] = value
		}
	}
	return part
}

// row is one series of a relationship: its name without what all begin with, its role and value.
func row(name, role string, value float64) testutil.Page {
	name, more, _ := strings.Cut(name, "{")
	return testutil.Page{"qumulo_replication_" + name + `{id="a",role="` + role + `"` + more + "}": value}
}

func pageOf(parts ...testutil.Page) testutil.Page {
	all := testutil.Page{}
	for _, p := range parts {
		maps.Copy(all, p)
	}
	return all
}

// noInfo is what replication_info says of a relationship that sends none of it.
func noInfo(role string) testutil.Page {
	return row(`info{,mode="",source_cluster="",source_path="",target_cluster="",target_path="",direction="",bucket="",object_folder=""`, role, 1)
}

func TestReplication(t *testing.T) {
	const unknownState = `state{,state="unknown"`
	for name, c := range map[string]struct {
		source, target, object string // lists; "": empty
		want                   testutil.Page
		said                   []string
	}{
		"no relationships": {want: testutil.Page{}},
		"never run, as null": {
			source: `[{"id":"a","state":"AWAITING_AUTHORIZATION","replication_enabled":true,"job_state":"REPLICATION_NOT_RUNNING","job_start_time":null,
				"recovery_point":null,"error_from_last_job":null,"duration_of_last_job":null,"replication_job_status":null,"recovery_point_snapshot":null,
				"queued_snapshot_count":0,"next_active_time":null,"snapshot_policies":null}]`,
			object: `[{"id":"a","state":"REPLICATION_NOT_RUNNING","current_job":null,"last_job":null}]`,
			want: pageOf(noInfo("source"), row(`state{,state="awaiting_authorization"`, "source", 1), row("enabled", "source", 1), row("job_running", "source", 0),
				row("last_job_failed", "source", 0), row("queued_snapshots", "source", 0), noInfo("object"), row("job_running", "object", 0)),
		},
		"never run, as empty text": {
			target: `[{"id":"a","state":"ESTABLISHED","replication_enabled":false,"job_state":"REPLICATION_NOT_RUNNING","job_start_time":"",
				"recovery_point":"","error_from_last_job":"","replication_job_status":null}]`,
			want: pageOf(noInfo("target"), row(`state{,state="established"`, "target", 1), row("enabled", "target", 0), row("job_running", "target", 0),
				row("last_job_failed", "target", 0)),
		},
		"only ids": {
			source: `[{"id":"a"}]`, target: `[{"id":"a"}]`, object: `[{"id":"a"}]`,
			want: pageOf(noInfo("source"), noInfo("target"), noInfo("object"), row(unknownState, "source", 1), row(unknownState, "target", 1),
				row("last_job_failed", "source", 0), row("last_job_failed", "target", 0)),
		},
		"a running job": {
			source: `[{"id":"a","state":"ESTABLISHED","job_state":"REPLICATION_RUNNING","job_start_time":"1970-01-01T00:01:40.5Z","replication_mode":"REPLICATION_CONTINUOUS",
				"duration_of_last_job":{"nanoseconds":"1500000000"},"replication_job_status":{"percent_complete":"85.5","estimated_seconds_remaining":120,
				"bytes_transferred":"1","bytes_remaining":"2","files_transferred":"3","files_remaining":4,"throughput_current":"5"}}]`,
			want: pageOf(row(`info{,mode="continuous",source_cluster="",source_path="",target_cluster="",target_path="",direction="",bucket="",object_folder=""`, "source", 1),
				row(`state{,state="established"`, "source", 1), row("job_running", "source", 1), row("job_start_timestamp_seconds", "source", 100.5),
				row("last_job_failed", "source", 0), row("last_job_duration_seconds", "source", 1.5), row("job_completion_ratio", "source", 0.855),
				row("job_remaining_seconds", "source", 120), row("job_transferred_bytes", "source", 1), row("job_remaining_bytes", "source", 2),
				row("job_transferred_files", "source", 3), row("job_remaining_files", "source", 4), row("job_throughput_bytes_per_second", "source", 5)),
		},
		"no estimate of a running job": {
			source: `[{"id":"a","state":"ESTABLISHED","job_state":"REPLICATION_RUNNING","replication_job_status":{"estimated_seconds_remaining":null}}]`,
			object: `[{"id":"a","state":"REPLICATION_RUNNING","current_job":{"start_time":"1970-01-01T00:00:07Z","estimated_end_time":"",
				"job_progress":{"percent_complete":"None","bytes_transferred":"9"}},"last_job":null}]`,
			want: pageOf(noInfo("source"), noInfo("object"), row(`state{,state="established"`, "source", 1), row("job_running", "source", 1),
				row("last_job_failed", "source", 0), row("job_running", "object", 1), row("job_start_timestamp_seconds", "object", 7), row("job_transferred_bytes", "object", 9)),
		},
		"a ratio for a percentage, as the vendor's page of 4.2 has it": {
			object: `[{"id":"a","state":"REPLICATION_RUNNING","current_job":{"job_progress":{"percent_complete":0.5,"bytes_remaining":"90","bytes_total":"200"}}}]`,
			want: pageOf(noInfo("object"), row("job_running", "object", 1), row("job_completion_ratio", "object", 0.5),
				row("job_remaining_bytes", "object", 90)),
		},
		"a percentage that is as small": {
			object: `[{"id":"a","state":"REPLICATION_RUNNING","current_job":{"job_progress":{"percent_complete":0.5,"bytes_remaining":"199","bytes_total":"200"}}}]`,
			want: pageOf(noInfo("object"), row("job_running", "object", 1), row("job_completion_ratio", "object", 0.005),
				row("job_remaining_bytes", "object", 199)),
		},
		"what is left of a job that has ended": {
			target: `[{"id":"a","state":"ESTABLISHED","job_state":"REPLICATION_NOT_RUNNING","job_start_time":"2026-01-01T00:00:00Z",
				"replication_job_status":{"percent_complete":40,"bytes_remaining":"2","throughput_current":"5"}}]`,
			want: pageOf(noInfo("target"), row(`state{,state="established"`, "target", 1), row("job_running", "target", 0), row("last_job_failed", "target", 0)),
		},
		"paused and failed": {
			source: `[{"id":"a","state":"ESTABLISHED","replication_enabled":true,"next_active_time":"1970-01-02T00:00:00Z","error_from_last_job":"no space",
				"recovery_point":"1970-01-01T00:00:10Z","recovery_point_snapshot":{"timestamp":"1970-01-01T00:00:05Z"},"snapshot_policies":[{"id":3},{"id":"4"},{"id":3}],
				"queued_snapshot_count":2}]`,
			want: pageOf(noInfo("source"), row(`state{,state="established"`, "source", 1), row("enabled", "source", 1), row("last_job_failed", "source", 1),
				row("recovery_point_timestamp_seconds", "source", 10), row("recovery_point_snapshot_timestamp_seconds", "source", 5),
				row("blackout_end_timestamp_seconds", "source", 86400), row("queued_snapshots", "source", 2),
				row(`snapshot_policy_info{,policy_id="3"`, "source", 1), row(`snapshot_policy_info{,policy_id="4"`, "source", 1)),
			said: []string{`a snapshot policy of relationship a is left out: its id \"3\" is missing or taken`},
		},
		"times that were never set": {
			source: `[{"id":"a","state":"ESTABLISHED","recovery_point":"1970-01-01T00:00:00Z","next_active_time":"0001-01-01T00:00:00Z"}]`,
			want:   pageOf(noInfo("source"), row(`state{,state="established"`, "source", 1), row("last_job_failed", "source", 0)),
		},
		"an id twice in a list, and none": {
			target: `[{"id":"a","state":"ENDED"},{"id":"a","state":"ESTABLISHED"},{"state":"ESTABLISHED"}]`, object: `[{"id":"a"},{"id":"a","bucket":"b"}]`,
			want: pageOf(noInfo("target"), row(`state{,state="ended"`, "target", 1), row("last_job_failed", "target", 0), noInfo("object")),
			said: []string{"target relationship is left out", "object relationship is left out"},
		},
		"new words": {
			source: `[{"id":"a","state":"SLEEPING","job_state":"REPLICATION_WAITING","replication_job_status":{"percent_complete":1}}]`,
			object: `[{"id":"a","state":"ESTABLISHED","direction":"COPY_AROUND","local_directory_path":"/d"}]`, // as the hand-made example has it
			want: pageOf(noInfo("source"), row(unknownState, "source", 1), row("last_job_failed", "source", 0), row("job_completion_ratio", "source", 0.01),
				row(`info{,mode="",source_cluster="",source_path="/d",target_cluster="",target_path="",direction="copy_around",bucket="",object_folder=""`, "object", 1)),
			said: []string{"SLEEPING", "REPLICATION_WAITING", "ESTABLISHED"},
		},
		"last jobs of objects": {
			object: `[{"id":"a","direction":"COPY_FROM_OBJECT","bucket":"b","object_folder":"f/","source_directory_path":"/old","state":"REPLICATION_NOT_RUNNING",
				"last_job":{"start_time":"1970-01-01T00:00:10Z","end_time":"1970-01-01T00:01:10Z","error":null}}]`,
			want: pageOf(row(`info{,mode="",source_cluster="",source_path="",target_cluster="",target_path="/old",direction="copy_from_object",bucket="b",object_folder="f/"`, "object", 1),
				row("job_running", "object", 0), row("last_job_failed", "object", 0), row("recovery_point_timestamp_seconds", "object", 10), row("last_job_duration_seconds", "object", 60)),
		},
		"a failed last job of an object": {
			object: `[{"id":"a","last_job":{"start_time":"1970-01-01T00:00:10Z","end_time":"1970-01-01T00:00:09Z","error":"denied"}}]`,
			want:   pageOf(noInfo("object"), row("last_job_failed", "object", 1)),
		},
		"malformed values": {
			source: `[{"id":"a","state":"ESTABLISHED","recovery_point":"soon","replication_enabled":"maybe","queued_snapshot_count":-1,
				"duration_of_last_job":{"nanoseconds":"long"}},7]`,
			want: pageOf(noInfo("source"), row(`state{,state="established"`, "source", 1), row("last_job_failed", "source", 0)),
			said: []string{"recovery_point of a/source", "replication_enabled of a/source", "queued_snapshot_count of a/source", "duration_of_last_job.nanoseconds of a/source", "JSON number"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := answering(t, "replication", map[string]string{
				sourcePath: orElse(c.source, "[]"), targetPath: orElse(c.target, "[]"), objectPath: orElse(c.object, "[]"),
			})
			got := w.scrape(t)
			success(t, got, "replication", 1)
			checkStateSets(t, got)
			if diff := cmp.Diff(c.want, seriesOf(got, "qumulo_replication_")); diff != "" {
				t.Errorf("page differs (-want +got):\n%s", diff)
			}
			checkSaid(t, w, "replication", c.said)
		})
	}
}

// checkSaid wants one line in the log that has all these words, or none at all.
func checkSaid(t *testing.T, w *watched, collector string, said []string) {
	t.Helper()
	if len(said) > 0 {
		w.log.WaitFor(t, append([]string{collector}, said...)...)
	} else if strings.Contains(w.log.String(), "WARN") {
		t.Errorf("complaints:\n%s", w.log)
	}
}

// TestReplicationSides: each list stands for itself.
func TestReplicationSides(t *testing.T) {
	forbidden, missing, broken := qumulotest.Fault{Status: 403}, qumulotest.Fault{Status: 404}, qumulotest.Fault{Status: 500}
	for name, c := range map[string]struct {
		faults             map[string]qumulotest.Fault
		roles              []string // those that are read
		success, supported float64
		said               []string
	}{
		"none":                {nil, []string{"source", "target", "object"}, 1, 1, nil},
		"source forbidden":    {map[string]qumulotest.Fault{sourcePath: forbidden}, []string{"target", "object"}, 0, 1, []string{"no source relationships", "PRIVILEGE_REPLICATION_SOURCE_READ"}},
		"target broken":       {map[string]qumulotest.Fault{targetPath: broken}, []string{"source", "object"}, 0, 1, []string{"no target relationships", "500"}},
		"object forbidden":    {map[string]qumulotest.Fault{objectPath: forbidden}, []string{"source", "target"}, 0, 1, []string{"no object relationships", "PRIVILEGE_REPLICATION_OBJECT_READ"}},
		"object not there":    {map[string]qumulotest.Fault{objectPath: missing}, []string{"source", "target"}, 1, 1, nil},
		"source not there":    {map[string]qumulotest.Fault{sourcePath: missing}, []string{"target", "object"}, 1, 1, nil},
		"only one, forbidden": {map[string]qumulotest.Fault{sourcePath: missing, targetPath: forbidden, objectPath: missing}, nil, 0, 1, []string{"PRIVILEGE_REPLICATION_TARGET_READ"}},
		"none there":          {map[string]qumulotest.Fault{sourcePath: missing, targetPath: missing, objectPath: missing}, nil, 1, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.OnPremises(), nil, "replication")
			for path, fault := range c.faults {
				w.server.SetFault(path, fault)
			}
			got := w.scrape(t)
			success(t, got, "replication", c.success)
			got.Want(t, `qumulo_scrape_collector_supported{collector="replication"}`, c.supported)
			var roles []string
			for _, role := range []string{"source", "target", "object"} {
				if len(got.With("qumulo_replication_info", `role="`+role+`"`)) > 0 {
					roles = append(roles, role)
				}
			}
			if diff := cmp.Diff(c.roles, roles); diff != "" {
				t.Errorf("roles (-want +got):\n%s", diff)
			}
			checkSaid(t, w, "replication", c.said)
			for _, path := range []string{sourcePath, targetPath, objectPath} {
				if n := w.server.CallCount(path); n != 1 {
					t.Errorf("%d calls of %s", n, path)
				}
			}
		})
	}
}
