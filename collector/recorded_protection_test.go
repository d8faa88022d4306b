package collector_test

import (
	"fmt"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// expectProtection: of the recorded clusters one is erasure coded, and the fault tolerance of the
// others was not recorded.
func expectProtection(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	v := object(t, m, protectionPath)
	if v == nil {
		return
	}
	p["qumulo_protection_reconfiguration_pending"] = one(v["pending_configuration"] != nil)
	if v["protection_system_type"] != "PROTECTION_SYSTEM_TYPE_EC" {
		p[`qumulo_protection_info{scheme="object_backed"}`] = 1
		return
	}
	p[`qumulo_protection_info{scheme="ec"}`] = 1
	for field, series := range map[string]string{
		"max_node_failures": `max_failures{component="node"}`, "max_drive_failures": `max_failures{component="drive"}`,
		"remaining_node_failures": `remaining_failures{component="node"}`, "remaining_drive_failures": `remaining_failures{component="drive"}`,
		"blocks_per_stripe": "blocks_per_stripe", "data_blocks_per_stripe": "data_blocks_per_stripe", "max_drive_spares": "drive_spares",
	} {
		p["qumulo_protection_"+series] = number(t, v[field])
	}
}

// expectRestriper: all recorded ones are idle, in the old form.
func expectRestriper(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	v := object(t, m, restriperV1Path)
	if v == nil {
		return
	}
	if v["status"] != "NOT_RUNNING" || v["phase"] != "" {
		t.Fatalf("not idle: %v", v)
	}
	for _, state := range []string{"not_started", "running", "finished", "unknown"} {
		p[fmt.Sprintf(`qumulo_restriper_state{state="%s"}`, state)] = one(state == "not_started")
	}
	for _, phase := range []string{"planning", "reprotect", "rebalance", "partitioned_rebalance", "transcode", "unknown"} {
		p[fmt.Sprintf(`qumulo_restriper_phase{phase="%s"}`, phase)] = 0
	}
	p["qumulo_restriper_blocked"] = 0
	p["qumulo_restriper_data_at_risk"] = one(v["data_at_risk"])
}
