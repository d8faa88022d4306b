package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// expectCapacityHistory: the recorded rows stand at midnight, one a day, and a recorded cluster tells no time.
func expectCapacityHistory(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	rows := list(t, m, historyPath)
	for i, row := range rows {
		for age, days := range map[string]int{"0d": 0, "1d": 1, "7d": 7, "30d": 30} {
			if i+days == len(rows)-1 {
				p[`qumulo_capacity_history_used_bytes{age="`+age+`"}`] = number(t, row["capacity_used"]) + number(t, row["snapshot_used"])
				p[`qumulo_capacity_history_timestamp_seconds{age="`+age+`"}`] = number(t, row["period_start_time"])
			}
		}
	}
}
