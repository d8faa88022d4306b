package main

import (
	"slices"
	"time"
)

// trouble is a value that series have for a while; a gone one has none.
type trouble struct {
	instance string
	from, to time.Duration // seen from now; 0 as end: still so
	name     string
	labels   []string
	value    float64
	gone     bool
}

// rebuild is how long data are reprotected, after a node went offline and came back.
const (
	offline = -7 * time.Hour
	back    = -6 * time.Hour
	rebuilt = -3 * time.Hour
	stuck   = -26 * time.Hour // the last time that a relationship copied
	paused  = -5 * time.Hour  // the last time that a policy took a snapshot
)

// stuckID is the relationship, of the cluster paris.
const stuckID = "8c4e17a0-2f6b-4d93-b5e8-60a000000002"

// troubles: in paris a node goes offline for an hour, and its data are reprotected; now a drive of it is dead, one
// relationship does not replicate, and one policy takes no snapshots. In berlin a power supply has no current, aws-east was
// upgraded in the morning, and lisbon does not answer.
func troubles(now time.Time) []trouble {
	all := []trouble{
		{"paris", offline, back, "qumulo_node_status", []string{"node_id", "4", "status", "online"}, 0, false},
		{"paris", offline, back, "qumulo_node_status", []string{"node_id", "4", "status", "offline"}, 1, false},
		{"paris", offline, back, "qumulo_cluster_nodes", []string{"status", "online"}, 4, false},
		{"paris", offline, back, "qumulo_cluster_nodes", []string{"status", "offline"}, 1, false},
		{"paris", offline, rebuilt, "qumulo_restriper_data_at_risk", nil, 1, false},
		{"paris", offline, rebuilt, "qumulo_restriper_state", []string{"state", "running"}, 1, false},
		{"paris", offline, rebuilt, "qumulo_restriper_state", []string{"state", "finished"}, 0, false},
		{"paris", offline, rebuilt, "qumulo_restriper_phase", []string{"phase", "reprotect"}, 1, false},
		{"paris", offline, rebuilt, "qumulo_protection_remaining_failures", []string{"component", "node"}, 0, false},
		{"paris", offline, rebuilt, "qumulo_protection_remaining_failures", []string{"component", "drive"}, 1, false},
		{"paris", -2 * time.Hour, 0, "qumulo_drive_healthy", []string{"node_id", "4", "drive_bay", "3"}, 0, false},
		{"paris", -2 * time.Hour, 0, "qumulo_drive_state_info", []string{"node_id", "4", "drive_bay", "3", "state", "healthy"}, 0, true},
		{"paris", -2 * time.Hour, 0, "qumulo_drive_state_info", []string{"node_id", "4", "drive_bay", "3", "state", "dead"}, 1, false},
		{"aws-east", -11 * time.Hour, -10 * time.Hour, "qumulo_upgrade_target_info", nil, 1, false},
		{"paris", -2 * time.Hour, 0, "qumulo_protection_remaining_failures", []string{"component", "drive"}, 1, false},
		{"paris", stuck, 0, "qumulo_replication_last_job_failed", []string{"id", stuckID}, 1, false},
		{"paris", stuck, 0, "qumulo_replication_recovery_point_timestamp_seconds", []string{"id", stuckID}, unix(now.Add(stuck)), false},
		{"paris", stuck, 0, "qumulo_replication_recovery_point_snapshot_timestamp_seconds", []string{"id", stuckID}, unix(now.Add(stuck)), false},
		{"paris", paused, 0, "qumulo_snapshot_policy_newest_timestamp_seconds", []string{"policy_id", "2"}, unix(now.Add(paused)), false},
		{"berlin", -50 * time.Minute, 0, "qumulo_psu_status", []string{"node_id", "5", "psu", "PSU2", "status", "good"}, 0, false},
		{"berlin", -50 * time.Minute, 0, "qumulo_psu_status", []string{"node_id", "5", "psu", "PSU2", "status", "no_ac"}, 1, false},
		{"paris", -100 * time.Minute, 0, "qumulo_scrape_collector_success", []string{"collector", "audit"}, 0, false},
		{"paris", -100 * time.Minute, 0, "qumulo_privilege_granted", []string{"collector", "audit"}, 0, false},
		{"aws-east", -11 * time.Hour, -10 * time.Hour, "qumulo_upgrade_state", []string{"state", "idle"}, 0, false},
		{"aws-east", -11 * time.Hour, -10*time.Hour - 20*time.Minute, "qumulo_upgrade_state", []string{"state", "preparing"}, 1, false},
		{"aws-east", -10*time.Hour - 20*time.Minute, -10 * time.Hour, "qumulo_upgrade_state", []string{"state", "committing"}, 1, false},
		{"lisbon", -25 * time.Minute, 0, "qumulo_up", nil, 0, false},
	}
	for i := range 8 { // the restriper gets on
		from := offline + time.Duration(i)*30*time.Minute
		all = append(all, trouble{"paris", from, from + 30*time.Minute, "qumulo_restriper_phase_completion_ratio", nil, float64(i)/8 + 0.05, false})
	}
	for _, name := range []string{ // of which an offline node has none
		"qumulo_client_connections", "qumulo_clients", "qumulo_network_device_up", "qumulo_network_device_receive_bytes_total",
		"qumulo_network_device_transmit_bytes_total", "qumulo_cpu_temperature_celsius", "qumulo_fan_speed_rpm", "qumulo_drive_healthy",
	} {
		all = append(all, trouble{"paris", offline, back, name, []string{"node_id", "4"}, 0, true})
	}
	return all
}

// alerts are what the rules would have fired; they are written as Prometheus writes them.
func alerts() []trouble {
	alert := func(instance, name, severity string, from, to time.Duration) trouble {
		return trouble{instance, from, to, "ALERTS", []string{"alertname", name, "severity", severity, "alertstate", "firing"}, 1, false}
	}
	return []trouble{
		alert("paris", "QumuloNodeOffline", "critical", offline+5*time.Minute, back),
		alert("paris", "QumuloDataAtRisk", "warning", offline+15*time.Minute, rebuilt),
		alert("paris", "QumuloDriveUnhealthy", "warning", -2*time.Hour+5*time.Minute, 0),
		alert("paris", "QumuloReplicationFailing", "warning", stuck, 0),
		alert("paris", "QumuloReplicationBehind", "warning", -2*time.Hour, 0),
		alert("paris", "QumuloSnapshotPolicyNotProducing", "warning", paused+2*time.Hour+10*time.Minute, 0),
		alert("paris", "QumuloQuotaExhausted", "warning", -20*time.Hour, 0),
		alert("paris", "QumuloPrivilegeMissing", "warning", -40*time.Minute, 0),
		alert("berlin", "QumuloPowerSupplyFailed", "warning", -45*time.Minute, 0),
		alert("lisbon", "QumuloClusterUnreachable", "critical", -23*time.Minute, 0),
		alert("berlin", "QumuloCapacityHigh", "info", -9*time.Hour, 0),
	}
}

// emerging are the series that a cluster has only while something is going on.
func emerging(instance string) page {
	switch instance {
	case "paris":
		return page{
			{"qumulo_restriper_phase_completion_ratio", nil, 0.5},
			{"qumulo_restriper_phase_elapsed_seconds", nil, 5400},
			{"qumulo_drive_state_info", map[string]string{"node_id": "4", "drive_bay": "3", "state": "dead"}, 1},
		}
	case "aws-east":
		return page{{"qumulo_upgrade_target_info", map[string]string{"version": "7.8.1"}, 1}}
	default:
		return nil
	}
}

// emerges reports whether the series is there only while a trouble says so.
func (s series) emerges() bool {
	return slices.Contains(onlyInTrouble, s.name) || s.is("qumulo_drive_state_info", "state", "dead")
}

// during reports whether it is so at a time.
func (x trouble) during(d day, t time.Time) bool {
	since := t.Sub(d.now)
	return since >= x.from && (x.to == 0 || since < x.to)
}

// of reports whether it is about the series.
func (x trouble) of(instance string, s series) bool {
	return x.instance == instance && s.is(x.name, x.labels...)
}
