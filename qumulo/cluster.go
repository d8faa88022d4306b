package qumulo

import "context"

// ClusterSettingsEndpoint says what the cluster is called.
var ClusterSettingsEndpoint = Endpoint{Name: "get cluster settings", Path: "/v1/cluster/settings", Public: true}

// ClusterSettings are the cluster's own settings.
type ClusterSettings struct {
	Name Text `json:"cluster_name"`
}

// ClusterSettings asks for the cluster's name: GET /v1/cluster/settings. No
// token is needed.
func (c *Client) ClusterSettings(ctx context.Context) (ClusterSettings, error) {
	return getObject[ClusterSettings](ctx, c, ClusterSettingsEndpoint)
}

// NodeStateEndpoint says how the node that is asked sees itself.
var NodeStateEndpoint = Endpoint{Name: "get node state", Path: "/v1/node/state", Public: true}

// NodeState is how the node that was asked sees itself.
type NodeState struct {
	NodeID    Text `json:"node_id"`
	State     Text `json:"state"`      // ACTIVE, PAUSED, REMOVED, STOPPED, UNCONFIGURED
	ClusterID Text `json:"cluster_id"` // the cluster's UUID; "" on an unconfigured node
}

// NodeState asks the node that answers for its state: GET /v1/node/state. No
// token is needed.
func (c *Client) NodeState(ctx context.Context) (NodeState, error) {
	return getObject[NodeState](ctx, c, NodeStateEndpoint)
}
