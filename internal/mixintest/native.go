package mixintest

import "slices"

// nativeFamily is a family of the cluster's own OpenMetrics page, which the collector native shows unchanged.
type nativeFamily struct {
	name, kind string
	labels     []string
}

// nativeFamilies are those of all releases, as the vendor's manual names them, and the two last that only its dashboards use.
var nativeFamilies = []nativeFamily{
	{"qumulo", "info", []string{"cluster_type", "max_drive_failures", "max_node_failures", "name", "platform", "service_model", "uuid", "version"}},
	{"qumulo_ad_netlogon_request_errors", "counter", []string{"domain_url", "server_url"}},
	{"qumulo_ad_netlogon_request_latency_seconds", "histogram", []string{"domain_url", "server_url"}},
	{"qumulo_ad_netlogon_requests", "counter", []string{"domain_url", "server_url"}},
	{"qumulo_cpu_crit_temperature_celsius", "gauge", []string{"cpu", "node_id"}},
	{"qumulo_cpu_max_temperature_celsius", "gauge", []string{"cpu", "node_id"}},
	{"qumulo_cpu_temperature_celsius", "gauge", []string{"cpu", "node_id"}},
	{"qumulo_disk_endurance_percent", "gauge", []string{"disk_type", "drive_bay", "node_id"}},
	{"qumulo_disk_is_unhealthy", "gauge", []string{"disk_type", "drive_bay", "node_id"}},
	{"qumulo_disk_operation_latency_seconds", "histogram", []string{"disk_type", "drive_bay", "io_type", "node_id"}},
	{"qumulo_disk_transport_errors", "counter", []string{"disk_type", "drive_bay", "node_id"}},
	{"qumulo_disk_uncorrectable_media_errors", "counter", []string{"disk_type", "drive_bay", "node_id"}},
	{"qumulo_fan_speed_rpm", "gauge", []string{"fan", "node_id"}},
	{"qumulo_fault_tolerance_metrics_current_remaining_disk_failures", "gauge", []string{}},
	{"qumulo_fault_tolerance_metrics_current_remaining_fault_domain_failures", "gauge", []string{}},
	{"qumulo_fault_tolerance_metrics_current_remaining_node_failures", "gauge", []string{}},
	{"qumulo_fs_capacity_bytes", "gauge", []string{}},
	{"qumulo_fs_directory_tree_entries", "gauge", []string{"entry_type", "path"}},
	{"qumulo_fs_directory_used_bytes", "gauge", []string{"path", "usage_type"}},
	{"qumulo_fs_free_bytes", "gauge", []string{}},
	{"qumulo_fs_portal_count", "gauge", []string{"portal_state", "portal_type"}},
	{"qumulo_fs_portal_root_shared_bytes", "gauge", []string{"portal_peer", "portal_root", "portal_type"}},
	{"qumulo_fs_snapshots", "gauge", []string{}},
	{"qumulo_fs_used_bytes", "gauge", []string{"fs_type", "fs_uuid"}},
	{"qumulo_kernel", "info", []string{"cmdline", "node_id", "version"}},
	{"qumulo_ldap_lookup_request_errors", "counter", []string{"domain_url", "server_url"}},
	{"qumulo_ldap_lookup_request_latency_seconds", "histogram", []string{"domain_url", "server_url"}},
	{"qumulo_ldap_lookup_requests", "counter", []string{"domain_url", "server_url"}},
	{"qumulo_ldap_operation_errors", "counter", []string{"domain_url"}},
	{"qumulo_ldap_operation_latency_seconds", "histogram", []string{"domain_url"}},
	{"qumulo_ldap_operations", "counter", []string{"domain_url"}},
	{"qumulo_memory_correctable_ecc_errors", "counter", []string{"node_id"}},
	{"qumulo_network_interface_is_down", "gauge", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_link_speed_bits_per_second", "gauge", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_receive_errors", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_received_bytes", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_received_packets", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_transmit_errors", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_transmitted_bytes", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_network_interface_transmitted_packets", "counter", []string{"bond", "interface", "role", "node_id"}},
	{"qumulo_node", "info", []string{
		"form_factor", "hardware_detection_mode", "network_management_mode", "node_id", "node_model", "node_uuid", "serial_number",
	}},
	{"qumulo_power_supply_is_unhealthy", "gauge", []string{"location", "node_id"}},
	{"qumulo_protocol_client_connections", "counter", []string{"protocol"}},
	{"qumulo_protocol_client_disconnections", "counter", []string{"protocol"}},
	{"qumulo_protocol_operation_bytes", "counter", []string{"data_type", "io_type", "op_name", "protocol"}},
	{"qumulo_protocol_operation_latency_seconds", "histogram", []string{"data_type", "io_type", "op_name", "protocol"}},
	{"qumulo_protocol_operations", "counter", []string{"data_type", "io_type", "op_name", "protocol"}},
	{"qumulo_quorum_node_is_offline", "gauge", []string{"node_id"}},
	{"qumulo_time_is_not_synchronizing", "gauge", []string{"node_id"}},
	{"qumulo_ldap_operation_referrals", "counter", []string{"domain_url"}},
	{"qumulo_memory_uncorrectable_ecc_errors", "counter", []string{"node_id"}},
}

// series returns the labels of each name that the family has on the page.
func (f nativeFamily) series() map[string][]string {
	switch f.kind {
	case "counter":
		return map[string][]string{f.name + "_total": f.labels}
	case "info":
		return map[string][]string{f.name + "_info": f.labels}
	case "histogram":
		return map[string][]string{
			f.name + "_bucket": append(slices.Clone(f.labels), "le"),
			f.name + "_sum":    f.labels,
			f.name + "_count":  f.labels,
		}
	default:
		return map[string][]string{f.name: f.labels}
	}
}
