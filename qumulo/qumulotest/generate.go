package qumulotest

import (
	"fmt"
	"strconv"
)

// The largest cluster that Generate makes: more nodes than the vendor allows, and the bays of the
// largest node there is.
const (
	mostNodes = 1000
	mostBays  = 98
)

// GenerateOptions says how large a cluster Generate makes.
type GenerateOptions struct {
	// Nodes is 1 to 1000; Bays, for each node, 0 to 98.
	Nodes, Bays int
	// Gaps begins node ids at 4 and leaves every third out, as replacements of nodes do.
	Gaps bool
	// NodeCapacity sends capacity_in_bytes in the node listing, as old releases do.
	NodeCapacity bool
}

// Generate returns a cluster on premises of any size, the same for the same options. All its nodes
// are online and all its drives healthy. It panics where the options are out of bounds.
func Generate(o GenerateOptions) *Model {
	if o.Nodes < 1 || o.Nodes > mostNodes || o.Bays < 0 || o.Bays > mostBays {
		panic(fmt.Sprintf("qumulotest: no cluster of %d nodes with %d bays", o.Nodes, o.Bays))
	}
	ssds := (o.Bays + 3) / 4 // one bay in four, as in hybrid nodes
	ssd, hdd := ssd800GB(32), hdd6TB(32)
	nodeRaw := int64(ssds)*ssd.raw + int64(o.Bays-ssds)*hdd.raw
	nodes := make([]node, o.Nodes)
	slots := make([]slot, 0, o.Nodes*o.Bays)
	for i := range nodes {
		id := i + 1
		if o.Gaps {
			id = 4 + i + i/2
		}
		nodes[i] = onlineNode(id, fmt.Sprintf("glacier-%d", id), fmt.Sprintf("GEN%dT", o.Bays),
			fmt.Sprintf("GL%06d", id), fmt.Sprintf("02:00:5e:60:%02x:%02x", id>>8, id&0xff),
			fmt.Sprintf("e0b4a7c2-18d5-4f6b-93fa-%012x", id))
		if o.NodeCapacity {
			nodes[i].Capacity = strconv.FormatInt(nodeRaw, 10)
		}
		slots = append(slots, numbered(id, 1, ssds, ssd)...)
		slots = append(slots, numbered(id, ssds+1, o.Bays-ssds, hdd)...)
	}
	// Two thirds of the raw capacity can be used, three tenths of that are free, a twentieth is
	// snapshots.
	total := int64(o.Nodes) * nodeRaw / 3 * 2
	return cluster{
		name: "glacier", uuid: "34d9f7be-6a01-4c8e-b52d-e07c19a8f664",
		release: core("7.8.0", "345001.1.7", "2026-02-03T04:05:06Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: strconv.FormatInt(total, 10),
			Free:     strconv.FormatInt(total/10*3, 10),
			Snapshot: strconv.FormatInt(total/20, 10),
		},
		nodes: nodes,
		slots: slots,
	}.model()
}
