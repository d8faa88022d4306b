package qumulotest

import (
	"fmt"
	"strconv"
	"strings"
)

// cluster is what an own cluster is made of; model turns it into answers.
type cluster struct {
	name, uuid string
	release    release
	fileSystem fileSystem
	clamp      string // bytes; "": the cluster has no such endpoint
	nodes      []node
	slots      []slot
	platform   platform
	// busy: something goes on in each area, in every state that the area knows. Else what can be
	// empty is.
	busy bool
	// blocked is why the restriper could not do all its work; "": it could.
	blocked string
}

// platform is what a cluster runs on.
type platform int

const (
	onPremises platform = iota
	aws
	azure
)

// version is the release in numbers, "7.8.0".
func (c cluster) version() string { return strings.TrimPrefix(c.release.RevisionID, "Qumulo Core ") }

// area adds the answers of one API area, in every form that any release has: of one truth, so that
// the forms agree. Those that the cluster's release does not have are taken out again.
type area func(c cluster, m *Model)

// areas is the list of them.
func areas() []area {
	return []area{
		basics,
		chassisAnswers,
		protection,
		quotas,
		connections,
		timeStatus,
		performance,
		capacityHistory,
		upgrade,
		network,
		support,
		activity,
		protocols,
		identity,
		audit,
		encryption,
		license,
		replication,
		treeDelete,
		directories,
		portals,
		snapshots,
		metrics,
	}
}

// release is the answer of /v1/version.
type release struct {
	BuildDate  string `json:"build_date"`
	BuildID    string `json:"build_id"`
	Flavor     string `json:"flavor"`
	RevisionID string `json:"revision_id"`
}

// fileSystem is the answer of /v1/file-system: sizes in bytes, as strings. What is "" is not sent.
type fileSystem struct {
	BlockSize   int    `json:"block_size_bytes"`
	Free        string `json:"free_size_bytes"`
	PortalCache string `json:"portal_cache_size_bytes,omitempty"` // since 7.10.0
	Raw         string `json:"raw_size_bytes,omitempty"`          // old releases
	Snapshot    string `json:"snapshot_size_bytes,omitempty"`     // not in old releases
	Total       string `json:"total_size_bytes"`
}

// node is a row of /v1/cluster/nodes/.
type node struct {
	Capacity string `json:"capacity_in_bytes,omitempty"` // old releases
	ID       int    `json:"id"`
	Label    string `json:"label"`
	MAC      string `json:"mac_address"`
	Model    string `json:"model_number"`
	Name     string `json:"node_name"`
	Status   string `json:"node_status"`
	Serial   string `json:"serial_number"`
	UUID     string `json:"uuid"`
}

// slot is a row of /v1/cluster/slots/: sizes in bytes, as strings.
type slot struct {
	Capacity           string `json:"capacity"`
	DiskModel          string `json:"disk_model"`
	DiskSerial         string `json:"disk_serial_number"`
	DiskType           string `json:"disk_type"`
	DriveBay           string `json:"drive_bay"`
	HighEndurance      bool   `json:"high_endurance"`
	ID                 string `json:"id"`
	LEDPattern         string `json:"led_pattern"`
	MinimumRawCapacity string `json:"minimum_raw_capacity"`
	NodeID             int    `json:"node_id"`
	RawCapacity        string `json:"raw_capacity"`
	Slot               int    `json:"slot"`
	CommandCapacity    int    `json:"slot_command_capacity,omitempty"` // since 7.3.2
	SlotType           string `json:"slot_type"`
	State              string `json:"state"`
}

// model returns the answers of all API areas, as far as the release has them.
func (c cluster) model() *Model {
	m := NewModel()
	for _, fill := range areas() {
		fill(c, m)
	}
	for _, path := range append(m.Paths(), accessTokensPath) {
		if !exists(c.version(), path) {
			m.Remove(path)
		}
	}
	return m
}

// basics are the answers that every cluster has.
func basics(c cluster, m *Model) {
	m.Set("/v1/version", c.release).
		Set("/v1/cluster/settings", map[string]string{"cluster_name": c.name}).
		Set("/v1/node/state", map[string]any{
			"cluster_id": c.uuid, "node_id": c.nodes[0].ID, "state": "ACTIVE",
		}).
		Set(nodesPath, c.nodes).
		Set("/v1/cluster/slots/", c.slots).
		Set("/v1/file-system", c.fileSystem)
	if c.clamp != "" {
		m.Set("/v1/capacity/clamp", map[string]string{"capacity_clamp": c.clamp})
	}
}

// core returns a release of Qumulo Core, "7.8.0".
func core(version, buildID, buildDate string) release {
	return release{
		RevisionID: "Qumulo Core " + version, BuildID: buildID, BuildDate: buildDate, Flavor: "release",
	}
}

// onlineNode returns a node that is online, with a label that is its MAC address.
func onlineNode(id int, name, model, serial, mac, uuid string) node {
	return node{
		ID: id, Name: name, Model: model, Serial: serial, MAC: mac, Label: mac, UUID: uuid,
		Status: "online",
	}
}

// drive is a kind of disk: what all slots that hold one have in common.
type drive struct {
	model, kind string
	raw         int64  // bytes
	reserved    int64  // bytes of raw that are no capacity
	minimum     int64  // bytes, the smallest raw capacity that the slot takes
	serial      string // what serial numbers begin with; "": the drive tells none
	commands    int    // slot_command_capacity; 0: the release does not say
}

// in returns a slot of a node with a healthy drive of that kind in it.
func (d drive) in(nodeID, number int, bay string) slot {
	serial := ""
	if d.serial != "" {
		serial = fmt.Sprintf("%s%04d%03d", d.serial, nodeID, number)
	}
	return slot{
		ID: fmt.Sprintf("%d.%d", nodeID, number), NodeID: nodeID, Slot: number, DriveBay: bay,
		State: "healthy", LEDPattern: "LED_PATTERN_NORMAL",
		SlotType: d.kind, DiskType: d.kind, DiskModel: d.model, DiskSerial: serial,
		Capacity:    strconv.FormatInt(d.raw-d.reserved, 10),
		RawCapacity: strconv.FormatInt(d.raw, 10), MinimumRawCapacity: strconv.FormatInt(d.minimum, 10),
		CommandCapacity: d.commands,
	}
}

// empty returns the same slot without a drive.
func (s slot) empty() slot {
	s.State, s.DiskType, s.DiskModel, s.DiskSerial = "empty", "", "", ""
	s.Capacity, s.RawCapacity = "0", "0"
	return s
}

// dead returns the same slot with its drive dead and its light on.
func (s slot) dead() slot {
	s.State, s.LEDPattern = "dead", "LED_PATTERN_FAILURE"
	return s
}

// numbered returns slots of one node, counted from the number first: bay N of slot N is "N".
func numbered(nodeID, first, count int, d drive) []slot {
	slots := make([]slot, count)
	for i := range slots {
		slots[i] = d.in(nodeID, first+i, strconv.Itoa(first+i))
	}
	return slots
}
