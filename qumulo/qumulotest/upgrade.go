package qumulotest

// upgrade are upgrades, reboots and replacements of nodes.
func upgrade(c cluster, m *Model) {
	status := map[string]any{"state": "UPGRADE_STATE_IDLE", "progress": nil, "settings": nil, "error_info": nil}
	blocked := map[string]any{"is_blocked": false, "cluster_degraded": false, "blocked_reason": ""}
	reboot := map[string]any{
		"state": "REBOOT_IDLE", "rolling": false, "upgrade_initiated": false, "total_node_count": 0, "rebooted_node_count": 0, "error_message": "",
	}
	plan := map[string]any{"nodes_to_be_replaced": []int{}, "nodes_currently_being_replaced": []int{}}
	if c.busy {
		status = map[string]any{
			"state": "UPGRADE_STATE_PREPARING", "progress": 37, "error_info": "Node 5 could not read the image.",
			"settings": map[string]any{
				"install_path": "/upgrade/qinstall.qimg", "target_version": "Qumulo Core 7.8.1", "upgrade_type": "SOFTWARE_ONLY",
				"auto_commit": false, "do_rolling_reboot": true, "num_nodes_to_reboot": 1,
			},
		}
		blocked = map[string]any{"is_blocked": true, "cluster_degraded": true, "blocked_reason": "The restriper has work to do."}
		reboot = map[string]any{
			"state": "REBOOT_PAUSED_DUE_TO_ERROR", "rolling": true, "upgrade_initiated": false, "total_node_count": len(c.nodes),
			"rebooted_node_count": 2, "error_message": "Node 4 did not come back.",
		}
		plan = map[string]any{"nodes_to_be_replaced": []int{3, 4}, "nodes_currently_being_replaced": []int{2}}
	}
	m.Set("/v3/upgrade/status", status).Set("/v2/upgrade/status", status).Set("/v2/upgrade/blocked", blocked).
		Set("/v1/shutdown/reboot/status", reboot).Set("/v1/cluster/node-replacement-plan/", plan)
}

// support are the connections to Qumulo.
func support(c cluster, m *Model) {
	rows := make([]map[string]any, len(c.nodes))
	for i, n := range c.nodes {
		rows[i] = map[string]any{"node_id": n.ID, "monitoring": "CONNECTED", "file_upload": "CONNECTED", "vpn_connection": "DISABLED"}
		if c.busy {
			words := []string{"CONNECTED", "ERROR", "IN_PROGRESS", "ERROR_PENDING", "DISABLED"}
			for j, service := range []string{"monitoring", "file_upload", "vpn_connection"} {
				rows[i][service] = words[(i+j)%len(words)]
			}
		}
	}
	registration := map[string]any{"nexus_enabled": c.busy, "registration_status": "NONE"}
	if c.busy {
		registration["registration_status"], registration["secret_created_at"] = "REGISTERED", "2026-01-15T08:30:00Z"
	}
	m.Set("/v1/support/status/", rows).Set("/v1/nexus/registration", registration)
}
