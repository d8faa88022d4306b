package parsertest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// suffixes are how the names of samples may end behind that of their family, by its type.
var suffixes = map[model.MetricType][]string{
	model.MetricTypeCounter:   {"_total", "_created"},
	model.MetricTypeSummary:   {"", "_count", "_sum", "_created"},
	model.MetricTypeHistogram: {"_count", "_sum", "_bucket", "_created"},
	model.MetricTypeInfo:      {"_info"},
}

// family is what a strict reader of OpenMetrics knows of one family while it reads it.
type family struct {
	name string
	kind model.MetricType
	// metadata are the kinds of lines that came already.
	metadata []textparse.Entry
	samples  int
	group    string
	groups   map[string]bool
	histogram
}

// histogram is the last one of a family.
type histogram struct {
	buckets          int
	bound, bucket    float64
	count            float64
	hasCount, hasSum bool
	negative         bool // it has a bucket with a negative bound
}

// Strict checks what Prometheus's parser lets pass and other readers of OpenMetrics don't: the rules are those of the format,
// as prometheus_client for Python has them.
func Strict(p *Page) error {
	taken := map[string]bool{}
	current := &family{}
	for _, e := range p.Entries {
		name := e.Family
		if e.Kind == textparse.EntrySeries {
			name = e.Labels.Get(model.MetricNameLabel)
		}
		if e.Kind == textparse.EntrySeries && !current.has(name) || e.Kind != textparse.EntrySeries && current.name != name {
			if err := current.end(taken); err != nil {
				return err
			}
			current = &family{name: name, kind: model.MetricTypeUnknown, groups: map[string]bool{}}
		}
		if err := current.add(e, name); err != nil {
			return fmt.Errorf("%s: %w", current.name, err)
		}
	}
	return current.end(taken)
}

// has reports whether a sample of the name belongs to the family.
func (f *family) has(name string) bool {
	suffix, ok := strings.CutPrefix(name, f.name)
	if known := suffixes[f.kind]; known != nil {
		return ok && slices.Contains(known, suffix)
	}
	return name == f.name
}

// end checks the last group, and takes the names of the family.
func (f *family) end(taken map[string]bool) error {
	if f.name == "" {
		return nil
	}
	if err := f.endGroup(); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	for _, suffix := range append(suffixes[f.kind], "") {
		if suffix == "" && slices.Contains(suffixes[f.kind], "") && taken[f.name] && f.kind == model.MetricTypeSummary {
			continue // it is there twice
		}
		if taken[f.name+suffix] {
			return fmt.Errorf("%s: the name %s is taken", f.name, f.name+suffix)
		}
		taken[f.name+suffix] = true
	}
	return nil
}

func (f *family) add(e Entry, name string) error {
	if e.Kind == textparse.EntrySeries {
		f.samples++
		return f.addSample(e, name)
	}
	if f.samples > 0 || slices.Contains(f.metadata, e.Kind) {
		return errors.New("metadata twice, or behind samples")
	}
	f.metadata = append(f.metadata, e.Kind)
	switch {
	case e.Kind == textparse.EntryType:
		f.kind = e.Type
	case e.Kind == textparse.EntryUnit && (!strings.HasSuffix(f.name, "_"+e.Text) || f.kind == model.MetricTypeInfo || f.kind == model.MetricTypeStateset):
		return fmt.Errorf("unit %q", e.Text)
	}
	return nil
}

func (f *family) addSample(e Entry, name string) error {
	suffix := name[len(f.name):]
	if err := f.addToGroup(e, suffix); err != nil {
		return err
	}
	integer := e.Value == math.Trunc(e.Value) && !math.IsInf(e.Value, 0)
	switch {
	case f.kind == model.MetricTypeInfo && e.Value != 1:
		return fmt.Errorf("information is %v", e.Value)
	case f.kind == model.MetricTypeStateset && e.Value != 0 && e.Value != 1:
		return fmt.Errorf("state is %v", e.Value)
	case slices.Contains([]string{"_total", "_sum", "_count", "_bucket"}, suffix) && !(e.Value >= 0):
		return fmt.Errorf("%s is %v", suffix, e.Value)
	case slices.Contains([]string{"_count", "_bucket"}, suffix) && !integer:
		return fmt.Errorf("%s is %v", suffix, e.Value)
	case f.kind == model.MetricTypeSummary && suffix == "" && e.Value < 0:
		return fmt.Errorf("quantile is %v", e.Value)
	}
	return nil
}

// addToGroup checks that the samples of one group stand together, and a histogram's buckets.
func (f *family) addToGroup(e Entry, suffix string) error {
	if f.kind != model.MetricTypeStateset && f.kind != model.MetricTypeHistogram && f.kind != model.MetricTypeSummary {
		return nil
	}
	special := f.special(suffix)
	if special != "" && !e.Labels.Has(special) {
		return fmt.Errorf("no label %s", special)
	}
	group := labels.NewBuilder(e.Labels).Del(model.MetricNameLabel, special).Labels().String()
	if err := f.begin(group); err != nil {
		return err
	}
	if f.kind == model.MetricTypeStateset || special == "" {
		return f.histogram.add(suffix, 0, e.Value)
	}
	bound, err := strconv.ParseFloat(e.Labels.Get(special), 64)
	if err != nil || math.IsNaN(bound) || special == "quantile" && (bound < 0 || bound > 1) {
		return fmt.Errorf("label %s is %q", special, e.Labels.Get(special))
	}
	return f.histogram.add(suffix, bound, e.Value)
}

// begin begins a group, if it is another one than the last.
func (f *family) begin(group string) error {
	if f.samples > 1 && group == f.group {
		return nil
	}
	if err := f.endGroup(); err != nil {
		return err
	}
	if f.groups[group] {
		return fmt.Errorf("group %s is torn apart", group)
	}
	f.group, f.groups[group] = group, true
	return nil
}

// special is the label that the samples of one group differ in; "": none.
func (f *family) special(suffix string) string {
	switch {
	case f.kind == model.MetricTypeStateset:
		return f.name
	case suffix == "_bucket":
		return "le"
	case suffix == "":
		return "quantile"
	}
	return ""
}

func (h *histogram) add(suffix string, bound, value float64) error {
	switch suffix {
	case "_bucket":
		if h.buckets > 0 && (bound <= h.bound || value < h.bucket) {
			return errors.New("buckets out of order")
		}
		h.negative = h.negative || bound < 0
		h.buckets++
		h.bound, h.bucket = bound, value
	case "_count":
		h.hasCount, h.count = true, value
	case "_sum":
		h.hasSum = true
	}
	return nil
}

// endGroup checks what the group is when it is complete.
func (f *family) endGroup() error {
	h := f.histogram
	f.histogram = histogram{}
	switch {
	case f.kind != model.MetricTypeHistogram || len(f.groups) == 0:
		return nil
	case !math.IsInf(h.bound, 1):
		return errors.New("no infinite bucket")
	case h.hasCount && h.count != h.bucket:
		return fmt.Errorf("the count is %v and the infinite bucket %v", h.count, h.bucket)
	case h.hasSum && h.negative:
		return errors.New("a sum beside a negative bound")
	case h.hasSum && !h.hasCount:
		return errors.New("a sum without a count")
	}
	return nil
}
