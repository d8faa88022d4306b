package qumulotest

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// device is a network device of one node: what all forms of the answer are made of.
type device struct {
	name, useFor, bonding, mac string
	status, cable              string
	speed                      int // Mbit/s; 0: not known
	mtu                        int
	rate                       int64 // bytes received a second; two thirds are sent
	floating                   []string
	applied                    string // "APPLIED"; "" where nobody configures it
}

// received is the counter by the clock.
func (d device) received(now time.Time) int64 {
	return d.rate * int64(now.Sub(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).Seconds())
}

// devicesOf are the devices of the node at that place of the list.
func devicesOf(c cluster, i int) []device {
	mac := c.nodes[i].MAC
	floating := []string{fmt.Sprintf("198.51.100.%d", 2*i+1), fmt.Sprintf("198.51.100.%d", 2*i+2)}
	bond := device{
		name: "bond0", useFor: "FRONTEND_AND_BACKEND", bonding: "IEEE_8023AD", mac: mac, status: "UP", cable: "CONNECTED",
		speed: 200000, mtu: 9000, rate: 12_345_678, floating: floating, applied: "APPLIED",
	}
	if c.platform != onPremises {
		bond.bonding, bond.speed, bond.mtu = "ACTIVE_BACKUP", 0, 9001
		nic := bond
		nic.name, nic.useFor, nic.bonding, nic.floating, nic.applied = "ens5", "UNDERLYING", "", nil, ""
		if c.platform == azure {
			nic.name, nic.speed = "eth0", 50000
		}
		lo := device{name: "lo", useFor: "NONE", mac: "00:00:00:00:00:00", status: "UNKNOWN", cable: "CONNECTED", mtu: 65536, rate: 1000}
		return []device{bond, nic, lo}
	}
	if !c.busy {
		return []device{bond}
	}
	back := bond
	bond.useFor = "FRONTEND"
	back.name, back.useFor, back.bonding, back.floating = "bond1", "BACKEND", "ACTIVE_BACKUP", nil
	switch i {
	case 1:
		back.status, back.cable = "LOWERLAYERDOWN", "DISCONNECTED"
	case 2:
		back.status, back.cable, back.applied = "MISSING", "UNKNOWN", "PENDING"
	case 3:
		back.status, bond.floating = "TESTING", nil
	}
	return []device{bond, back}
}

// network are the network devices of the nodes, in the one answer of v3 and the several of v2. v3 has
// no devices before 7.8.
func network(c cluster, m *Model) {
	m.SetFunc("/v3/network/status", func(now time.Time, _ url.Values) any {
		rows := make([]any, len(c.nodes))
		for i, n := range c.nodes {
			rows[len(rows)-1-i] = v3Row(c, n, devicesOf(c, i), now) // in no order
		}
		return rows
	})
	var interfaces []any
	for k, d := range devicesOf(c, 0) {
		if d.applied == "" {
			continue
		}
		interfaces = append(interfaces, map[string]any{"id": k + 1, "name": d.name, "bonding_mode": d.bonding, "mtu": d.mtu})
		m.SetFunc(fmt.Sprintf("/v2/network/interfaces/%d/status/", k+1), func(now time.Time, _ url.Values) any {
			rows := make([]any, len(c.nodes))
			for i, n := range c.nodes {
				rows[i] = v2Row(n, k+1, devicesOf(c, i)[k], now)
			}
			return rows
		})
	}
	m.Set("/v2/network/interfaces/", interfaces)
}

func v3Row(c cluster, n node, devices []device, now time.Time) any {
	row := map[string]any{
		"node_id": n.ID, "node_name": n.Name, "network_statuses": map[string]any{},
		"environment": map[string]any{
			"dns_servers": []string{"192.0.2.53"}, "dns_search_domains": []string{}, "systemwide_default_gateways": []string{"192.0.2.1"},
		},
	}
	var managed, shown []any
	for _, d := range devices {
		if d.applied != "" {
			managed = append(managed, map[string]any{"name": d.name, "status": d.applied, "details": ""})
		}
		details := map[string]any{"use_for": d.useFor}
		switch d.useFor {
		case "UNDERLYING":
			details["upper_interface_name"] = "bond0"
		case "NONE":
			details["addresses"] = []string{"127.0.0.1", "::1"}
		default:
			details["host_routable_ip_addresses"] = []string{}
			details["qumulo_ip_addresses"] = []any{map[string]any{
				"network_id": 1, "assigned_by": "STATIC", "address": fmt.Sprintf("192.0.2.%d", 10+n.ID), "netmask": "255.255.255.0",
				"gateway": nil, "floating_addresses": append([]string{}, d.floating...),
			}}
		}
		received := d.received(now)
		shown = append(shown, map[string]any{
			"name": d.name, "bonding_mode": orNull(d.bonding), "mac_address": d.mac, "permanent_mac_address": nil, "vlan_id": nil,
			"interface_status": d.status, "cable_status": d.cable, "speed": orNull(speedText(d.speed)), "mtu": d.mtu,
			"bytes_received": strconv.FormatInt(received, 10), "bytes_sent": strconv.FormatInt(received*2/3, 10),
			"timestamp": strconv.FormatInt(now.UnixMilli(), 10), "network_details": details,
		})
	}
	row["managed_interface_statuses"] = managed
	if compareVersions(c.version(), "7.8.0") >= 0 {
		row["devices"] = shown
	}
	return row
}

func v2Row(n node, id int, d device, now time.Time) any {
	received := d.received(now)
	details := map[string]any{
		"bytes_received": strconv.FormatInt(received, 10), "bytes_sent": strconv.FormatInt(received*2/3, 10),
		"cable_status": d.cable, "interface_status": d.status, "mac_address": d.mac, "timestamp": strconv.FormatInt(now.UnixMilli(), 10),
	}
	if d.speed != 0 {
		details["speed"] = d.speed
	}
	return map[string]any{
		"node_id": n.ID, "node_name": n.Name, "update_status": "CHANGES_" + d.applied, "interface_details": details,
		"interface_status": map[string]any{"interface_id": id, "name": d.name, "bonding_mode": d.bonding, "mtu": d.mtu},
		"network_statuses": []any{map[string]any{
			"name": "Default", "assigned_by": "STATIC", "address": fmt.Sprintf("192.0.2.%d", 10+n.ID), "netmask": "255.255.255.0",
			"mtu": d.mtu, "floating_addresses": append([]string{}, d.floating...),
		}},
	}
}

func speedText(speed int) string {
	if speed == 0 {
		return ""
	}
	return strconv.Itoa(speed)
}

// orNull is null for what a cluster has no text of.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
