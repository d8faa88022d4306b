package qumulo

import "context"

// SupportEndpoint lists the connections to Qumulo's support, by node.
var SupportEndpoint = Endpoint{Name: "list support status", Path: "/v1/support/status/", Privilege: "PRIVILEGE_SUPPORT_READ"}

// NexusEndpoint says whether the cluster is registered with Nexus.
var NexusEndpoint = Endpoint{Name: "get nexus registration", Path: "/v1/nexus/registration", Privilege: "PRIVILEGE_SUPPORT_READ", Since: "7.7.1"}

// Support are the connections of a node: DISABLED, IN_PROGRESS, CONNECTED, ERROR, ERROR_PENDING.
type Support struct {
	NodeID     Text `json:"node_id"`
	Monitoring Text `json:"monitoring"`
	FileUpload Text `json:"file_upload"`
	VPN        Text `json:"vpn_connection"`
}

// Support lists the connections to Qumulo's support: GET /v1/support/status/.
func (c *Client) Support(ctx context.Context) (List[Support], error) {
	return getList[Support](ctx, c, SupportEndpoint)
}

// Nexus is the registration with Qumulo's Nexus.
type Nexus struct {
	Enabled Bool `json:"nexus_enabled"`
	Status  Text `json:"registration_status"` // NONE, PENDING_REGISTRATION, ERROR_REGISTERING, REGISTERED
}

// Nexus asks for the registration: GET /v1/nexus/registration, since 7.7.1.
func (c *Client) Nexus(ctx context.Context) (Nexus, error) {
	return getObject[Nexus](ctx, c, NexusEndpoint)
}
