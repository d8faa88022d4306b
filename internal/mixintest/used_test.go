package mixintest

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// unused are the metrics that no dashboard and no rule has a use for, with the reason.
var unused = map[string]string{
	"qumulo_disk_is_unhealthy":                                               "qumulo_drive_healthy tells it at each scrape, also without the cluster's own page",
	"qumulo_fault_tolerance_metrics_current_remaining_disk_failures":         "as qumulo_protection_remaining_failures",
	"qumulo_fault_tolerance_metrics_current_remaining_fault_domain_failures": "as qumulo_protection_remaining_failures",
	"qumulo_fault_tolerance_metrics_current_remaining_node_failures":         "as qumulo_protection_remaining_failures",
	"qumulo_filesystem_block_size_bytes":                                     "it never changes",
	"qumulo_fs_capacity_bytes":                                               "as qumulo_filesystem_size_bytes",
	"qumulo_fs_free_bytes":                                                   "as qumulo_filesystem_free_bytes",
	"qumulo_fs_portal_count":                                                 "as qumulo_portal_state, which tells the portals apart",
	"qumulo_fs_snapshots":                                                    "as qumulo_snapshots",
	"qumulo_kernel_info":                                                     "an identity to look up, not to watch",
	"qumulo_network_interface_is_down":                                       "as qumulo_network_device_up",
	"qumulo_network_interface_link_speed_bits_per_second":                    "as qumulo_network_device_speed_bytes",
	"qumulo_network_interface_received_bytes_total":                          "as qumulo_network_device_receive_bytes_total",
	"qumulo_network_interface_transmitted_bytes_total":                       "as qumulo_network_device_transmit_bytes_total",
	"qumulo_node_info":                                                       "as qumulo_cluster_node_info, which is there on all platforms",
	"qumulo_power_supply_is_unhealthy":                                       "as qumulo_psu_status, which says what is wrong",
	"qumulo_quorum_node_is_offline":                                          "as qumulo_node_status",
	"qumulo_time_is_not_synchronizing":                                       "as qumulo_time_synchronizing",
	"qumulo_time_seconds":                                                    "qumulo_time_offset_seconds is what one wants to know of it",
}

// A metric that nothing shows is one that nobody will find.
func TestEveryMetricIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, q := range append(dashboardQueries(t), ruleQueries(t)...) {
		parser.Inspect(parse(t, q), func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.VectorSelector); ok {
				used[family(s.Name)] = true
			}
			return nil
		})
	}
	families := map[string]bool{}
	for name := range known(t) {
		families[family(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(families)) {
		switch reason, listed := unused[name]; {
		case !used[name] && !listed:
			t.Errorf("%s is in no dashboard and no rule", name)
		case used[name] && listed:
			t.Errorf("%s is used, and listed as not used: %s", name, reason)
		}
	}
	for name := range unused {
		if !families[name] {
			t.Errorf("%s is listed as not used, but there is no such metric", name)
		}
	}
}

// family is the name without what a histogram adds to it.
func family(name string) string {
	return regexp.MustCompile(`(_seconds)_(?:bucket|sum|count)$`).ReplaceAllString(name, "$1")
}
