package qumulo

import "context"

// ConnectionsEndpoint lists the clients' connections to each node. 50,000 of them are 5 MB.
var ConnectionsEndpoint = Endpoint{
	Name: "list connections", Path: "/v2/network/connections/", Privilege: "PRIVILEGE_NETWORK_READ", MaxBytes: 64 << 20,
}

// NodeConnections are the connections to one node, by that node.
type NodeConnections struct {
	NodeID      Text             `json:"id"`
	Connections List[Connection] `json:"connections"`
}

// Connection is a client's connection to a node.
type Connection struct {
	Type    Text `json:"type"`            // CONNECTION_TYPE_NFS, SMB, FTP, REST or S3
	Address Text `json:"network_address"` // the client's, without a port
}

// Connections lists the connections to each node that answers, the cluster's own ones from
// loopback too: GET /v2/network/connections/.
func (c *Client) Connections(ctx context.Context) (List[NodeConnections], error) {
	return getList[NodeConnections](ctx, c, ConnectionsEndpoint)
}
