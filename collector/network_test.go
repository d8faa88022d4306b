package collector_test

import (
	"maps"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const (
	networkPath         = "/v3/network/status"
	interfacesPath      = "/v2/network/interfaces/"
	interfaceStatusPath = "/v2/network/interfaces/{id}/status/"
	bond0Path           = "/v2/network/interfaces/1/status/"
	bond1Path           = "/v2/network/interfaces/2/status/"
)

func TestNetwork(t *testing.T) {
	const applied, floating = "qumulo_network_configuration_applied", "qumulo_network_floating_addresses"
	const up, carrier, speed = "qumulo_network_device_up", "qumulo_network_device_carrier", "qumulo_network_device_speed_bytes"
	const received, sent = "qumulo_network_device_receive_bytes_total", "qumulo_network_device_transmit_bytes_total"
	const bond0 = `{node_id="1",device="bond0"}`
	v3 := func(body string) map[string]string { return map[string]string{networkPath: body} }
	// old is a cluster with two interfaces, whose v3 form has no devices.
	old := map[string]string{
		networkPath:    `[{"node_id":1,"managed_interface_statuses":[{"name":"bond0","status":"APPLIED"}]}]`,
		interfacesPath: `[{"id":1,"name":"bond0"},{"id":"2","name":"bond1"}]`,
		bond0Path: `[{"node_id":1,"update_status":"CHANGES_APPLIED","interface_details":{"speed":20000,"bytes_sent":"5","bytes_received":"7","cable_status":"CONNECTED",
			"interface_status":"UP","mac_address":"m0"},"interface_status":{"interface_id":1,"name":"bond0","bonding_mode":"ACTIVE_BACKUP","mtu":9000},
			"network_statuses":[{"address":"a","floating_addresses":["b","c"]},{"floating_addresses":["d"]}]}]`,
		bond1Path: `[{"node_id":1,"update_status":"CHANGES_PENDING","interface_details":{"cable_status":"DISCONNECTED","interface_status":"DOWN"},
			"interface_status":{"name":"bond1"},"network_statuses":[]},{"node_id":2,"update_status":"UNAVAILABLE","interface_details":null}]`,
	}
	// listed is old with a list where v3 has an object else.
	listed := maps.Clone(old)
	listed[networkPath] = `[{"node_id":1,"managed_interface_statuses":[],"network_statuses":[]}]`
	without := func(path string) map[string]string {
		rest := map[string]string{}
		for p, body := range old {
			if p != path {
				rest[p] = body
			}
		}
		return rest
	}
	device := testutil.Page{
		`qumulo_network_device_info{node_id="1",device="bond0",use_for="",bonding_mode="active_backup",mac_address="m0"}`: 1,
		up + bond0: 1, carrier + bond0: 1, speed + bond0: 2.5e9, received + bond0: 7, sent + bond0: 5, "qumulo_network_device_mtu_bytes" + bond0: 9000,
	}
	first := pages(device, testutil.Page{floating + `{node_id="1"}`: 3})
	twice := func(row string) string { return "[" + row + "," + row + "]" }
	// instead is old with another status of bond1.
	instead := func(body string) map[string]string {
		other := without(bond1Path)
		other[bond1Path] = body
		return other
	}
	for name, c := range map[string]answersCase{
		"underlying and none": {
			answers: v3(`[{"node_id":1,"devices":[
				{"name":"bond0","bytes_sent":"3","bytes_received":"4","network_details":{"use_for":"FRONTEND","qumulo_ip_addresses":[{"floating_addresses":["x","y"]},{"floating_addresses":null}]}},
				{"name":"eth0","speed":"50000","mtu":1500,"interface_status":"UP","cable_status":"CONNECTED","bytes_sent":"3","bytes_received":"4","network_details":{"use_for":"UNDERLYING"}},
				{"name":"lo","bytes_sent":"9","network_details":{"use_for":"NONE"}}]}]`),
			want: testutil.Page{
				sent + bond0: 3, received + bond0: 4, floating + `{node_id="1"}`: 2,
				up + `{node_id="1",device="eth0"}`: 1, carrier + `{node_id="1",device="eth0"}`: 1, speed + `{node_id="1",device="eth0"}`: 6.25e9,
				`qumulo_network_device_info{node_id="1",device="eth0",use_for="underlying",bonding_mode="",mac_address=""}`: 1,
			},
			absent: []string{
				sent + `{node_id="1",device="eth0"`, received + `{node_id="1",device="eth0"`, sent + `{node_id="1",device="lo"`,
				`qumulo_network_device_info{node_id="1",device="lo"`, speed + bond0, up + bond0, applied,
			},
		},
		"underlying and none, by the names of the definition": {
			answers: v3(`[{"node_id":1,"devices":[
				{"name":"bond0","bytes_sent":"3","api_network_specific_fields":{"type":"FRONTEND","qumulo_ip_addresses":[{"floating_addresses":["x","y"]}]}},
				{"name":"eth0","bytes_sent":"3","interface_status":"UP","network_details":"","api_network_specific_fields":{"type":"UNDERLYING"}},
				{"name":"eth1","network_details":{"type":"BACKEND"}},
				{"name":"lo","bytes_sent":"9","interface_status":"UNKNOWN","api_network_specific_fields":{"type":"NONE"}}]}]`),
			want: testutil.Page{
				sent + bond0: 3, floating + `{node_id="1"}`: 2, up + `{node_id="1",device="eth0"}`: 1,
				`qumulo_network_device_info{node_id="1",device="bond0",use_for="frontend",bonding_mode="",mac_address=""}`:  1,
				`qumulo_network_device_info{node_id="1",device="eth0",use_for="underlying",bonding_mode="",mac_address=""}`: 1,
				`qumulo_network_device_info{node_id="1",device="eth1",use_for="backend",bonding_mode="",mac_address=""}`:    1,
			},
			absent: []string{sent + `{node_id="1",device="eth0"`, sent + `{node_id="1",device="lo"`, `qumulo_network_device_info{node_id="1",device="lo"`},
		},
		"speeds that are none": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"a","speed":-1},{"name":"b","speed":"4294967295"},{"name":"c","speed":0},{"name":"d","speed":null}]}]`),
			want:    testutil.Page{floating + `{node_id="1"}`: 0}, absent: []string{speed},
		},
		"how far the configuration is": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"a"}],"managed_interface_statuses":[{"status":"APPLIED"}],"network_statuses":{"1":{"status":"APPLIED"}}},
				{"node_id":2,"managed_interface_statuses":[{"status":"APPLIED"}],"network_statuses":{"1":{"status":"FAILED"}}},
				{"node_id":3,"managed_interface_statuses":[{"status":"PENDING"}]},{"node_id":4,"managed_interface_statuses":[{"status":null},{"status":"APPLIED"}]},{"node_id":5}]`),
			want:   testutil.Page{applied + `{node_id="1"}`: 1, applied + `{node_id="2"}`: 0, applied + `{node_id="3"}`: 0},
			absent: []string{applied + `{node_id="4"`, applied + `{node_id="5"`, floating + `{node_id="2"`},
		},
		"networks as a list": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"a"}],"network_statuses":[{"status":"APPLIED"},{"status":"PENDING"}]},
				{"node_id":2,"network_statuses":[{"status":"APPLIED"}]},{"node_id":3,"managed_interface_statuses":[{"status":"APPLIED"}],"network_statuses":[null]},
				{"node_id":4,"network_statuses":[]}]`),
			want:   testutil.Page{applied + `{node_id="1"}`: 0, applied + `{node_id="2"}`: 1},
			absent: []string{applied + `{node_id="3"`, applied + `{node_id="4"`},
		},
		"words of a later release": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"a","interface_status":"SLEEPING","cable_status":"LOOSE"}],"managed_interface_statuses":[{"status":"HALF"}]}]`),
			absent:  []string{up, carrier, applied}, said: []string{"SLEEPING", "LOOSE", "HALF"},
		},
		"a device twice, and one without a name": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"bond0","interface_status":"UP"},{"name":"bond0","interface_status":"DOWN"},{"mtu":1}]},{"devices":[{"name":"x"}]}]`),
			want:    testutil.Page{up + bond0: 1}, absent: []string{"qumulo_network_device_mtu_bytes"},
			said: []string{`name \"bond0\" is missing or taken`, `name \"\" is missing`, "node_id is missing"},
		},
		"v2 where v3 has no devices": {
			answers: old,
			want: pages(first, testutil.Page{
				up + `{node_id="1",device="bond1"}`: 0, carrier + `{node_id="1",device="bond1"}`: 0, applied + `{node_id="1"}`: 0,
				`qumulo_network_device_info{node_id="2",device="bond1",use_for="",bonding_mode="",mac_address=""}`: 1, floating + `{node_id="2"}`: 0,
			}),
			absent: []string{up + `{node_id="2"`, applied + `{node_id="2"`},
		},
		"v2 where v3 has a list of no networks, and no devices": {answers: listed, want: first},
		"v2 where there is no v3":                               {answers: without(networkPath), want: first},
		"v2 without lo": {
			answers: map[string]string{interfacesPath: `[{"id":1,"name":"lo"}]`, bond0Path: `[{"node_id":1,"interface_details":{"interface_status":"UP"}}]`},
			absent:  []string{"qumulo_network_"},
		},
		"an interface has just gone": {answers: without(bond1Path), want: pages(first, testutil.Page{applied + `{node_id="1"}`: 1})},
		"one interface fails": {
			answers: old, faults: map[string]int{bond1Path: 500}, want: device, absent: []string{floating, applied},
			failed: true, said: []string{"no status of a network interface", "500"},
		},
		"one interface fails, and another one is pending": {
			answers: old, faults: map[string]int{bond0Path: 500}, want: testutil.Page{applied + `{node_id="1"}`: 0}, absent: []string{floating, applied + `{node_id="2"`},
			failed: true, said: []string{"no status of a network interface", "500"},
		},
		"one interface fails, and another one has gone": {
			answers: without(bond1Path), faults: map[string]int{bond0Path: 500}, absent: []string{"qumulo_network_"},
			failed: true, said: []string{"list network interface status", "500"},
		},
		"all interfaces have just gone": {answers: map[string]string{interfacesPath: old[interfacesPath]}, absent: []string{"qumulo_network_"}},
		"a row of an interface that is none": {
			answers: instead(`[null,{"node_id":2,"update_status":"CHANGES_APPLIED"}]`), said: []string{"null", "left out"},
			want:   pages(device, testutil.Page{floating + `{node_id="2"}`: 0, applied + `{node_id="2"}`: 1}),
			absent: []string{floating + `{node_id="1"`, applied + `{node_id="1"`},
		},
		"a row of an interface without a node": {
			answers: instead(`[{"update_status":"CHANGES_APPLIED","network_statuses":[{"floating_addresses":["e"]}]}]`),
			want:    device, absent: []string{floating, applied}, said: []string{"node_id is missing"},
		},
		"an interface that is none": {
			answers: map[string]string{interfacesPath: `[{"id":1,"name":"bond0"},7]`, bond0Path: old[bond0Path]}, want: device, absent: []string{floating, applied},
			said: []string{"left out"},
		},
		"a node twice": {
			answers: v3(twice(`{"node_id":1,"managed_interface_statuses":[{"status":"APPLIED"}],"devices":[
				{"name":"bond0","network_details":{"use_for":"FRONTEND","qumulo_ip_addresses":[{"floating_addresses":["x","y"]}]}}]}`)),
			want: testutil.Page{floating + `{node_id="1"}`: 2, applied + `{node_id="1"}`: 1}, said: []string{`name \"bond0\" is missing or taken`},
		},
		"what is not known of a node": {
			answers: v3(`[{"node_id":1,"devices":[{"name":"a"},7],"managed_interface_statuses":[{"status":"APPLIED"},7]},
				{"node_id":2,"devices":[{"name":"a","network_details":{"qumulo_ip_addresses":[7]}}],"managed_interface_statuses":[{"status":"APPLIED"}]},
				{"node_id":3,"devices":[{"name":"a"},{"network_details":{"qumulo_ip_addresses":[{"floating_addresses":["x"]}]}}]}]`),
			want: testutil.Page{applied + `{node_id="2"}`: 1}, absent: []string{floating, applied + `{node_id="1"`}, said: []string{"an element of the list", "left out"},
		},
		"all interfaces fail": {
			answers: old, faults: map[string]int{bond0Path: 403, bond1Path: 403}, absent: []string{"qumulo_network_"},
			failed: true, said: []string{"list network interface status", "PRIVILEGE_NETWORK_READ"},
		},
		"interfaces without an id, or twice": {
			answers: map[string]string{interfacesPath: `[{"id":1,"name":"bond0"},{"id":1},{"name":"x"}]`, bond0Path: old[bond0Path]},
			want:    device, absent: []string{floating, applied}, said: []string{`id \"1\" is missing or taken`, `id \"\" is missing`},
		},
		"an interface twice": {
			answers: map[string]string{interfacesPath: `[{"id":1,"name":"bond0"},{"id":1}]`, bond0Path: old[bond0Path]},
			want:    pages(first, testutil.Page{applied + `{node_id="1"}`: 1}), said: []string{`id \"1\" is missing or taken`},
		},
		"v3 forbidden, and v2 is not tried": {
			answers: old, faults: map[string]int{networkPath: 403}, absent: []string{"qumulo_network_"},
			failed: true, said: []string{"list network status", "PRIVILEGE_NETWORK_READ"},
		},
		"v3 fails, and v2 is not tried": {
			answers: old, faults: map[string]int{networkPath: 500}, absent: []string{"qumulo_network_"}, failed: true, said: []string{"list network status", "500"},
		},
		"no interfaces": {answers: map[string]string{interfacesPath: `[]`}, absent: []string{"qumulo_network_"}},
		"neither":       {absent: []string{"qumulo_network_"}, unsupported: true},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "network") })
	}
}
