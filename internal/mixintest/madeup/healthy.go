package main

import (
	"slices"
	"strings"
	"time"
)

// good are the words of a healthy cluster, by the state-set and its label.
var good = map[string][2]string{
	"qumulo_node_status":               {"status", "online"},
	"qumulo_psu_status":                {"status", "good"},
	"qumulo_restriper_state":           {"state", "finished"},
	"qumulo_restriper_phase":           {"phase", ""},
	"qumulo_upgrade_state":             {"state", "idle"},
	"qumulo_reboot_state":              {"state", "idle"},
	"qumulo_license_state":             {"state", "active"},
	"qumulo_ad_connection_health":      {"health", "no_recent_error"},
	"qumulo_ldap_connection_health":    {"health", "no_recent_error"},
	"qumulo_audit_connection_status":   {"status", "connected"},
	"qumulo_support_connection_status": {"status", "connected"},
	"qumulo_nexus_registration_state":  {"state", "registered"},
	"qumulo_encryption_status":         {"status", "encrypted"},
	"qumulo_replication_state":         {"state", "established"},
	"qumulo_portal_state":              {"state", "accepted"},
	"qumulo_portal_status":             {"status", "active"},
}

// fixed are the values of a healthy cluster.
var fixed = map[string]float64{
	"qumulo_up": 1, "qumulo_drive_healthy": 1, "qumulo_restriper_blocked": 0, "qumulo_restriper_data_at_risk": 0,
	"qumulo_network_device_up": 1, "qumulo_network_device_carrier": 1, "qumulo_network_configuration_applied": 1,
	"qumulo_upgrade_blocked": 0, "qumulo_upgrade_failed": 0, "qumulo_upgrade_progress_ratio": 0, "qumulo_reboot_nodes": 0,
	"qumulo_reboot_nodes_rebooted": 0, "qumulo_node_replacement_nodes": 0, "qumulo_protection_reconfiguration_pending": 0,
	"qumulo_replication_last_job_failed": 0, "qumulo_replication_enabled": 1, "qumulo_replication_queued_snapshots": 0,
	"qumulo_audit_last_error": 0, "qumulo_time_synchronizing": 1, "qumulo_time_offset_seconds": 0.02, "qumulo_tree_delete_failed_jobs": 0,
	"qumulo_portal_pending_roots": 0, "qumulo_node_identify_light_on": 0, "qumulo_scrape_collector_success": 1, "qumulo_privilege_granted": 1,
	"qumulo_snapshot_policy_enabled": 1, "qumulo_scrape_deadline_seconds": 9.5,
}

// onlyInTrouble have series only where something is wrong, or happens.
var onlyInTrouble = []string{
	"qumulo_restriper_blocked_info", "qumulo_restriper_phase_elapsed_seconds", "qumulo_restriper_phase_completion_ratio",
	"qumulo_upgrade_blocked_info", "qumulo_upgrade_target_info", "qumulo_replication_blackout_end_timestamp_seconds",
}

// heal makes the page that of a cluster without any trouble: the simulated ones are full of it, so that tests see it all.
func (p page) heal(now time.Time) page {
	most := map[string]float64{} // failures that the cluster is made to survive
	for _, s := range p {
		if s.name == "qumulo_protection_max_failures" {
			most[s.labels["component"]] = s.value
		}
	}
	healed := slices.DeleteFunc(p, func(s series) bool { return slices.Contains(onlyInTrouble, s.name) })
	for i, s := range healed {
		if word, found := good[s.name]; found {
			healed[i].value = oneIf(s.labels[word[0]] == word[1])
		}
		if value, found := fixed[s.name]; found {
			healed[i].value = value
		}
		switch {
		case s.name == "qumulo_drive_state_info":
			s.labels["state"] = "healthy"
		case s.name == "qumulo_protection_remaining_failures" && most[s.labels["component"]] > 0:
			healed[i].value = most[s.labels["component"]]
		case s.name == "qumulo_encryption_last_key_rotation_timestamp_seconds":
			healed[i].value = unix(now) - 90*86400
		case strings.HasSuffix(s.name, "_not_after_timestamp_seconds"), s.name == "qumulo_access_token_expiration_timestamp_seconds":
			healed[i].value = unix(now) + 200*86400
		}
	}
	return slices.DeleteFunc(healed, func(s series) bool {
		return s.is("qumulo_drives", "state", "dead") || s.is("qumulo_drives", "state", "missing")
	})
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func unix(t time.Time) float64 { return float64(t.Unix()) }
