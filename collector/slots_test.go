package collector_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestCapacityOfNodes: a drive counts once, and where the node of one is not known no sum is shown that may lack it.
func TestCapacityOfNodes(t *testing.T) {
	const (
		first  = `{"id":"1.1","node_id":1,"slot":1,"drive_bay":"1","state":"healthy","raw_capacity":"100"}`
		second = `{"id":"1.2","node_id":1,"slot":2,"drive_bay":"2","state":"healthy","raw_capacity":"30"}`
		other  = `{"id":"2.1","node_id":2,"slot":1,"drive_bay":"1","state":"healthy","raw_capacity":"7"}`
		tenth  = `{"id":"1.10","node_id":1,"slot":10,"drive_bay":"10","state":"healthy","raw_capacity":"1000"}`
	)
	const capacity = "qumulo_node_capacity_bytes"
	withoutIDs := func(row string) string {
		_, rest, _ := strings.Cut(row, ",")
		return "{" + rest
	}
	nodes := func(one, two float64) testutil.Page {
		return testutil.Page{capacity + `{node_id="1"}`: one, capacity + `{node_id="2"}`: two}
	}
	for name, c := range map[string]struct {
		rows []string
		want testutil.Page // no capacity of a node, if nil
		said []string
	}{
		"each once":                 {rows: []string{first, second, other, tenth}, want: nodes(1130, 7)},
		"one twice":                 {rows: []string{first, second, other, first}, want: nodes(130, 7), said: []string{`slot \"1.1\" is listed again: left out`}},
		"each twice":                {rows: []string{first, first, other, other}, want: nodes(100, 7), said: []string{`slot \"1.1\" is listed again`, `slot \"2.1\" is listed again`}},
		"twice, in another bay":     {rows: []string{first, strings.Replace(first, `bay":"1"`, `bay":"5"`, 1), other}, want: nodes(100, 7), said: []string{`slot \"1.1\" is listed again`}},
		"without ids":               {rows: []string{withoutIDs(first), withoutIDs(second), withoutIDs(other), withoutIDs(second)}, want: nodes(130, 7), said: []string{`slot \"1.2\" is listed again`}},
		"twice, and no capacity":    {rows: []string{first, first, other, strings.Replace(second, `"30"`, `null`, 1)}, want: testutil.Page{capacity + `{node_id="2"}`: 7}, said: []string{"no capacity of node 1"}},
		"an empty one without node": {rows: []string{first, other, `{"id":"1.3","state":"empty","raw_capacity":"0"}`}, want: nodes(100, 7)},
		"a drive without a node":    {rows: []string{first, other, strings.Replace(second, `"node_id":1`, `"node_id":null`, 1)}, said: []string{"no capacities of nodes"}},
		"no capacity and no node":   {rows: []string{first, other, `{"slot":4,"state":"healthy"}`}, said: []string{"no capacities of nodes"}},
		"null":                      {rows: []string{first, other, `null`}, said: []string{"null", "left out", "no capacities of nodes"}},
		"null, and one twice":       {rows: []string{first, first, other, `null`}, said: []string{`slot \"1.1\" is listed again`, "no capacities of nodes"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := answersCase{want: c.want, said: c.said, answers: map[string]string{
				nodesPath: `[{"id":1,"node_status":"online"},{"id":2,"node_status":"online"}]`, slotsPath: "[" + strings.Join(c.rows, ",") + "]",
			}}
			for _, node := range []string{"1", "2"} {
				if series := capacity + `{node_id="` + node + `"}`; !has(c.want, series) {
					r.absent = append(r.absent, series)
				}
			}
			r.check(t, "nodes")
		})
	}
}

func has(page testutil.Page, series string) bool {
	_, found := page[series]
	return found
}

// TestSlotTwice: a slot that is listed again is no drive.
func TestSlotTwice(t *testing.T) {
	const slot, without = `{"id":"1.1","node_id":1,"slot":1,"drive_bay":"1","disk_type":"HDD","state":"healthy","raw_capacity":"100"}`,
		`{"node_id":1,"slot":2,"drive_bay":"2","disk_type":"HDD","state":"dead"}`
	answersCase{
		answers: map[string]string{slotsPath: "[" + strings.Join([]string{slot, without, slot, without}, ",") + "]"},
		want: testutil.Page{
			`qumulo_drive_healthy{node_id="1",drive_bay="1"}`: 1, `qumulo_drive_healthy{node_id="1",drive_bay="2"}`: 0,
			`qumulo_drives{node_id="1",disk_type="HDD",state="healthy"}`: 1, `qumulo_drives{node_id="1",disk_type="HDD",state="dead"}`: 1,
		},
		absent: []string{`qumulo_drive_raw_capacity_bytes{node_id="1",drive_bay="1 (`, `qumulo_drive_healthy{node_id="1",drive_bay="2 (`},
		said:   []string{`slot \"1.1\" is listed again: left out`, `slot \"1.2\" is listed again: left out`},
	}.check(t, "drives")
}
