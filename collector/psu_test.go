package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const chassisPath, lightsPath = "/v1/cluster/nodes/chassis/", "/v1/cluster/nodes/uid-lights/"

func psuIn(labels, status string) testutil.Page {
	return oneOf("qumulo_psu_status{"+labels+",", "status", status, "good", "failed", "missing", "no_ac", "prefail")
}

func TestPSU(t *testing.T) {
	chassis := func(body string) map[string]string { return map[string]string{chassisPath: body} }
	for name, c := range map[string]answersCase{
		"each state": {
			answers: chassis(`[{"id":2,"light_visible":true,"psu_statuses":[
				{"name":"PSU2","location":"left","state":"GOOD"},{"name":"PSU1","location":"right","state":"FAILED"},
				{"name":"PSU3","location":"top","state":"MISSING"},{"name":"PSU4","location":"bottom","state":"NO AC"},
				{"name":"PSU5","location":"","state":"PREFAIL"},{"name":"PSU6","state":"UNKNOWN"}]},
				{"id":"7","light_visible":"false","psu_statuses":[]}]`),
			want: pages(
				psuIn(`node_id="2",psu="PSU2",location="left"`, "good"), psuIn(`node_id="2",psu="PSU1",location="right"`, "failed"),
				psuIn(`node_id="2",psu="PSU3",location="top"`, "missing"), psuIn(`node_id="2",psu="PSU4",location="bottom"`, "no_ac"),
				psuIn(`node_id="2",psu="PSU5",location=""`, "prefail"), psuIn(`node_id="2",psu="PSU6",location=""`, "unknown"),
				testutil.Page{`qumulo_node_identify_light_on{node_id="2"}`: 1, `qumulo_node_identify_light_on{node_id="7"}`: 0}),
			absent: []string{`qumulo_psu_status{node_id="7"`},
		},
		"a word of a later release": {
			answers: chassis(`[{"id":1,"psu_statuses":[{"name":"PSU1","location":"left","state":"ON FIRE"}]}]`),
			want:    psuIn(`node_id="1",psu="PSU1",location="left"`, "unknown"),
			absent:  []string{"qumulo_node_identify_light_on"},
			said:    []string{"qumulo_psu_status", "ON FIRE", "is new"},
		},
		"missing and null": {
			answers: chassis(`[{"id":1,"light_visible":null,"psu_statuses":null},{"id":2}]`),
			absent:  []string{"qumulo_psu_status", "qumulo_node_identify_light_on"},
		},
		"a power supply twice": {
			answers: chassis(`[{"id":1,"light_visible":false,"psu_statuses":[{"name":"PSU1","location":"left","state":"GOOD"},
				{"name":"PSU1","location":"left","state":"FAILED"},{"name":"PSU1","location":"right","state":"FAILED"}]}]`),
			want: pages(psuIn(`node_id="1",psu="PSU1",location="left"`, "good"), psuIn(`node_id="1",psu="PSU1",location="right"`, "failed")),
			said: []string{"power supply of node 1", "PSU1", "missing or taken"},
		},
		"a node twice, and one without an id": {
			answers: chassis(`[{"id":1,"light_visible":true},{"id":"1","light_visible":false},{"light_visible":true}]`),
			want:    testutil.Page{`qumulo_node_identify_light_on{node_id="1"}`: 1},
			said:    []string{`node id \"1\" is missing or taken`, `node id \"\" is missing`},
		},
		"one malformed node does not hide the others": {
			answers: chassis(`[{"id":1,"light_visible":true,"psu_statuses":"none"},{"id":2,"light_visible":true,"psu_statuses":[7,{"name":"PSU1","location":"left","state":"GOOD"}]}]`),
			want: pages(psuIn(`node_id="2",psu="PSU1",location="left"`, "good"),
				testutil.Page{`qumulo_node_identify_light_on{node_id="2"}`: 1}),
			absent: []string{`qumulo_node_identify_light_on{node_id="1"}`},
			said:   []string{"JSON string instead of a JSON list: left out", "a JSON number, not an object: left out"},
		},
		"a light that is neither on nor off": {
			answers: chassis(`[{"id":1,"light_visible":"blinking"}]`),
			absent:  []string{"qumulo_node_identify_light_on"},
			said:    []string{"light_visible of 1", "blinking"},
		},
		"the chassis are gone": {
			answers: map[string]string{lightsPath: `[{"id":3,"light_visible":true}]`},
			want:    testutil.Page{`qumulo_node_identify_light_on{node_id="3"}`: 1},
			absent:  []string{"qumulo_psu_status"},
		},
		"neither": {absent: []string{"qumulo_psu_status", "qumulo_node_identify"}, unsupported: true},
		"forbidden, and no other form is tried": {
			answers: map[string]string{chassisPath: `[]`, lightsPath: `[{"id":3,"light_visible":true}]`},
			faults:  map[string]int{chassisPath: 403},
			absent:  []string{"qumulo_psu_status", "qumulo_node_identify"},
			failed:  true, said: []string{"list chassis", "403", "PRIVILEGE_CLUSTER_READ"},
		},
		"an error": {
			answers: chassis(`[]`), faults: map[string]int{chassisPath: 500},
			failed: true, said: []string{"list chassis", "500"},
		},
		"an object": {answers: chassis(`{}`), failed: true, said: []string{"list chassis", "JSON object instead of a JSON list"}},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "psu") })
	}
}
