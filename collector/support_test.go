package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const supportPath, nexusPath = "/v1/support/status/", "/v1/nexus/registration"

func supportIs(node, service, status string) testutil.Page {
	return oneOf(`qumulo_support_connection_status{node_id="`+node+`",service="`+service+`",`, "status", status,
		"disabled", "in_progress", "connected", "error", "error_pending")
}

func TestSupport(t *testing.T) {
	registered := oneOf("qumulo_nexus_registration_state{", "state", "registered", "none", "pending_registration", "error_registering", "registered")
	const nexus, connections = `{"nexus_enabled":true,"registration_status":"REGISTERED"}`,
		`[{"node_id":1,"monitoring":"CONNECTED","file_upload":"ERROR_PENDING","vpn_connection":"DISABLED"}]`
	for name, c := range map[string]answersCase{
		"both": {
			answers: map[string]string{supportPath: connections, nexusPath: nexus},
			want: pages(registered, supportIs("1", "monitoring", "connected"), supportIs("1", "file_upload", "error_pending"),
				supportIs("1", "vpn", "disabled"), testutil.Page{"qumulo_nexus_enabled": 1}),
		},
		"no Nexus in this release": {
			answers: map[string]string{supportPath: connections}, want: supportIs("1", "vpn", "disabled"), absent: []string{"qumulo_nexus_"},
		},
		"what is not said": {
			answers: map[string]string{supportPath: `[{"node_id":1,"monitoring":"ERROR","file_upload":null}]`, nexusPath: `{"nexus_enabled":false}`},
			want:    pages(supportIs("1", "monitoring", "error"), testutil.Page{"qumulo_nexus_enabled": 0}),
			absent: []string{
				`qumulo_support_connection_status{node_id="1",service="vpn"`, `qumulo_support_connection_status{node_id="1",service="file_upload"`,
				"qumulo_nexus_registration_state",
			},
		},
		"odd rows": {
			answers: map[string]string{supportPath: `[{"node_id":1,"monitoring":"IN_PROGRESS"},{"node_id":1,"monitoring":"ERROR"},{"monitoring":"ERROR"},
				7,{"node_id":2,"monitoring":"ASLEEP"}]`},
			want: pages(supportIs("1", "monitoring", "in_progress"), supportIs("2", "monitoring", "unknown")),
			said: []string{`node_id \"1\" is missing or taken`, `node_id \"\" is missing`, "not an object: left out", "ASLEEP"},
		},
		"Nexus forbidden": {
			answers: map[string]string{supportPath: connections, nexusPath: nexus}, faults: map[string]int{nexusPath: 403},
			want: supportIs("1", "monitoring", "connected"), absent: []string{"qumulo_nexus_"},
			failed: true, said: []string{"no Nexus registration", "PRIVILEGE_SUPPORT_READ"},
		},
		"the connections fail": {
			answers: map[string]string{supportPath: connections, nexusPath: nexus}, faults: map[string]int{supportPath: 500},
			want: registered, absent: []string{"qumulo_support_"}, failed: true, said: []string{"no support connections", "500"},
		},
		"both forbidden": {
			answers: map[string]string{supportPath: connections, nexusPath: nexus}, faults: map[string]int{supportPath: 403, nexusPath: 403},
			failed: true, said: []string{"list support status", "PRIVILEGE_SUPPORT_READ"},
		},
		"neither": {absent: []string{"qumulo_support_", "qumulo_nexus_"}, unsupported: true},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "support") })
	}
}
