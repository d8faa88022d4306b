package collector

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// The words of a slot's state that decide something.
const (
	slotEmpty   = "empty"
	slotHealthy = "healthy"
)

var (
	driveLabels  = []string{"node_id", "drive_bay"}
	driveHealthy = gauge("qumulo_drive_healthy",
		"Whether the drive is healthy (1) or in any other state (0), from /v1/cluster/slots/; empty slots have no series.", driveLabels...)
	driveStateInfo = info("qumulo_drive_state_info",
		"The state of the drive, as label, from /v1/cluster/slots/: healthy, missing, dead, wrong_node, wrong_cluster, wrong_version",
		"node_id", "drive_bay", "state")
	driveInfo = info("qumulo_drive_info",
		"What the drive is and which slot it is in, from /v1/cluster/slots/",
		"node_id", "drive_bay", "slot", "slot_type", "disk_type", "disk_model", "disk_serial_number", "high_endurance")
	driveCapacity    = gauge("qumulo_drive_capacity_bytes", "Capacity of the drive that Qumulo Core uses, in bytes, from /v1/cluster/slots/.", driveLabels...)
	driveRawCapacity = gauge("qumulo_drive_raw_capacity_bytes", "Raw capacity of the drive in bytes, from /v1/cluster/slots/.", driveLabels...)
	drivesCount      = gauge("qumulo_drives",
		"How many slots of the node are of the type and in the state, empty ones too, from /v1/cluster/slots/.", "node_id", "disk_type", "state")
)

func drives() Collector {
	return Collector{
		Name: "drives", Help: "State, capacity and identity of the drives.", Enabled: true,
		Cost: "drives", Query: `qumulo_drive_healthy == 0`,
		Endpoints: []qumulo.Endpoint{qumulo.SlotsEndpoint},
		Metrics:   []*Metric{driveHealthy, driveStateInfo, driveInfo, driveCapacity, driveRawCapacity, drivesCount},
		Read:      readDrives,
	}
}

type driveGroup struct{ node, diskType, state string }

func readDrives(_ context.Context, src *Source, out *Output) error {
	list, err := src.Slots()
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	names := nameBays(list.Items)
	counts := map[driveGroup]int{}
	complete := len(list.Malformed) == 0
	for i, s := range list.Items {
		node, state := s.NodeID.Whole(), word(s.State)
		if node == "" || names[i] == "" {
			out.warnf("a slot is left out: node_id %q, drive_bay %q, slot %q: its place is missing or taken", s.NodeID, s.DriveBay, s.Slot)
			complete = false
			continue
		}
		if state == unknown && !isUnknown(s.State) {
			out.warnf("the state of a drive is %.40q, not a word: shown as unknown", string(s.State))
		}
		counts[driveGroup{node, string(s.DiskType), state}]++
		if state != slotEmpty {
			addDrive(out, s, node, names[i], state)
		}
	}
	addCounts(out, counts)
	out.Facts.DrivesUnhealthy, out.Facts.DrivesKnown = unhealthy(counts, complete)
	return nil
}

func addDrive(out *Output, s qumulo.Slot, node, bay, state string) {
	if state != unknown {
		out.Add(driveHealthy, Boolean(state == slotHealthy), node, bay)
	}
	out.Add(driveStateInfo, 1, node, bay, state)
	out.Add(driveInfo, 1, node, bay, s.Slot.Whole(), string(s.SlotType), string(s.DiskType),
		string(s.DiskModel), string(s.DiskSerialNumber), string(s.HighEndurance))
	out.number(driveCapacity, "capacity", s.Capacity, node, bay)
	out.number(driveRawCapacity, "raw_capacity", s.RawCapacity, node, bay)
}

// unhealthy returns how many drives are not healthy; known is false where there is no drive, or
// where none is known to be unhealthy but not all of them are known.
func unhealthy(counts map[driveGroup]int, complete bool) (n int, known bool) {
	healthy := 0
	for g, count := range counts {
		switch g.state {
		case slotEmpty:
		case slotHealthy:
			healthy += count
		case unknown:
			complete = false
		default:
			n += count
		}
	}
	return n, n > 0 || complete && healthy > 0
}

func addCounts(out *Output, counts map[driveGroup]int) {
	groups := make([]driveGroup, 0, len(counts))
	for g := range counts {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b driveGroup) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.diskType, b.diskType), cmp.Compare(a.state, b.state))
	})
	for _, g := range groups {
		out.Add(drivesCount, float64(counts[g]), g.node, g.diskType, g.state)
	}
}

// nameBays returns the drive_bay label of each slot, "" for one that has no place
// of its own. Some models use a bay name twice in a node (for drives in front
// and inside): the lowest slot keeps the bare name and the others show their
// slot too, whichever comes first in the list and whether a drive is in or not.
func nameBays(slots []qumulo.Slot) []string {
	order := make([]int, len(slots))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(slotNumber(slots[a]), slotNumber(slots[b])) })
	type place struct{ node, bay string }
	names := make([]string, len(slots))
	taken := make(map[place]bool, len(slots))
	for _, i := range order {
		s := slots[i]
		bay := cmp.Or(string(s.DriveBay), s.Slot.Whole())
		if taken[place{s.NodeID.Whole(), bay}] {
			bay = fmt.Sprintf("%s (slot %s)", bay, s.Slot.Whole())
		}
		if p := (place{s.NodeID.Whole(), bay}); !taken[p] {
			taken[p] = true
			names[i] = bay
		}
	}
	return names
}

func slotNumber(s qumulo.Slot) int {
	n, err := strconv.Atoi(s.Slot.Whole())
	if err != nil {
		return -1
	}
	return n
}
