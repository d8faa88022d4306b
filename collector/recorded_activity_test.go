package collector_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestRecordedActivity: off by default, activity is read by itself. What was recorded is one type each.
func TestRecordedActivity(t *testing.T) {
	dir := filepath.Join(apidir.Find(t), "examples")
	types := map[string]string{
		"file-iops-read":        `qumulo_client_activity_operations_per_second{client="%",operation="file_read"}`,
		"file-throughput-write": `qumulo_client_activity_bytes_per_second{client="%",operation="file_write"}`,
	}
	for _, file := range []string{"onprem-a.activity_iops_read", "onprem-a.activity_throughput_write", "cnq-aws.activity_iops_read", "cnq-aws.activity_throughput_write"} {
		recorded, err := os.ReadFile(filepath.Join(dir, file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		model := qumulotest.NewModel().Set(activityPath, recorded)
		want := testutil.Page{}
		for _, row := range object(t, model, activityPath)["entries"].([]any) {
			r := row.(map[string]any)
			want[strings.Replace(types[r["type"].(string)], "%", r["ip"].(string), 1)] += r["rate"].(float64)
		}
		w := watch(t, model, nil, "activity")
		if diff := cmp.Diff(want, areaPage(t, w, "activity", 1, 1)); diff != "" {
			t.Errorf("%s: series differ (-want +got):\n%s", file, diff)
		}
		wantSaid(t, w, nil)
	}
}
