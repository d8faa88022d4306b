package collector

import (
	"cmp"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// present are the nodes and drives of a cluster; nil: that is not known.
type present struct {
	nodes  map[string]bool
	drives map[drive]string // serial numbers
}

// withoutGone returns held metrics without the series of nodes and drives that the listings of this scrape don't have. It asks for the
// listings that are needed. What a listing can't tell of, since it failed, stays.
func (s *Source) withoutGone(held []heldFamily) []heldFamily {
	var there present
	var left []heldFamily
	for _, f := range held {
		if there.nodes == nil && f.has("node_id") {
			there.nodes = presentNodes(s.Nodes())
		}
		if there.drives == nil && f.has("drive_bay") {
			there.drives = presentDrives(s.Slots())
		}
		f = f.without(there)
		s.Memory.native.replace(f)
		if f.Series > 0 {
			left = append(left, f)
		}
	}
	return left
}

// identify notes the serial numbers of the drives that metrics are about which were sent just now: whoever finds another drive in
// the bay knows then that it is another. Nobody waits for it but the end of the scrape.
func (s *Source) identify(sent []heldFamily) {
	sent = slices.DeleteFunc(sent, func(f heldFamily) bool { return !f.has("drive_bay") })
	if len(sent) == 0 {
		return
	}
	s.calls.Go(func() {
		drives := presentDrives(s.Slots())
		for _, f := range sent {
			if f.namesAny(drives) { // what of them is left is found out when it is held
				f.drives = drives
				s.Memory.native.replace(f)
			}
		}
	})
}

func presentNodes(list qumulo.List[qumulo.Node], err error) map[string]bool {
	if err != nil || len(list.Malformed) > 0 || len(list.Items) == 0 { // no cluster has no nodes
		return nil
	}
	nodes := make(map[string]bool, len(list.Items))
	for _, n := range list.Items {
		nodes[n.ID.Whole()] = true
	}
	return nodes
}

// presentDrives returns the serial numbers of all drives. Some models use a bay name twice in a node: the numbers of both are one then.
func presentDrives(list qumulo.List[qumulo.Slot], err error) map[drive]string {
	if err != nil || len(list.Malformed) > 0 || len(list.Items) == 0 {
		return nil
	}
	drives := make(map[drive]string, len(list.Items))
	for _, s := range list.Items {
		if state := word(s.State); state == slotEmpty || state == "missing" {
			continue
		}
		place, serial := drive{s.NodeID.Whole(), string(cmp.Or(s.DriveBay, s.Slot))}, string(s.DiskSerialNumber)
		if other, twice := drives[place]; twice {
			serial = min(serial, other) + " " + max(serial, other) // the listing has no order
		}
		drives[place] = serial
	}
	return drives
}

// without returns the metric without the series of nodes and drives that are gone. A drive is gone too if there is another one in its bay.
func (f heldFamily) without(there present) heldFamily {
	identified, drives := len(f.drives) > 0, f.drives // which other metrics have too
	if !identified {
		drives = make(map[drive]string)
	}
	sameNames := identified || f.namesAny(there.drives)
	left := f
	left.Family = f.Without(func(labels exposition.Labels) bool {
		node, ofNode := labels.Get("node_id")
		bay, ofDrive := labels.Get("drive_bay")
		place := drive{node, bay}
		serial, found := there.drives[place]
		before, known := drives[place]
		switch {
		case ofNode && there.nodes != nil && !there.nodes[node]:
			return true
		case !ofDrive || there.drives == nil:
			return false
		case !found:
			return sameNames
		case identified && !known: // it was not there when the metric was sent
			return true
		case !known:
			drives[place] = serial
			return false
		}
		return serial != before
	})
	left.drives = drives
	return left
}

// namesAny reports whether the metric names one of the drives. If none, it may have other names for bays than the listing.
func (f heldFamily) namesAny(drives map[drive]string) bool {
	for labels := range f.All() {
		node, _ := labels.Get("node_id")
		bay, _ := labels.Get("drive_bay")
		if _, ok := drives[drive{node, bay}]; ok {
			return true
		}
	}
	return false
}
