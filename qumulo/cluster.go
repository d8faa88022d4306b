package qumulo

import "context"

// ClusterSettings are the cluster's own settings.
type ClusterSettings struct {
	Name Text `json:"cluster_name"`
}

// ClusterSettings asks for the cluster's name: GET /v1/cluster/settings. No
// token is needed.
func (c *Client) ClusterSettings(ctx context.Context) (ClusterSettings, error) {
	var s ClusterSettings
	err := c.get(ctx, operation{
		name: "get cluster settings", path: "/v1/cluster/settings", public: true, maxBytes: smallBody,
	}, objectInto(&s))
	return s, err
}

// NodeState is how the node that was asked sees itself.
type NodeState struct {
	NodeID    Text `json:"node_id"`
	State     Text `json:"state"`      // ACTIVE, PAUSED, REMOVED, STOPPED, UNCONFIGURED
	ClusterID Text `json:"cluster_id"` // the cluster's UUID; "" on an unconfigured node
}

// NodeState asks the node that answers for its state: GET /v1/node/state. No
// token is needed.
func (c *Client) NodeState(ctx context.Context) (NodeState, error) {
	var s NodeState
	err := c.get(ctx, operation{
		name: "get node state", path: "/v1/node/state", public: true, maxBytes: smallBody,
	}, objectInto(&s))
	return s, err
}
