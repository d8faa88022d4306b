package collector

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	clientConnections = gauge("qumulo_client_connections",
		"How many connections clients have to the node, from /v2/network/connections/ without those from loopback, read every 1m by default.",
		"node_id", "protocol")
	nodeClients = gauge("qumulo_clients",
		"How many client addresses are connected to the node, from /v2/network/connections/ without loopback, read every 1m by default.",
		"node_id", "protocol")
	clusterClients = gauge("qumulo_cluster_clients",
		"How many client addresses are connected to the cluster, from /v2/network/connections/ without loopback, read every 1m by default.",
		"protocol")
)

func connections() Collector {
	return Collector{
		Name: "connections", Help: "Connections of clients to the nodes, and how many clients there are.", Enabled: true, Interval: time.Minute,
		Cost: "connections", Query: `sum by (protocol) (qumulo_client_connections)`,
		Endpoints: []qumulo.Endpoint{qumulo.ConnectionsEndpoint},
		Metrics:   []*Metric{clientConnections, nodeClients, clusterClients},
		Read:      readConnections,
	}
}

// clientProtocols are those that clients use, as in the label.
func clientProtocols() []string { return []string{"nfs", "smb", "ftp", "rest", "s3"} }

func readConnections(ctx context.Context, src *Source, out *Output) error {
	list, err := src.Connections(ctx)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	cluster, answered := newConnectionCount(), false
	seen := map[string]bool{}
	for _, n := range list.Items {
		id := n.NodeID.Whole()
		if id == "" || seen[id] {
			out.warnf("the connections of a node are left out: its id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		if n.Connections.Items == nil {
			continue // it has not answered, as one that is not in the list
		}
		answered = true
		out.malformed(n.Connections.Malformed)
		node := newConnectionCount()
		for _, c := range n.Connections.Items {
			if !out.isLoopback(string(c.Address)) {
				protocol := out.protocolOf(c.Type)
				node.add(protocol, string(c.Address))
				cluster.add(protocol, string(c.Address))
			}
		}
		for _, protocol := range node.protocols() {
			out.Add(clientConnections, float64(node.connections[protocol]), id, protocol)
			out.Add(nodeClients, float64(len(node.clients[protocol])), id, protocol)
		}
	}
	if !answered {
		return nil
	}
	for _, protocol := range cluster.protocols() {
		out.Add(clusterClients, float64(len(cluster.clients[protocol])), protocol)
	}
	return nil
}

// protocolOf returns the protocol of a connection as the label has it; one that is new is unknown.
func (o *Output) protocolOf(kind qumulo.Text) string {
	protocol := word(qumulo.Text(strings.TrimPrefix(string(kind), "CONNECTION_TYPE_")))
	if protocol != unknown && !slices.Contains(clientProtocols(), protocol) {
		o.warnf("the connection type %.40q is new: shown as unknown", string(kind))
		return unknown
	}
	return protocol
}

// isLoopback reports whether an address is the cluster's own, with which nodes call themselves.
func (o *Output) isLoopback(address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil && address != "" {
		o.warnf("network_address %.40q is not an address: taken for a client's", address)
	}
	return err == nil && a.Unmap().IsLoopback()
}

// connectionCount counts connections and distinct client addresses by protocol.
type connectionCount struct {
	connections map[string]int
	clients     map[string]map[string]bool
}

func newConnectionCount() connectionCount {
	return connectionCount{connections: map[string]int{}, clients: map[string]map[string]bool{}}
}

// add counts a connection; one without an address is no client more.
func (c connectionCount) add(protocol, address string) {
	c.connections[protocol]++
	if c.clients[protocol] == nil {
		c.clients[protocol] = map[string]bool{}
	}
	if address != "" {
		c.clients[protocol][address] = true
	}
}

// protocols are the known ones, and unknown if there is a connection of it.
func (c connectionCount) protocols() []string {
	if c.connections[unknown] > 0 {
		return append(clientProtocols(), unknown)
	}
	return clientProtocols()
}
