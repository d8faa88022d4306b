package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// expectSnapshots: recorded are lists in the v2 form, without policies.
func expectSnapshots(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	v := object(t, m, "/v2/snapshots/")
	if v == nil {
		return
	}
	p["qumulo_snapshots_deleting"], p["qumulo_snapshots_without_expiration"] = 0, 0
	for _, row := range v["entries"].([]any) {
		s := row.(map[string]any)
		p["qumulo_snapshots"]++
		p["qumulo_snapshots_deleting"] += one(s["in_delete"])
		p["qumulo_snapshots_without_expiration"] += one(s["expiration"] == "")
	}
}
