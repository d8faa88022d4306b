package collector

import (
	"context"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// nodeOnline is the status of a node that serves.
const nodeOnline = "online"

var (
	nodeStatus = states("qumulo_node_status",
		"Whether the node is in the status named by the label (1) or not (0), from /v1/cluster/nodes/.",
		words{known: []string{nodeOnline, "offline"}}, "node_id", "status")
	nodeCapacity = gauge("qumulo_node_capacity_bytes",
		"Raw capacity of the node's drives in bytes, from /v1/cluster/nodes/ or, with releases that don't say it there, /v1/cluster/slots/.", "node_id")
	clusterNodeInfo = info("qumulo_cluster_node_info",
		"What the node is, from /v1/cluster/nodes/", "node_id", "node_name", "uuid", "label", "model_number", "serial_number", "mac_address")
	clusterNodes = gauge("qumulo_cluster_nodes", "How many nodes are in the status, from /v1/cluster/nodes/.", "status")
)

func nodes() Collector {
	return Collector{
		Name: "nodes", Help: "Status, capacity and identity of the nodes.", Enabled: true, Up: true,
		Cost: "nodes; drives too where the listing has no capacities", Query: `qumulo_node_status{status="offline"} == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.NodesEndpoint, qumulo.SlotsEndpoint},
		Metrics:   []*Metric{nodeStatus, nodeCapacity, clusterNodeInfo, clusterNodes},
		Read:      readNodes,
	}
}

func readNodes(_ context.Context, src *Source, out *Output) error {
	if src.Memory.needsSlots.Load() { // and not only when the listing has come
		src.calls.Go(func() { _, _ = src.Slots() }) // readCapacities gets the error
	}
	list, err := src.Nodes()
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	count := map[string]int{}
	seen := map[string]bool{}
	var withoutCapacity []string
	for _, n := range list.Items {
		id := n.ID.Whole()
		if id == "" || seen[id] {
			out.warnf("a node is left out: its id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		count[out.stateSet(nodeStatus, n.Status, id)]++
		out.Add(clusterNodeInfo, 1, id, string(n.Name), string(n.UUID), string(n.Label),
			string(n.ModelNumber), string(n.SerialNumber), string(n.MACAddress))
		if capacity, ok := out.value("capacity_in_bytes", n.Capacity, id); ok {
			out.Add(nodeCapacity, capacity, id)
		} else {
			withoutCapacity = append(withoutCapacity, id)
		}
	}
	out.Facts.Nodes, out.Facts.NodesOnline = len(seen), count[nodeOnline]
	for _, status := range append(slices.Clip(nodeStatus.States), unknown) {
		out.Add(clusterNodes, float64(count[status]), status)
	}
	// Status does not wait for capacity: the slots are a far larger answer.
	out.Checkpoint()
	src.Memory.needsSlots.Store(len(withoutCapacity) > 0)
	if len(withoutCapacity) > 0 {
		readCapacities(src, out, withoutCapacity)
	}
	return nil
}

// readCapacities adds the capacities that are not in the node listing, where
// they are known as a whole. A cluster that does not show its slots leaves them out.
func readCapacities(src *Source, out *Output, ids []string) {
	slots, err := src.Slots()
	if !out.Part("no node capacities", err) {
		return
	}
	out.malformed(slots.Malformed)
	sums, placed := sumCapacities(slots)
	if !placed {
		out.warnf("no capacities of nodes: which node a drive is in is not known")
		return
	}
	for _, id := range ids {
		sum, ok := sums[id]
		switch {
		case ok && sum.partial:
			out.warnf("no capacity of node %s: raw_capacity of one of its drives could not be parsed", id)
		case ok:
			out.Add(nodeCapacity, sum.bytes, id)
		}
	}
}
