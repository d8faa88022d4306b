package collector

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

const (
	// maxHeld bounds how many metrics are held. The cluster documents three that carry information, and three of drives.
	maxHeld = 1000
	// maxHeldBytes bounds their text. Those of a cluster with 265 nodes and 26,000 drives are 5 MB, or 7 with flash only.
	maxHeldBytes = 16 << 20
)

// heldFamilies are the metrics that a cluster sends now and then, with the values that it sent last. The zero value has none.
type heldFamilies struct {
	mu       sync.Mutex
	families map[string]heldFamily // by MetricName
	text     int                   // how large the last page was, in bytes
}

// heldFamily is one of them.
type heldFamily struct {
	exposition.Family

	at time.Time // when it was sent
	// drives are the serial numbers of the cluster's drives, if they are known and the metric is about some of them.
	drives map[drive]string
}

// bytes is how much text the metric has.
func (f heldFamily) bytes() int { return len(f.Name) + len(f.Help) + len(f.Unit) + len(f.Samples) }

// drive is the place of a drive, by the labels of a series.
type drive struct{ node, bay string }

// size is how large the next page may be, in bytes.
func (h *heldFamilies) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text
}

// none reports whether nothing is held.
func (h *heldFamilies) none() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.families) == 0
}

// hasDrives reports whether there are metrics of drives.
func (h *heldFamilies) hasDrives() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.families {
		if f.has("drive_bay") {
			return true
		}
	}
	return false
}

// put takes a whole page that a read which began at some time has found. Reads may overlap: what a later one has found stays. It
// reports whether something can't be held, since it is too much with what is held already: of that earlier values are not held either.
func (h *heldFamilies) put(page []exposition.Family, holds holds, at time.Time, text int) (full bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = text
	if h.families == nil {
		h.families = make(map[string]heldFamily)
	}
	left := maxHeldBytes
	for _, f := range h.families {
		left -= f.bytes()
	}
	for i := range page {
		name, sent := page[i].MetricName(), heldFamily{Family: page[i], at: at}
		before, known := h.families[name]
		if holds.of(name) == 0 || at.Before(before.at) {
			continue
		}
		left += before.bytes()
		if !known && len(h.families) == maxHeld || sent.bytes() > left {
			full = true
			delete(h.families, name)
			continue
		}
		left -= sent.bytes()
		sent.Family = page[i].Clone()
		h.families[name] = sent
	}
	return full
}

// beside returns what is held and not on the page, sorted by name, and forgets what has been held for its time.
func (h *heldFamilies) beside(page []exposition.Family, shown nameFilter, holds holds, at time.Time) []heldFamily {
	h.mu.Lock()
	defer h.mu.Unlock()
	sent := make(map[string]bool, len(page))
	for i := range page {
		sent[page[i].MetricName()] = true
	}
	maps.DeleteFunc(h.families, func(name string, f heldFamily) bool { return at.Sub(f.at) >= holds.of(name) })
	var held []heldFamily
	for name, f := range h.families {
		if !sent[name] && shown.has(name) && f.Series > 0 {
			held = append(held, f)
		}
	}
	slices.SortFunc(held, func(a, b heldFamily) int { return strings.Compare(a.MetricName(), b.MetricName()) })
	return held
}

// sentAt returns the metrics that were sent then.
func (h *heldFamilies) sentAt(at time.Time) []heldFamily {
	h.mu.Lock()
	defer h.mu.Unlock()
	var sent []heldFamily
	for _, f := range h.families {
		if f.at.Equal(at) {
			sent = append(sent, f)
		}
	}
	return sent
}

// replace notes what became of a metric, unless it was sent again meanwhile.
func (h *heldFamilies) replace(f heldFamily) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if name := f.MetricName(); h.families[name].at.Equal(f.at) {
		h.families[name] = f
	}
}

// has reports whether a series of the metric has the label.
func (f heldFamily) has(label string) bool {
	for labels := range f.All() {
		if _, ok := labels.Get(label); ok {
			return true
		}
	}
	return false
}
