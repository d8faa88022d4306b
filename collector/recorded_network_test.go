package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// expectNetwork: all recorded configurations are applied.
func expectNetwork(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	for _, n := range list(t, m, networkPath) {
		node := fmt.Sprintf(`node_id="%v"`, n["node_id"])
		p["qumulo_network_configuration_applied{"+node+"}"] = 1
		p["qumulo_network_floating_addresses{"+node+"}"] = 0
		devices, _ := n["devices"].([]any)
		for _, element := range devices {
			d, _ := element.(map[string]any)
			details, _ := d["network_details"].(map[string]any)
			if details["use_for"] == "NONE" {
				continue
			}
			at := fmt.Sprintf(`{%s,device="%v"`, node, d["name"])
			bonding, _ := d["bonding_mode"].(string)
			p[fmt.Sprintf(`qumulo_network_device_info%s,use_for="%s",bonding_mode="%s",mac_address="%v"}`,
				at, strings.ToLower(fmt.Sprint(details["use_for"])), strings.ToLower(bonding), d["mac_address"])] = 1
			p["qumulo_network_device_up"+at+"}"] = one(d["interface_status"] == "UP")
			p["qumulo_network_device_carrier"+at+"}"] = one(d["cable_status"] == "CONNECTED")
			p["qumulo_network_device_mtu_bytes"+at+"}"] = number(t, d["mtu"])
			if d["speed"] != nil {
				p["qumulo_network_device_speed_bytes"+at+"}"] = number(t, d["speed"]) * 1e6 / 8
			}
			if details["use_for"] != "UNDERLYING" {
				p["qumulo_network_device_receive_bytes_total"+at+"}"] = number(t, d["bytes_received"])
				p["qumulo_network_device_transmit_bytes_total"+at+"}"] = number(t, d["bytes_sent"])
			}
			addresses, _ := details["qumulo_ip_addresses"].([]any)
			for _, element := range addresses {
				a, _ := element.(map[string]any)
				floating, _ := a["floating_addresses"].([]any)
				p["qumulo_network_floating_addresses{"+node+"}"] += float64(len(floating))
			}
		}
	}
}
