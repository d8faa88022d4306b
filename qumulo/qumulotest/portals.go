package qumulotest

import (
	"fmt"
	"slices"
)

// portal is a portal as this cluster has it.
type portal struct {
	id            int
	access        string // READ_ONLY, READ_WRITE
	state, status string // of v2
	// linked: the other cluster is known.
	linked              bool
	authorized, pending []string // roots, by the id of the directory at the hub
}

// portals are the portals of the cluster as hub and as spoke, in v2 and v1: none, or on a busy cluster one in each state.
func portals(c cluster, m *Model) {
	hubs, spokes := portalsOf(c)
	set := func(path string, portals []portal, form func(portal) object) {
		rows := make([]object, len(portals))
		for i, p := range portals {
			rows[i] = form(p)
		}
		m.Set(path, object{"entries": rows})
	}
	set("/v2/portal/hubs/", hubs, portal.hub)
	set("/v1/portal/hubs/", hubs, portal.hubV1)
	set("/v2/portal/spokes/", spokes, portal.spoke)
	set("/v1/portal/spokes/", spokes, portal.spokeV1)
}

func portalsOf(c cluster) (hubs, spokes []portal) {
	if c.busy {
		hubs = []portal{
			{1, "READ_WRITE", "ACCEPTED", "ACTIVE", true, []string{"41"}, nil},
			{2, "READ_ONLY", "ACCEPTED", "DEGRADED", true, []string{"42"}, []string{"43", "44"}},
			{3, "", "PENDING", "INACTIVE", false, nil, []string{"45"}},
			{4, "READ_ONLY", "DELETING", "INACTIVE", true, []string{"46"}, nil},
		}
		spokes = []portal{
			{1, "READ_WRITE", "ACCEPTED", "ACTIVE", true, []string{"51"}, []string{"52"}},
			{2, "READ_ONLY", "PENDING", "INACTIVE", false, nil, []string{"53"}},
		}
	}
	return hubs, spokes
}

func (p portal) hub() object {
	return object{
		"id": p.id, "type": p.word("PORTAL_"), "state": p.state, "status": p.status, "spoke_hosts": portalHosts(p.linked),
		"spoke_cluster_uuid": p.peer(otherUUID), "spoke_cluster_name": p.peer(otherCluster),
		"pending_roots": append([]string{}, p.pending...), "authorized_roots": append([]string{}, p.authorized...),
	}
}

func (p portal) spoke() object {
	roots := []object{}
	add := func(ids []string, authorized bool) {
		for _, id := range ids {
			roots = append(roots, object{"local_root": "9" + id, "remote_root": id, "authorized": authorized})
		}
	}
	add(p.authorized, true)
	add(p.pending, false)
	return object{
		"id": p.id, "type": p.word("PORTAL_"), "state": p.state, "status": p.status, "hub_hosts": portalHosts(true),
		"hub_id": p.peer(10 + p.id), "hub_cluster_uuid": p.peer(otherUUID), "roots": roots,
	}
}

// hubV1 is the form of 7.4.2 to 7.9.1: a portal has one root.
func (p portal) hubV1() object {
	return object{
		"id": p.id, "spoke_type": p.word("SPOKE_"), "state": p.stateV1(), "status": p.status, "root": p.root(), "root_path": "/shared/" + p.root(),
		"spoke_cluster_uuid": p.peer(otherUUID), "spoke_cluster_name": p.peer(otherCluster), "spoke_address": p.peer("192.0.2.40"),
		"spoke_port": p.peer(3713),
	}
}

// spokeV1 is likewise.
func (p portal) spokeV1() object {
	return object{
		"id": p.id, "spoke_type": p.word("SPOKE_"), "state": p.stateV1(), "status": p.status, "spoke_root": "9" + p.root(),
		"spoke_root_path": "/remote/" + p.root(), "hub_id": p.peer(10 + p.id), "hub_cluster_uuid": p.peer(otherUUID), "hub_root": p.root(),
		"hub_address": "192.0.2.40", "hub_port": 3713,
	}
}

// word is the access with what the form puts before it, null where it is not known.
func (p portal) word(prefix string) any {
	if p.access == "" {
		return nil
	}
	return prefix + p.access
}

// peer is what is known of the other cluster, null where it is not known.
func (p portal) peer(what any) any {
	if !p.linked {
		return nil
	}
	return what
}

// portalHosts are those of the other cluster; a hub does not know them before it is linked.
func portalHosts(known bool) []object {
	hosts := []object{}
	for i := 0; known && i < 2; i++ {
		hosts = append(hosts, object{"address": fmt.Sprintf("192.0.2.%d", 40+i), "port": 3713})
	}
	return hosts
}

func (p portal) stateV1() string {
	if p.state == "ACCEPTED" {
		return "AUTHORIZED"
	}
	return p.state
}

// root is the one root that v1 has.
func (p portal) root() string { return slices.Concat(p.authorized, p.pending)[0] }
