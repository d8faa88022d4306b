package collector

import (
	"context"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	fromPortals   = ", from /v2/portal/hubs/ and /v2/portal/spokes/ or, before Qumulo Core 7.6.2, their v1, read at most every 1m"
	fromPortalsV2 = ", from /v2/portal/hubs/ and /v2/portal/spokes/ (since Qumulo Core 7.6.2), read at most every 1m."
)

// The label role tells hubs and spokes apart: each has ids of its own.
var (
	portalInfo = info("qumulo_portal_info", "What the portal may do, and the cluster at its other end; role is this cluster's"+fromPortals,
		"id", "role", "access", "peer_cluster", "peer_cluster_uuid")
	portalState = states("qumulo_portal_state", "Whether the portal is in the state named by the label (1) or not (0)"+fromPortals+".",
		words{known: []string{"pending", "accepted", "deleting", "unlinked", "authorized", "active", "ended"}}, "id", "role", "state")
	portalStatus = states("qumulo_portal_status",
		"Whether the portal has the status named by the label (1) or not (0), since Qumulo Core 7.4.2"+fromPortals+".",
		words{known: []string{"inactive", "active", "degraded"}}, "id", "role", "status")
	portalPendingRoots = gauge("qumulo_portal_pending_roots", "How many root directories of the portal are not authorized yet"+fromPortalsV2, "id", "role")
)

func portals() Collector {
	return Collector{
		Name: "portals", Help: "State and status of the portals, as hub and as spoke.", Enabled: true, Interval: time.Minute,
		Cost: "portals", Query: `qumulo_portal_status{status="degraded"} == 1`,
		Endpoints: []qumulo.Endpoint{
			qumulo.HubPortalsEndpoint, qumulo.HubPortalsV1Endpoint, qumulo.SpokePortalsEndpoint, qumulo.SpokePortalsV1Endpoint,
		},
		Metrics: []*Metric{portalInfo, portalState, portalStatus, portalPendingRoots},
		Read:    readPortals,
	}
}

func readPortals(ctx context.Context, src *Source, out *Output) error {
	spokesRead := async(src, func() (qumulo.List[qumulo.Portal], error) { return src.SpokePortals(ctx) })
	hubs, hubsErr := src.HubPortals(ctx)
	spokes, spokesErr := spokesRead()
	if err := noneRead(hubsErr, spokesErr); err != nil {
		return err
	}
	if out.Part("no hub portals", hubsErr) {
		addPortals(out, hubs, "hub")
	}
	if out.Part("no spoke portals", spokesErr) {
		addPortals(out, spokes, "spoke")
	}
	return nil
}

// addPortals adds the portals of one role.
func addPortals(out *Output, list qumulo.List[qumulo.Portal], role string) {
	out.malformed(list.Malformed)
	seen := map[string]bool{}
	for _, p := range list.Items {
		id := p.ID.Whole()
		if !out.isNew(seen, role+" portal", id) {
			continue
		}
		access, peer := strings.TrimPrefix(string(p.Type), "PORTAL_"), p.SpokeClusterUUID
		if role == "spoke" {
			peer = p.HubClusterUUID
		}
		out.Add(portalInfo, 1, id, role, optionalWord(qumulo.Text(access)), string(p.SpokeClusterName), string(peer))
		out.stateSet(portalState, p.State, id, role)
		if p.Status != "" {
			out.stateSet(portalStatus, p.Status, id, role)
		}
		if p.PendingRoots != nil || p.Roots != nil {
			addPendingRoots(out, p, id, role)
		}
	}
}

// addPendingRoots adds how many roots are not authorized yet: a hub lists these, a spoke all.
func addPendingRoots(out *Output, p qumulo.Portal, id, role string) {
	pending := len(p.PendingRoots)
	for _, root := range p.Roots {
		authorized, ok := root.Authorized.Value()
		if !ok {
			out.warnf("roots of the %s portal %s: authorized is missing or could not be parsed: no series", role, id)
			return
		}
		if !authorized {
			pending++
		}
	}
	out.Add(portalPendingRoots, float64(pending), id, role)
}
