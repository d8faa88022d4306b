package qumulo

import (
	"cmp"
	"context"
	"strings"
)

const (
	portalsRead = "PRIVILEGE_PORTAL_GLOBAL_READ"
	// A cluster has up to 32 portals of each kind a node, 8,480 with 265 nodes. Each may list 32 roots and the
	// hosts of the other cluster.
	portalsBytes, portalsRows = 128 << 20, 20_000
)

// Hub portals give other clusters access to a directory; spoke portals are the other end. v1 is gone since 7.9.2.
var (
	HubPortalsEndpoint = Endpoint{
		Name: "list hub portals", Path: "/v2/portal/hubs/", Privilege: portalsRead, Since: "7.6.2", MaxBytes: portalsBytes, MaxRows: portalsRows,
	}
	HubPortalsV1Endpoint = Endpoint{
		Name: "list hub portals v1", Path: "/v1/portal/hubs/", Privilege: portalsRead, MaxBytes: portalsBytes, MaxRows: portalsRows,
	}
	SpokePortalsEndpoint = Endpoint{
		Name: "list spoke portals", Path: "/v2/portal/spokes/", Privilege: portalsRead, Since: "7.6.2", MaxBytes: portalsBytes, MaxRows: portalsRows,
	}
	SpokePortalsV1Endpoint = Endpoint{
		Name: "list spoke portals v1", Path: "/v1/portal/spokes/", Privilege: portalsRead, MaxBytes: portalsBytes, MaxRows: portalsRows,
	}
)

// Portal is a hub or spoke portal of this cluster.
type Portal struct {
	ID               Text               `json:"id"`                 // a number; a hub and a spoke may have the same
	Type             Text               `json:"type"`               // PORTAL_READ_ONLY, PORTAL_READ_WRITE
	SpokeType        Text               `json:"spoke_type"`         // Type in v1, since 7.3.0: SPOKE_READ_ONLY, SPOKE_READ_WRITE
	State            Text               `json:"state"`              // PENDING, ACCEPTED, DELETING; v1: UNLINKED, AUTHORIZED, ACTIVE, ENDED too
	Status           Text               `json:"status"`             // INACTIVE, ACTIVE, DEGRADED; in v1 since 7.4.2
	SpokeClusterName Text               `json:"spoke_cluster_name"` // of hubs
	SpokeClusterUUID Text               `json:"spoke_cluster_uuid"` // of hubs
	HubClusterUUID   Text               `json:"hub_cluster_uuid"`   // of spokes; in v1 since 7.4.0
	PendingRoots     Values[Text]       `json:"pending_roots"`      // of hubs: not authorized yet; nil: not sent
	Roots            Values[PortalRoot] `json:"roots"`              // of spokes; nil: not sent
}

// PortalRoot is a root directory of a spoke portal.
type PortalRoot struct {
	Authorized Bool `json:"authorized"`
}

// HubPortals lists the portals of which this cluster is the hub: GET /v2/portal/hubs/, since 7.6.2, else the v1
// form.
func (c *Client) HubPortals(ctx context.Context) (List[Portal], error) {
	return c.portals(ctx, HubPortalsEndpoint, HubPortalsV1Endpoint)
}

// SpokePortals lists the portals of which this cluster is a spoke: GET /v2/portal/spokes/, since 7.6.2, else the
// v1 form.
func (c *Client) SpokePortals(ctx context.Context) (List[Portal], error) {
	return c.portals(ctx, SpokePortalsEndpoint, SpokePortalsV1Endpoint)
}

// portals asks for a list in its newer form or in v1, whose types have another name and prefix.
func (c *Client) portals(ctx context.Context, newer, older Endpoint) (List[Portal], error) {
	form := func(e Endpoint) func(context.Context) (List[Portal], error) {
		return func(ctx context.Context) (List[Portal], error) {
			return getMember[Portal](ctx, c, e, "entries")
		}
	}
	list, err := firstSupported(ctx, form(newer), form(older))
	for i := range list.Items {
		p := &list.Items[i]
		p.Type = cmp.Or(p.Type, Text(strings.Replace(string(p.SpokeType), "SPOKE_", "PORTAL_", 1)))
	}
	return list, err
}
