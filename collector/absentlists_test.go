package collector_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestAbsentLists: where an answer is there for one list, and the list is missing, null or "", the
// part fails as with a 5xx: there is no series of it, not even 0, the rest is shown, success is 0, and
// no older form is asked for.
func TestAbsentLists(t *testing.T) {
	stopped := func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }
	const destinations = `{"destinations":[{"id":"a"},{"id":"b"}]}`
	read := func(t *testing.T, name, path string, fault qumulotest.Fault) (*watched, testutil.Page) {
		t.Helper()
		model := qumulotest.Release("7.10.0").SetClock(stopped).Set(auditPath, json.RawMessage(destinations)).
			Set(auditStatusPath("a"), json.RawMessage(`{"node_statuses":[]}`)).Set(auditStatusPath("b"), json.RawMessage(`{"node_statuses":[]}`))
		w := watch(t, model, stopped, name)
		w.server.SetFault(path, fault)
		p := areaPage(t, w, name, 0, 1)
		if n := w.server.CallCount(path); n != 1 {
			t.Errorf("%s: asked %d times", path, n)
		}
		return w, p
	}
	for path, c := range map[string]struct{ collector, list string }{
		"/v1/files/quotas/status/": {"quotas", "quotas"},
		"/v1/smb/sessions/":        {"protocols", "session_infos"},
		"/v3/nfs/exports/":         {"protocols", "entries"},
		"/v3/smb/shares/":          {"protocols", "entries"},
		"/v1/s3/buckets/":          {"protocols", "buckets"},
		snapshotsPath:              {"snapshots", "entries"},
		policiesPath:               {"snapshots", "entries"},
		hubsPath:                   {"portals", "entries"},
		spokesPath:                 {"portals", "entries"},
		treeDeletePath:             {"treedelete", "jobs"},
		activityPath:               {"activity", "entries"},
		tokensPath:                 {"credentials", "entries"},
		auditPath:                  {"audit", "destinations"},
		auditStatusPath("b"):       {"audit", "node_statuses"},
	} {
		t.Run(strings.ReplaceAll(strings.Trim(path, "/"), "/", "."), func(t *testing.T) {
			failed, want := read(t, c.collector, path, qumulotest.Fault{Status: 500})
			for _, sent := range []string{`{}`, `{"` + c.list + `":null}`, `{"` + c.list + `":""}`, `{"` + c.list + `":null,"paging":{"next":""}}`} {
				w, got := read(t, c.collector, path, qumulotest.Fault{Body: []byte(sent)})
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: series differ from those with a 500 (-want +got):\n%s", sent, diff)
				}
				if n, all := failed.server.CallCount(""), w.server.CallCount(""); n != all {
					t.Errorf("%s: %d calls, %d with a 500", sent, all, n)
				}
				w.log.WaitFor(t, "level=WARN", "collector", c.collector, "JSON object without "+c.list)
			}
		})
	}
}
