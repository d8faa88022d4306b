package qumulo

import "context"

const (
	maxNodes     = 10_000
	maxNodesBody = 16 << 20
)

// Node is one node of a cluster.
type Node struct {
	ID           Text `json:"id"`          // a number; ids have gaps and need not begin at 1
	Status       Text `json:"node_status"` // "online", "offline"
	Name         Text `json:"node_name"`
	UUID         Text `json:"uuid"`
	Label        Text `json:"label"` // on the hardware; a MAC address mostly
	ModelNumber  Text `json:"model_number"`
	SerialNumber Text `json:"serial_number"`
	MACAddress   Text `json:"mac_address"`
	// Capacity is the node's raw capacity in bytes. Old releases send it; with
	// newer ones it is the sum of RawCapacity over the node's slots.
	Capacity Number `json:"capacity_in_bytes"`
}

var nodesOperation = operation{
	name: "list nodes", path: "/v1/cluster/nodes/", privilege: "PRIVILEGE_CLUSTER_READ", required: true, maxBytes: maxNodesBody,
}

// Nodes lists the nodes, offline ones too: GET /v1/cluster/nodes/.
func (c *Client) Nodes(ctx context.Context) (List[Node], error) {
	var list List[Node]
	err := c.get(ctx, nodesOperation, listInto(&list, c.rows(maxNodes)))
	return list, err
}
