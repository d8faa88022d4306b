package qumulo

import "context"

// ChassisEndpoint lists power supplies and identification lights. It is deprecated since 6.2.1;
// 7.8.0 still has it.
var ChassisEndpoint = Endpoint{Name: "list chassis", Path: "/v1/cluster/nodes/chassis/", Privilege: "PRIVILEGE_CLUSTER_READ"}

// UIDLightsEndpoint lists identification lights: what is left where there is no ChassisEndpoint.
var UIDLightsEndpoint = Endpoint{Name: "list UID lights", Path: "/v1/cluster/nodes/uid-lights/", Privilege: "PRIVILEGE_CLUSTER_READ", Since: "6.2.1"}

// Chassis is what is on the outside of a node.
type Chassis struct {
	ID           Text      `json:"id"`            // of the node
	LightVisible Bool      `json:"light_visible"` // the identification light is on
	PSUs         List[PSU] `json:"psu_statuses"`  // in no order; none in the cloud
}

// PSU is a power supply of a node.
type PSU struct {
	Name     Text `json:"name"`     // "PSU1", by model; unique in a node
	State    Text `json:"state"`    // GOOD, FAILED, MISSING, "NO AC", PREFAIL, UNKNOWN
	Location Text `json:"location"` // left, right, top, bottom
}

// Chassis lists power supplies and lights by node: GET /v1/cluster/nodes/chassis/; where a release
// has it no more, the lights alone: GET /v1/cluster/nodes/uid-lights/, since 6.2.1.
func (c *Client) Chassis(ctx context.Context) (List[Chassis], error) {
	form := func(e Endpoint) func(context.Context) (List[Chassis], error) {
		return func(ctx context.Context) (List[Chassis], error) { return getList[Chassis](ctx, c, e) }
	}
	return firstSupported(ctx, form(ChassisEndpoint), form(UIDLightsEndpoint)) // the same rows, without psu_statuses
}
