package main

import (
	"math"
	"slices"
	"strconv"
)

type operation struct {
	protocol, op, io, data string
	rate, bytes, seconds   float64 // in operations a second, and of each one
}

// operations are what clients do.
var operations = []operation{
	{"nfs", "read", "read", "data", 900, 262144, 0.0021},
	{"nfs", "write", "write", "data", 420, 131072, 0.0034},
	{"nfs", "getattr", "read", "metadata", 1500, 0, 0.0003},
	{"nfs", "create", "write", "metadata", 90, 0, 0.0018},
	{"smb", "read", "read", "data", 310, 196608, 0.0026},
	{"smb", "write", "write", "data", 140, 98304, 0.0041},
	{"smb", "query_info", "read", "metadata", 480, 0, 0.0006},
	{"smb", "change_notify", "wait", "none", 4, 0, 31},
	{"s3", "get_object", "read", "data", 120, 1048576, 0.0117},
	{"s3", "put_object", "write", "data", 45, 2097152, 0.0239},
	{"rest", "get", "read", "metadata", 12, 0, 0.0052},
	{"replication", "write", "write", "data", 60, 524288, 0.0048},
}

// native makes up what the cluster's own page tells, by the nodes and drives that the page has. What the simulated cluster says of
// the same goes: its counters do not tell how fast they count.
func (p page) native() page {
	own := page{}
	for _, o := range operations {
		l := map[string]string{"protocol": o.protocol, "op_name": o.op, "io_type": o.io, "data_type": o.data}
		own = append(own,
			series{"qumulo_protocol_operations_total", l, o.rate},
			series{"qumulo_protocol_operation_bytes_total", l, o.rate * o.bytes},
			series{"qumulo_protocol_operation_latency_seconds_count", l, o.rate},
			series{"qumulo_protocol_operation_latency_seconds_sum", l, o.rate * o.seconds})
	}
	own = append(own, identity()...)
	own = append(own, p.held()...)
	own = append(own, series{"qumulo_native_held_families", nil, 0}, series{"qumulo_native_dropped_samples", nil, 0})
	for _, s := range p {
		switch s.name {
		case "qumulo_cluster_node_info":
			own = append(own, nodeHardware(s.labels["node_id"])...)
		case "qumulo_drive_info":
			own = append(own, driveWear(s.labels)...)
		case "qumulo_network_device_info":
			l := map[string]string{"node_id": s.labels["node_id"], "interface": s.labels["device"], "bond": "", "role": s.labels["use_for"]}
			for name, rate := range map[string]float64{"receive_errors": 0, "transmit_errors": 0, "received_packets": 4e4, "transmitted_packets": 4e4} {
				own = append(own, series{"qumulo_network_interface_" + name + "_total", l, rate})
			}
		}
	}
	made := map[string]bool{}
	for _, s := range own {
		made[s.name] = true
	}
	return slices.Concat(slices.DeleteFunc(p, func(s series) bool { return made[s.name] }), own)
}

// identity is what the page tells of the whole cluster, of directory services and of clients.
func identity() page {
	ad := map[string]string{"domain_url": "corp.example.com", "server_url": "dc1.corp.example.com"}
	ldap := map[string]string{"domain_url": "ldap://ldap.example.com", "server_url": "ldap1.example.com"}
	domain := map[string]string{"domain_url": ldap["domain_url"]}
	p := page{
		{"qumulo_info", map[string]string{"name": "paris", "platform": "on_prem", "service_model": "self_managed", "cluster_type": "protected_cluster"}, 1},
		{"qumulo_native_held_age_seconds", map[string]string{"family": "qumulo_disk_endurance_percent"}, 2400},
		{"qumulo_ad_netlogon_requests_total", ad, 3},
		{"qumulo_ad_netlogon_request_errors_total", ad, 0},
		{"qumulo_ad_netlogon_request_latency_seconds_sum", ad, 0.02},
		{"qumulo_ad_netlogon_request_latency_seconds_count", ad, 3},
		{"qumulo_ldap_lookup_requests_total", ldap, 8},
		{"qumulo_ldap_lookup_request_errors_total", ldap, 0},
		{"qumulo_ldap_lookup_request_latency_seconds_sum", ldap, 0.09},
		{"qumulo_ldap_lookup_request_latency_seconds_count", ldap, 8},
		{"qumulo_ldap_operations_total", domain, 5},
		{"qumulo_ldap_operation_errors_total", domain, 0},
		{"qumulo_ldap_operation_referrals_total", domain, 0.1},
		{"qumulo_ldap_operation_latency_seconds_sum", domain, 0.1},
		{"qumulo_ldap_operation_latency_seconds_count", domain, 5},
	}
	for _, protocol := range []string{"nfs", "smb", "s3"} {
		l := map[string]string{"protocol": protocol}
		p = append(p, series{"qumulo_protocol_client_connections_total", l, 0.8}, series{"qumulo_protocol_client_disconnections_total", l, 0.8})
	}
	return p
}

// held is what the whole file system holds.
func (p page) held() page {
	snapshots := p.first("qumulo_filesystem_snapshot_bytes")
	data := p.first("qumulo_filesystem_size_bytes") - p.first("qumulo_filesystem_free_bytes") - snapshots
	own := page{}
	for kind, bytes := range map[string]float64{"data": 0.992 * data, "metadata": 0.008 * data, "snapshot": snapshots} {
		own = append(own, series{"qumulo_fs_directory_used_bytes", map[string]string{"path": "/", "usage_type": kind}, bytes})
	}
	for kind, size := range map[string]float64{"file": 1e6, "directory": 1e7, "symlink": 5e7} {
		own = append(own, series{"qumulo_fs_directory_tree_entries", map[string]string{"path": "/", "entry_type": kind}, math.Round(data / size)})
	}
	return own
}

func nodeHardware(node string) page {
	p := page{{"qumulo_memory_correctable_ecc_errors_total", map[string]string{"node_id": node}, 0}}
	for cpu := range 2 {
		l := map[string]string{"node_id": node, "cpu": strconv.Itoa(cpu)}
		p = append(p,
			series{"qumulo_cpu_temperature_celsius", l, 52 + float64(3*cpu)},
			series{"qumulo_cpu_max_temperature_celsius", l, 84},
			series{"qumulo_cpu_crit_temperature_celsius", l, 94})
	}
	for fan := range 4 {
		p = append(p, series{"qumulo_fan_speed_rpm", map[string]string{"node_id": node, "fan": "system fan " + strconv.Itoa(fan+1)}, 5400 + float64(40*fan)})
	}
	return p
}

func driveWear(drive map[string]string) page {
	l := map[string]string{"node_id": drive["node_id"], "drive_bay": drive["drive_bay"], "disk_type": "hdd"}
	bay, _ := strconv.Atoi(drive["drive_bay"]) // a bay with another name counts as 0
	node, _ := strconv.Atoi(drive["node_id"])
	p := page{
		{"qumulo_disk_uncorrectable_media_errors_total", l, 0},
		{"qumulo_disk_transport_errors_total", l, 0},
	}
	if drive["disk_type"] == "SSD" {
		l["disk_type"] = "ssd"
		p = append(p, series{"qumulo_disk_endurance_percent", l, 96 - float64((7*bay+11*node)%60)})
	}
	for io, rate := range map[string]float64{"read": 60, "write": 25} {
		l := map[string]string{"node_id": drive["node_id"], "drive_bay": drive["drive_bay"], "disk_type": l["disk_type"], "io_type": io}
		p = append(p,
			series{"qumulo_disk_operation_latency_seconds_count", l, rate},
			series{"qumulo_disk_operation_latency_seconds_sum", l, rate * 0.006})
	}
	return p
}
