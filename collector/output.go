package collector

import (
	"errors"
	"fmt"
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// maxWarnings bounds what one read can say of malformed values.
const maxWarnings = 20

// maxInBlock bounds how much a block holds in reserve.
const maxInBlock = 256

// Output gathers what one read has to say. It makes the wire types directly:
// they are what is written out, and a scrape of a large cluster makes 130,000.
type Output struct {
	// Facts are for the landing page.
	Facts Facts

	families []*dto.MetricFamily
	index    map[*Metric]int
	native   []exposition.Family
	warnings []string
	// partial: a part of the answer is missing that may be there the next time.
	partial bool
	// show is called with a snapshot at a checkpoint.
	show func(*Output)

	samples block[sample]
	labels  block[label]
	lists   block[*dto.LabelPair]
	last    []*dto.LabelPair // a list of labels made last
}

// NewOutput makes an output whose checkpoints are handed to show.
func NewOutput(show func(*Output)) *Output {
	return &Output{index: make(map[*Metric]int), show: show}
}

// sample is a series with all that it points to but the labels.
type sample struct {
	metric dto.Metric
	gauge  dto.Gauge
	value  float64
}

// label is one label with the text that it points to.
type label struct {
	pair  dto.LabelPair
	value string
}

// Add appends a series. There must be as many values as the metric has labels,
// and no other series of the metric with the same ones. The values are copied. What is beyond a
// float64, as a sum of numbers that make no sense may be, is not shown.
func (o *Output) Add(m *Metric, value float64, labels ...string) {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		o.warnf("%s%s is %v: no series", m.Name, of(labels), value)
		return
	}
	i, ok := o.index[m]
	if !ok {
		i = len(o.families)
		o.index[m] = i
		o.families = append(o.families, &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: m.kind()})
	}
	s := &o.samples.take(1)[0]
	s.value = value
	s.metric.Label = o.pairs(m, labels)
	if o.families[i].GetType() == dto.MetricType_COUNTER {
		s.metric.Counter = &dto.Counter{Value: &s.value}
	} else {
		s.gauge.Value = &s.value
		s.metric.Gauge = &s.gauge
	}
	o.families[i].Metric = append(o.families[i].Metric, &s.metric)
}

// AddNative appends families of the cluster's own page, as they are.
func (o *Output) AddNative(families []exposition.Family) { o.native = append(o.native, families...) }

// pairs returns the labels of a series. The first ones, as far as they are those of
// an earlier series, are not made again: the series of one node or drive are
// added one after the other and begin with its id.
func (o *Output) pairs(m *Metric, values []string) []*dto.LabelPair {
	if len(values) != len(m.Labels) {
		panic(fmt.Sprintf("%s has %d labels, not %d", m.Name, len(m.Labels), len(values)))
	}
	same := 0
	for same < min(len(values), len(o.last)) && o.last[same].GetName() == m.Labels[same] && o.last[same].GetValue() == values[same] {
		same++
	}
	if same == len(values) {
		return o.last[:same:same]
	}
	list := o.lists.take(len(values))
	copy(list, o.last[:same])
	for i := same; i < len(values); i++ {
		l := &o.labels.take(1)[0]
		l.value = values[i]
		if !isLabelValue(l.value) {
			l.value = cutLabelValue(l.value)
			o.warnf("label %s is too long or not UTF-8: %.40q, %d bytes: cut", m.Labels[i], values[i], len(values[i]))
		}
		l.pair.Name, l.pair.Value = &m.Labels[i], &l.value
		list[i] = &l.pair
	}
	o.last = list
	return list
}

// block hands out parts of larger allocations, which grow with what was taken:
// the parts of one answer are made together and die together.
type block[T any] struct {
	free []T
	size int
}

// take returns n zero values that nobody else has.
func (b *block[T]) take(n int) []T {
	if n > len(b.free) {
		b.size = min(max(8, 2*b.size), maxInBlock)
		b.free = make([]T, max(n, b.size))
	}
	part := b.free[:n:n]
	b.free = b.free[n:]
	return part
}

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
	o.partial = true
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
	s := &Output{Facts: o.Facts, families: make([]*dto.MetricFamily, len(o.families)), warnings: slices.Clip(o.warnings)}
	s.native = slices.Clip(o.native)
	for i, f := range o.families {
		n := len(f.Metric)
		s.families[i] = &dto.MetricFamily{Name: f.Name, Help: f.Help, Type: f.Type, Metric: f.Metric[:n:n]}
	}
	return s
}

// Families are the series that were added. Who gets them must not change them.
func (o *Output) Families() []*dto.MetricFamily { return o.families }

// Native are the families that AddNative added. Who gets them must not change them.
func (o *Output) Native() []exposition.Family { return o.native }

// Warnings say what of the answers is missing or could not be parsed.
func (o *Output) Warnings() []string { return o.warnings }

// Partial reports whether a part is missing that may be there the next time.
func (o *Output) Partial() bool { return o.partial }
