package collector

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// maxWarnings bounds what one read can say of malformed values.
const maxWarnings = 20

// Output gathers what one read has to say. It makes the lines of the page at once:
// a scrape of a large cluster makes 130,000, and what is cached is shown often.
type Output struct {
	// Facts are for the landing page.
	Facts Facts

	families []exposition.Family
	metrics  []*Metric // of each family
	native   []exposition.Family
	warnings []string
	// missing is why parts of the answer are missing that may be there the next time.
	missing []error
	// show is called with a snapshot at a checkpoint.
	show func(*Output)

	labels labels
}

// NewOutput makes an output whose checkpoints are handed to show.
func NewOutput(show func(*Output)) *Output {
	return &Output{show: show}
}

// Add appends a series. There must be as many values as the metric has labels,
// and no other series of the metric with the same ones. The values are copied. What is beyond a
// float64, as a sum of numbers that make no sense may be, is not shown.
func (o *Output) Add(m *Metric, value float64, labels ...string) {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		o.warnf("%s%s is %v: no series", m.Name, of(labels), value)
		return
	}
	if len(labels) != len(m.Labels) {
		panic(fmt.Sprintf("%s has %d labels, not %d", m.Name, len(m.Labels), len(labels)))
	}
	i := slices.Index(o.metrics, m)
	if i < 0 {
		i = len(o.families)
		o.families, o.metrics = append(o.families, m.Family()), append(o.metrics, m)
	}
	o.families[i].Append(m.Name, o.labels.text(m.Labels, labels, o.labelValue), value)
}

// labelValue returns a value as it can stand on a page.
func (o *Output) labelValue(name, value string) string {
	if isLabelValue(value) {
		return value
	}
	o.warnf("label %s is too long or not UTF-8: %.40q, %d bytes: cut", name, value, len(value))
	return cutLabelValue(value)
}

// AddNative appends families of the cluster's own page, as they are.
func (o *Output) AddNative(families []exposition.Family) { o.native = append(o.native, families...) }

// warnf adds a warning on what of an answer could not be parsed: once, though
// several series show it.
func (o *Output) warnf(format string, args ...any) {
	if len(o.warnings) == maxWarnings {
		return
	}
	if text := Clip(fmt.Sprintf(format, args...), maxWarning); !slices.Contains(o.warnings, text) {
		o.warnings = append(o.warnings, text)
	}
}

// isNew reports whether the id of a row is there and not that of an earlier one. A row whose id is
// not is left out, with a warning.
func (o *Output) isNew(seen map[string]bool, what, id string) bool {
	if id == "" || seen[id] {
		o.warnf("a %s is left out: its id %q is missing or taken", what, id)
		return false
	}
	seen[id] = true
	return true
}

// Missing notes a part that could not be read: it makes the collector's success 0, and
// what was read is served.
func (o *Output) Missing(what string, err error) {
	if len(o.missing) < maxWarnings {
		o.missing = append(o.missing, err)
	}
	o.warnf("%s: %v", what, err)
}

// Part reports whether an optional part was read. One that this release does not have
// is nothing to speak of; any other error is noted by Missing.
func (o *Output) Part(what string, err error) bool {
	if err != nil && !errors.Is(err, qumulo.ErrNotSupported) {
		o.Missing(what, err)
	}
	return err == nil
}

// noneRead returns an error if none of the parts of a collector was read, as their errors say:
// that of the first which failed, or that the release has none of them.
func noneRead(parts ...error) error {
	var failed error
	for _, err := range parts {
		switch {
		case err == nil:
			return nil
		case failed == nil || errors.Is(failed, qumulo.ErrNotSupported):
			failed = err
		}
	}
	return failed
}

// Checkpoint marks what is there as an answer that holds by itself: if the
// scrape's deadline comes before the read has ended, it is shown.
func (o *Output) Checkpoint() { o.show(o.snapshot()) }

// snapshot returns what is there now; what is added later does not touch it.
func (o *Output) snapshot() *Output {
	s := &Output{Facts: o.Facts, families: slices.Clone(o.families), native: slices.Clip(o.native), warnings: slices.Clip(o.warnings)}
	for i := range s.families {
		s.families[i].Samples = slices.Clip(s.families[i].Samples)
	}
	return s
}

// Compact returns what is there now in as little memory as it takes: what is cached stays for long.
func (o *Output) Compact() *Output {
	s := o.snapshot()
	s.missing = o.missing
	size := 0
	for _, f := range s.families {
		size += len(f.Samples)
	}
	all := make([]byte, 0, size)
	for i, f := range s.families {
		begin := len(all)
		all = append(all, f.Samples...)
		s.families[i].Samples = all[begin:len(all):len(all)]
	}
	return s
}

// Families are the series that were added. Who gets them must not change them.
func (o *Output) Families() []exposition.Family { return o.families }

// Native are the families that AddNative added. Who gets them must not change them.
func (o *Output) Native() []exposition.Family { return o.native }

// Warnings say what of the answers is missing or could not be parsed.
func (o *Output) Warnings() []string { return o.warnings }

// Partial reports whether a part is missing that may be there the next time.
func (o *Output) Partial() bool { return len(o.missing) > 0 }

// Errors are why parts are missing.
func (o *Output) Errors() []error { return o.missing }
