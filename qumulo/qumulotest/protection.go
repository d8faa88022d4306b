package qumulotest

// protection are how data are protected and what the restriper does.
func protection(c cluster, m *Model) {
	status := map[string]any{
		"protection_system_type": "PROTECTION_SYSTEM_TYPE_EC", "blocks_per_stripe": 6, "data_blocks_per_stripe": 4,
		"max_node_failures": 1, "max_drive_failures": 2, "max_drive_spares": 1,
		"remaining_node_failures": 1, "remaining_drive_failures": 2, "pending_configuration": nil,
	}
	if len(c.nodes) == 1 {
		status["max_node_failures"], status["remaining_node_failures"] = 0, 0
	}
	switch {
	case c.platform != onPremises: // recorded: the numbers are placeholders
		status = map[string]any{
			"protection_system_type": "PROTECTION_SYSTEM_TYPE_OBJECT_BACKED", "blocks_per_stripe": 1, "data_blocks_per_stripe": 1,
			"max_node_failures": 0, "max_drive_failures": 0, "max_drive_spares": 0,
			"remaining_node_failures": 1, "remaining_drive_failures": 1, "pending_configuration": nil,
		}
		m.Set("/v1/cluster/object-backed/protection/fault-tolerance", map[string]int{"nodes": 1, "disks": 2, "fault_domains": 0})
	case c.busy: // one drive is dead, and a wider stripe is on its way
		status["remaining_drive_failures"] = 1
		status["pending_configuration"] = map[string]int{"blocks_per_stripe": 8, "max_drive_failures": 2, "max_node_failures": 1}
	}
	m.Set("/v1/cluster/protection/status", status)
	restriper(c, m)
}

func restriper(c cluster, m *Model) {
	state := map[string]any{
		"state": "NOT_STARTED", "phase": "", "blocked_reason": "", "data_at_risk": false, "elapsed_seconds": 0, "percent_complete": 0,
		"coordinator_node": c.nodes[0].ID,
	}
	status, left := "NOT_RUNNING", 0
	switch {
	case c.busy:
		state["state"], state["phase"], state["data_at_risk"], state["elapsed_seconds"], state["percent_complete"] = "RUNNING", "REPROTECT", true, 5400, 42
		status, left = "RUNNING", 7457
	case c.blocked != "":
		state["state"], state["blocked_reason"] = "FINISHED", c.blocked
		status = "BLOCKED"
	}
	m.Set("/v1/cluster/protection/restriper/status", state)
	old := map[string]any{"status": status, "estimated_seconds_left": left}
	for field, value := range state {
		if field != "state" {
			old[field] = value
		}
	}
	m.Set("/v1/cluster/restriper/status", old)
}
