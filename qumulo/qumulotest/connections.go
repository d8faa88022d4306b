package qumulotest

import "fmt"

// connection is a client's connection to a node. Old releases send no tenant; loopback may have null.
type connection struct {
	Type    string `json:"type"`
	Address string `json:"network_address"`
	Tenant  *int   `json:"tenant_id"`
}

// nodeConnections is a row of /v2/network/connections/.
type nodeConnections struct {
	ID          int          `json:"id"`
	Connections []connection `json:"connections"`
}

// connections are the answers on the clients' connections. Each node calls itself over loopback. In
// the busy cluster each protocol is in use, one client is connected to two nodes and one by IPv6,
// and the last node has no client.
func connections(c cluster, m *Model) { m.Set("/v2/network/connections/", connectionsOf(c)) }

func connectionsOf(c cluster) []nodeConnections {
	tenant := 1
	rows := make([]nodeConnections, len(c.nodes))
	for i, n := range c.nodes {
		rows[i] = nodeConnections{n.ID, []connection{
			{"CONNECTION_TYPE_REST", "127.0.0.1", &tenant}, {"CONNECTION_TYPE_REST", "127.0.0.1", nil},
		}}
		if c.busy && i < len(c.nodes)-1 {
			for _, kind := range []string{"NFS", "NFS", "SMB", "FTP", "REST", "S3"} {
				rows[i].Connections = append(rows[i].Connections, connection{"CONNECTION_TYPE_" + kind, fmt.Sprintf("192.0.2.%d", 10+i/2), &tenant})
			}
			rows[i].Connections = append(rows[i].Connections,
				connection{"CONNECTION_TYPE_NFS", fmt.Sprintf("2001:db8::%d", n.ID), &tenant}, connection{"CONNECTION_TYPE_REST", "::1", &tenant})
		}
	}
	return rows
}
