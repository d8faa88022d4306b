package collector

import (
	"errors"
	"fmt"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// errTwice is the error of a slot that is listed again.
var errTwice = errors.New("is listed again")

// eachOnce returns the list with each slot once, and says in Malformed which are listed again: they would be
// drives that are not there, with a capacity that counts twice.
func eachOnce(list qumulo.List[qumulo.Slot]) qumulo.List[qumulo.Slot] {
	seen := make(map[string]bool, len(list.Items))
	list.Items = slices.DeleteFunc(list.Items, func(s qumulo.Slot) bool {
		id := slotID(s)
		twice := id != "" && seen[id]
		if twice && len(list.Malformed) < maxWarnings {
			list.Malformed = append(list.Malformed, fmt.Errorf("slot %.40q %w", id, errTwice))
		}
		seen[id] = true
		return twice
	})
	return list
}

// slotID returns what tells slots apart: the API's id, "1.5" for slot 5 of node 1, also where only these two
// are said; else "".
func slotID(s qumulo.Slot) string {
	if s.ID == "" && s.NodeID != "" && s.Slot != "" {
		return s.NodeID.Whole() + "." + s.Slot.Whole()
	}
	return string(s.ID)
}

// capacity is what drives hold, in bytes.
type capacity struct {
	bytes   float64
	partial bool // a drive's capacity is not known, so that the sum would be wrong
}

// sumCapacities adds up the raw capacities of each node's slots. placed is false where the node of a drive is
// not known, or a slot could not be parsed: each sum may lack it.
func sumCapacities(list qumulo.List[qumulo.Slot]) (sums map[string]capacity, placed bool) {
	sums = map[string]capacity{}
	for _, s := range list.Items {
		sum := sums[s.NodeID.Whole()]
		v, ok := s.RawCapacity.Value()
		switch {
		case ok && v >= 0:
			sum.bytes += v
		case word(s.State) != slotEmpty:
			sum.partial = true
		}
		sums[s.NodeID.Whole()] = sum
	}
	malformed := slices.ContainsFunc(list.Malformed, func(err error) bool { return !errors.Is(err, errTwice) })
	return sums, !malformed && sums[""] == capacity{}
}
