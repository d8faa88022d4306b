package collector_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const activityPath = "/v1/analytics/activity/current"

func TestActivity(t *testing.T) {
	operations := func(client, operation string) string {
		return `qumulo_client_activity_operations_per_second{client="` + client + `",operation="` + operation + `"}`
	}
	bytes := func(client, operation string) string {
		return `qumulo_client_activity_bytes_per_second{client="` + client + `",operation="` + operation + `"}`
	}
	for name, c := range map[string]struct {
		sent string
		want testutil.Page
		said []string
	}{
		"idle": {sent: `[]`, want: testutil.Page{}},
		"every type, summed over files": {
			sent: `[{"id":"1","ip":"10.0.0.1","rate":0.5,"type":"file-iops-read"},{"id":"2","ip":"10.0.0.1","rate":"0.25","type":"file-iops-read"},
				{"id":"1","ip":"10.0.0.1","rate":2,"type":"file-iops-write"},{"id":"1","ip":"10.0.0.1","rate":3,"type":"metadata-iops-read"},
				{"id":"1","ip":"10.0.0.1","rate":4,"type":"metadata-iops-write"},{"id":"1","ip":"10.0.0.1","rate":4096,"type":"file-throughput-read"},
				{"id":"1","ip":"10.0.0.1","rate":0,"type":"file-throughput-write"}]`,
			want: testutil.Page{
				operations("10.0.0.1", "file_read"): 0.75, operations("10.0.0.1", "file_write"): 2, operations("10.0.0.1", "metadata_read"): 3,
				operations("10.0.0.1", "metadata_write"): 4, bytes("10.0.0.1", "file_read"): 4096, bytes("10.0.0.1", "file_write"): 0,
			},
		},
		"the busiest of each kind, of equals the first by name": {
			sent: `[{"ip":"c","rate":5,"type":"file-iops-read"},{"ip":"d","rate":3,"type":"file-iops-read"},{"ip":"d","rate":3,"type":"metadata-iops-read"},
				{"ip":"b","rate":5,"type":"file-iops-read"},{"ip":"a","rate":1,"type":"file-iops-read"},{"ip":"a","rate":9,"type":"file-throughput-read"},
				{"ip":"b","rate":8,"type":"file-throughput-write"},{"ip":"c","rate":7,"type":"file-throughput-write"}]`,
			want: testutil.Page{
				operations("d", "file_read"): 3, operations("d", "metadata_read"): 3, operations("b", "file_read"): 5,
				bytes("a", "file_read"): 9, bytes("b", "file_write"): 8,
			},
		},
		"odd rows": {
			sent: `[{"ip":"a","rate":1,"type":"file-iops-read"},{"ip":"b","rate":1,"type":"locks"},{"rate":1,"type":"file-iops-read"},{"ip":"b","rate":"x","type":"file-iops-read"},
				{"ip":"b","type":"file-iops-read"},{"ip":"b","rate":-1,"type":"file-iops-read"},null,
				{"ip":"z","rate":1e308,"type":"file-iops-write"},{"ip":"z","rate":1e308,"type":"file-iops-write"}]`,
			want: testutil.Page{operations("a", "file_read"): 1},
			said: []string{"collector=activity", `type \"locks\" is new`, "ip, its client, is missing", "not a number", "negative", "is null", "_per_second of z/file_write is +Inf"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			model := qumulotest.NewModel().Set(activityPath, json.RawMessage(`{"entries":`+c.sent+`}`))
			w := watchOptions(t, model, "activity", &collector.ActivityOptions{Top: 2})
			if diff := cmp.Diff(c.want, areaPage(t, w, "activity", 1, 1)); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			wantSaid(t, w, c.said)
		})
	}
}

func TestActivityFails(t *testing.T) { wantFailures(t, "activity", activityPath) }

// TestManyClients: of thousands of rows the default shows twenty clients of each kind.
func TestManyClients(t *testing.T) {
	var rows []string
	for i := range 1400 {
		for _, kind := range []string{"file-iops-read", "file-iops-write", "metadata-iops-read", "metadata-iops-write", "file-throughput-read", "file-throughput-write"} {
			rows = append(rows, fmt.Sprintf(`{"id":"131072291465916581236990127%d","ip":"10.0.%d.%d","rate":%d,"type":"%s"}`, i, i/100, i%100, i+1, kind))
		}
	}
	w := watch(t, qumulotest.NewModel().Set(activityPath, json.RawMessage(`{"entries":[`+strings.Join(rows, ",")+`]}`)), nil, "activity")
	p := areaPage(t, w, "activity", 1, 1)
	if len(p) != 20*6 {
		t.Errorf("%d series, want those of 20 clients", len(p))
	}
	p.Want(t, `qumulo_client_activity_bytes_per_second{client="10.0.13.99",operation="file_read"}`, 1400)
}
