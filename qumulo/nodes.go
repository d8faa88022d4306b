package qumulo

import (
	"context"
	"io"
	"slices"
)

// NodesEndpoint lists nodes.
var NodesEndpoint = Endpoint{
	Name: "list nodes", Path: "/v1/cluster/nodes/", Privilege: "PRIVILEGE_CLUSTER_READ", Missing: NoAPI, MaxBytes: 16 << 20, MaxRows: 10_000,
}

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

// Nodes lists the nodes, offline ones too: GET /v1/cluster/nodes/.
// A list without a node is an error: no cluster is without one, but a node that has lost it may say so.
func (c *Client) Nodes(ctx context.Context) (List[Node], error) {
	var nodes List[Node]
	err := c.get(ctx, NodesEndpoint, nodesInto(&nodes, c.rows(NodesEndpoint)))
	return nodes, err
}

// nodesInto decodes a listing of nodes.
func nodesInto(target *List[Node], maxRows int) decoder {
	return func(body io.Reader) error {
		var fresh List[Node]
		if err := listInto(&fresh, maxRows)(body); err != nil {
			return err
		}
		if !slices.ContainsFunc(fresh.Items, func(n Node) bool { return n.ID != "" }) {
			return &BodyError{Problem: jsonList + " without a node"}
		}
		*target = fresh
		return nil
	}
}
