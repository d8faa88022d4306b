package collector_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const nodesPath, slotsPath, fsPath = "/v1/cluster/nodes/", "/v1/cluster/slots/", "/v1/file-system"

// with returns a cluster that answers the three areas with the given JSON.
func with(nodes, slots, fs string) *qumulotest.Model {
	m := qumulotest.SingleNode()
	m.Set(nodesPath, json.RawMessage(nodes))
	m.Set(slotsPath, json.RawMessage(slots))
	m.Set(fsPath, json.RawMessage(fs))
	return m
}

// TestMalformedValues: what can be read is on the page, what can't is a warning, and no malformed
// element hides another.
func TestMalformedValues(t *testing.T) {
	const good = `{"id":9,"node_status":"online","capacity_in_bytes":"900"}`
	for name, c := range map[string]struct {
		nodes, slots, fs string
		want             testutil.Page
		absent           []string
		said             []string // words of one line of the log; none: nothing is said
	}{
		"numbers as strings and numbers": {
			nodes: `[{"id":"1","node_status":"online","capacity_in_bytes":5},` + good + `]`,
			fs:    `{"total_size_bytes":10,"free_size_bytes":"5","block_size_bytes":"4096"}`,
			want: testutil.Page{
				`qumulo_node_capacity_bytes{node_id="1"}`: 5, "qumulo_filesystem_size_bytes": 10,
				"qumulo_filesystem_free_bytes": 5, "qumulo_filesystem_block_size_bytes": 4096,
			},
			absent: []string{"qumulo_filesystem_snapshot_bytes"},
		},
		"missing, null and empty": {
			nodes:  `[{"id":1,"node_status":null,"capacity_in_bytes":null},` + good + `]`,
			fs:     `{"total_size_bytes":null,"free_size_bytes":""}`,
			want:   testutil.Page{`qumulo_node_status{node_id="1",status="unknown"}`: 1, `qumulo_cluster_nodes{status="unknown"}`: 1},
			absent: []string{"qumulo_filesystem_", `qumulo_node_capacity_bytes{node_id="1"}`},
		},
		"beyond 2^53": {
			nodes: `[` + good + `]`, fs: `{"total_size_bytes":"18446744073709551615","free_size_bytes":9007199254740993}`,
			want: testutil.Page{"qumulo_filesystem_size_bytes": 18446744073709551615, "qumulo_filesystem_free_bytes": 9007199254740993},
		},
		"not a number": {
			nodes: `[{"id":1,"node_status":"online","capacity_in_bytes":"abc"},` + good + `]`, fs: `{"total_size_bytes":"abc","free_size_bytes":"7"}`,
			want:   testutil.Page{"qumulo_filesystem_free_bytes": 7, `qumulo_node_status{node_id="1",status="online"}`: 1},
			absent: []string{"qumulo_filesystem_size_bytes", `qumulo_node_capacity_bytes{node_id="1"}`},
			said:   []string{"collector=nodes", "capacity_in_bytes of 1", "abc"},
		},
		"negative": {
			nodes: `[` + good + `]`, fs: `{"total_size_bytes":-1,"free_size_bytes":"7"}`,
			want: testutil.Page{"qumulo_filesystem_free_bytes": 7}, absent: []string{"qumulo_filesystem_size_bytes"},
			said: []string{"collector=filesystem", "total_size_bytes is negative"},
		},
		"unknown status": {
			nodes: `[{"id":1,"node_status":"Rebooting Soon"},` + good + `]`,
			want: testutil.Page{
				`qumulo_node_status{node_id="1",status="unknown"}`: 1, `qumulo_node_status{node_id="1",status="online"}`: 0,
				`qumulo_node_status{node_id="1",status="offline"}`: 0, `qumulo_cluster_nodes{status="unknown"}`: 1,
			},
			said: []string{"collector=nodes", `qumulo_node_status: the word \"Rebooting Soon\" is new: shown as unknown`},
		},
		"a new status of many nodes is one warning": {
			nodes: `[{"id":1,"node_status":"REBOOTING"},{"id":2,"node_status":"REBOOTING"},` + good + `]`,
			want:  testutil.Page{`qumulo_node_status{node_id="2",status="unknown"}`: 1, `qumulo_cluster_nodes{status="unknown"}`: 2},
			said:  []string{"collector=nodes", `warnings="qumulo_node_status: the word \"REBOOTING\" is new: shown as unknown"`},
		},
		"duplicate id": {
			nodes: `[{"id":9,"node_status":"offline"},` + good + `]`,
			want:  testutil.Page{`qumulo_cluster_nodes{status="offline"}`: 1, `qumulo_cluster_nodes{status="online"}`: 0},
			said:  []string{"collector=nodes", `id \"9\" is missing or taken`},
		},
		"no id": {
			nodes: `[{"node_status":"offline"},` + good + `]`, want: testutil.Page{`qumulo_cluster_nodes{status="online"}`: 1},
			said: []string{"collector=nodes", `id \"\" is missing or taken`},
		},
		"an element of another type": {
			nodes: `["node",7,null,` + good + `]`, want: testutil.Page{`qumulo_node_status{node_id="9",status="online"}`: 1},
			said: []string{"collector=nodes", "not an object"},
		},
		"names": {
			nodes: "[{\"id\":1,\"node_status\":\"online\",\"node_name\":\"a\\\"b\\nc\\\\ \xff\"}," + good + `]`,
			want:  testutil.Page{`qumulo_cluster_node_info{node_id="1",node_name="a\"b\nc\\ ` + "\uFFFD" + `",uuid="",label="",model_number="",serial_number="",mac_address=""}`: 1},
		},
		"unknown and missing drive states, empty slots": {
			nodes: `[` + good + `]`,
			slots: `[{"node_id":9,"slot":1,"drive_bay":"1","state":"on_fire"},{"node_id":9,"slot":2,"drive_bay":"2"},
				{"node_id":"9","slot":"3","drive_bay":"3","state":"empty","capacity":"0","raw_capacity":"0","disk_type":""}]`,
			want: testutil.Page{
				`qumulo_drive_healthy{node_id="9",drive_bay="1"}`:                    0,
				`qumulo_drive_state_info{node_id="9",drive_bay="1",state="on_fire"}`: 1,
				`qumulo_drive_state_info{node_id="9",drive_bay="2",state="unknown"}`: 1,
				`qumulo_drives{node_id="9",disk_type="",state="empty"}`:              1,
				`qumulo_drives{node_id="9",disk_type="",state="unknown"}`:            1,
			},
			absent: []string{`qumulo_drive_healthy{node_id="9",drive_bay="2"`, `qumulo_drive_healthy{node_id="9",drive_bay="3"`, `qumulo_drive_info{node_id="9",drive_bay="3"`, "qumulo_drive_capacity"},
		},
		"a bay name used twice in a node": {
			nodes: `[` + good + `]`,
			slots: `[{"node_id":9,"slot":5,"drive_bay":"1","state":"dead"},{"node_id":9,"slot":1,"drive_bay":"1","state":"healthy"},
				{"node_id":9,"slot":6,"state":"healthy"}]`,
			want: testutil.Page{
				`qumulo_drive_healthy{node_id="9",drive_bay="1"}`:          1,
				`qumulo_drive_healthy{node_id="9",drive_bay="1 (slot 5)"}`: 0,
				`qumulo_drive_healthy{node_id="9",drive_bay="6"}`:          1,
			},
		},
		"a slot without a place": {
			nodes: `[` + good + `]`, slots: `[{"slot":5,"drive_bay":"1","state":"dead"},{"node_id":9,"slot":1,"drive_bay":"1","state":"healthy"}]`,
			want: testutil.Page{`qumulo_drive_healthy{node_id="9",drive_bay="1"}`: 1},
			said: []string{"collector=drives", "a slot is left out"},
		},
		"a drive whose capacity can't be read": {
			nodes: `[{"id":1,"node_status":"online"},{"id":2,"node_status":"online"}]`,
			slots: `[{"node_id":1,"slot":1,"drive_bay":"1","state":"healthy","raw_capacity":"x"},
				{"node_id":2,"slot":1,"drive_bay":"1","state":"healthy","raw_capacity":"5"},{"node_id":2,"slot":2,"drive_bay":"2","state":"empty","raw_capacity":"0"}]`,
			want:   testutil.Page{`qumulo_node_capacity_bytes{node_id="2"}`: 5, `qumulo_drive_healthy{node_id="1",drive_bay="1"}`: 1},
			absent: []string{`qumulo_node_capacity_bytes{node_id="1"}`, `qumulo_drive_raw_capacity_bytes{node_id="1"`},
			said:   []string{"collector=nodes", "no capacity of node 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, with(c.nodes, orElse(c.slots, "[]"), orElse(c.fs, "{}")), nil, fixed()...)
			got := w.scrape(t)
			c.want["qumulo_up"] = 1
			for series, value := range maps.All(c.want) {
				got.Want(t, series, value)
			}
			if strings.Contains(c.nodes, good) && name != "duplicate id" {
				got.Want(t, `qumulo_node_status{node_id="9",status="online"}`, 1)
				got.Want(t, `qumulo_node_capacity_bytes{node_id="9"}`, 900)
			}
			for _, prefix := range c.absent {
				got.Absent(t, prefix)
			}
			for _, name := range w.On() {
				success(t, got, name, 1)
			}
			if len(c.said) > 0 {
				w.log.WaitFor(t, c.said...)
				before := len(w.log.Lines())
				w.scrape(t)
				if len(w.log.Lines()) != before {
					t.Errorf("said again in the next scrape:\n%s", w.log)
				}
			} else if strings.Contains(w.log.String(), "Some values are missing") {
				t.Errorf("complaints:\n%s", w.log)
			}
		})
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// TestCapacityWithoutSlots: status does not depend on the slots.
func TestCapacityWithoutSlots(t *testing.T) {
	const twoNodes = `[{"id":1,"node_status":"online"},{"id":2,"node_status":"offline"}]`
	for name, c := range map[string]struct {
		fault            qumulotest.Fault
		success, support float64 // success of both: a part of the nodes' is missing
	}{
		"404": {qumulotest.Fault{Status: 404}, 1, 0},
		"403": {qumulotest.Fault{Status: 403}, 0, 1},
		"500": {qumulotest.Fault{Status: 500}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, with(twoNodes, "[]", "{}"), nil)
			w.server.SetFault(slotsPath, c.fault)
			got := w.scrape(t)
			got.Want(t, "qumulo_up", 1)
			got.Want(t, `qumulo_node_status{node_id="2",status="offline"}`, 1)
			got.Absent(t, "qumulo_node_capacity")
			success(t, got, "nodes", c.success)
			success(t, got, "drives", c.success)
			got.Want(t, `qumulo_scrape_collector_supported{collector="drives"}`, c.support)
			if n := w.server.CallCount(slotsPath); n != 1 {
				t.Errorf("%d calls of the slots: nodes and drives share one", n)
			}
		})
	}
}

// TestNoNodes: no cluster is without a node, so that a listing of none is no answer, and no count of 0.
func TestNoNodes(t *testing.T) {
	w := watch(t, with(`[]`, "[]", "{}"), nil, fixed()...)
	page := w.scrape(t)
	page.Want(t, "qumulo_up", 0)
	success(t, page, "nodes", 0)
	page.Absent(t, "qumulo_cluster_nodes")
	w.log.WaitFor(t, "collectors=nodes", "JSON list without a node", "advice=")
}
