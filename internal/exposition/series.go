package exposition

import (
	"bytes"
	"iter"
	"slices"
	"strings"
)

// MetricName is the name that queries have: that of the series, and of a histogram or summary that of the family.
func (f *Family) MetricName() string { return f.textName() }

// Labels are those of one series.
type Labels struct{ sample *sample }

// Get returns the value of a label, and whether the series has it.
func (l Labels) Get(name string) (value string, ok bool) {
	for i := range l.sample.labels {
		if label := &l.sample.labels[i]; string(label.name(l.sample.line)) == name {
			text := string(label.text(l.sample.line))
			if strings.Contains(text, `\`) {
				text = unescape.Replace(text)
			}
			return text, true
		}
	}
	return "", false
}

// Names are those of the labels.
func (l Labels) Names() []string {
	names := make([]string, len(l.sample.labels))
	for i := range names {
		names[i] = string(l.sample.labels[i].name(l.sample.line))
	}
	return names
}

// All returns the labels of each series. They hold until the next.
func (f *Family) All() func(yield func(Labels) bool) {
	return func(yield func(Labels) bool) {
		var s sample
		for line := range bytes.Lines(f.Samples) {
			if s.scan(line[:len(line)-1]); !yield(Labels{&s}) {
				return
			}
		}
	}
}

// Clone returns a family that does not refer to its page.
func (f *Family) Clone() Family {
	clone := *f
	clone.Samples = slices.Clone(f.Samples)
	return clone
}

// Without returns the family without the series that are gone.
func (f *Family) Without(gone func(Labels) bool) Family {
	var s sample
	left := *f
	left.Samples, left.Series = nil, 0
	for line := range bytes.Lines(f.Samples) {
		if s.scan(line[:len(line)-1]); !gone(Labels{&s}) {
			left.Samples = append(left.Samples, line...)
			left.Series++
		}
	}
	return left
}

// claims are the names that families have taken.
type claims map[string]bool

// take takes those of a family, unless one of them is taken.
func (c claims) take(f *Family) bool {
	all := names(f.Name, f.Type)
	if c.has(all) {
		return false
	}
	c.add(all)
	return true
}

func (c claims) add(names iter.Seq[string]) {
	for name := range names {
		c[name] = true
	}
}

// has reports whether one of the names is taken.
func (c claims) has(names iter.Seq[string]) bool {
	for name := range names {
		if c[name] {
			return true
		}
	}
	return false
}

// free returns the families whose names are free. Of the others, dropped is told the names.
func (c claims) free(families []Family, dropped func(family string)) []Family {
	free := make([]Family, 0, len(families))
	for i := range families {
		if f := &families[i]; c.has(names(f.Name, f.Type)) {
			dropped(f.textName())
		} else {
			free = append(free, *f)
		}
	}
	return free
}

// Add adds those of other families whose names are free, and sorts all by name.
func Add(families []Family, others ...Family) []Family {
	taken := claims{}
	for i := range families {
		taken.take(&families[i])
	}
	all := slices.Clone(families)
	for i := range others {
		if taken.take(&others[i]) {
			all = append(all, others[i])
		}
	}
	slices.SortFunc(all, func(a, b Family) int { return strings.Compare(a.Name, b.Name) })
	return all
}
