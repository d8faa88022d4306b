package exposition

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// suffixesOf returns what the names of a family's series may end in, by its type, as OpenMetrics
// reserves them: a family of such a name beside it makes the page invalid.
func suffixesOf(t Type) []string {
	switch t {
	case Counter:
		return []string{"_total", "_created"}
	case Histogram:
		return []string{"_bucket", "_count", "_sum", "_created"}
	case Summary:
		return []string{"_count", "_sum", "_created"}
	case Info:
		return []string{"_info"}
	}
	return nil
}

// typeOf is the type of the exporter's families in OpenMetrics.
var typeOf = map[dto.MetricType]Type{
	dto.MetricType_COUNTER:         Counter,
	dto.MetricType_GAUGE:           Gauge,
	dto.MetricType_HISTOGRAM:       Histogram,
	dto.MetricType_GAUGE_HISTOGRAM: Histogram,
	dto.MetricType_SUMMARY:         Summary,
}

// names are all those that a family takes on a page.
func names(family string, t Type) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(family) {
			return
		}
		for _, suffix := range suffixesOf(t) {
			if !yield(family + suffix) {
				return
			}
		}
	}
}

// namesOf is names of one of the exporter's families.
func namesOf(f *dto.MetricFamily) iter.Seq[string] {
	name, t := f.GetName(), typeOf[f.GetType()]
	if t == Counter {
		var counted bool
		if name, counted = strings.CutSuffix(name, "_total"); !counted {
			t = Unknown // OpenMetrics has no counter without _total
		}
	}
	return names(name, t)
}

// textName is the family's name in the classic text format and in protobuf, where a counter's is
// that of its series, and an information metric is a gauge.
func (f *Family) textName() string {
	switch f.Type {
	case Counter:
		return f.Name + "_total"
	case Info:
		return f.Name + "_info"
	}
	return f.Name
}

// compareNames compares the names in the classic text format. Most are told apart before their suffixes.
func compareNames(a, b Family) int {
	if n := min(len(a.Name), len(b.Name)); a.Name[:n] != b.Name[:n] {
		return cmp.Compare(a.Name, b.Name)
	}
	return cmp.Compare(a.textName(), b.textName())
}

// Names are those that families take on a page.
type Names struct{ taken claims }

// NamesOf returns the names that families take.
func NamesOf(families []Family) Names {
	taken := make(claims, 2*len(families))
	for i := range families {
		taken.add(names(families[i].Name, families[i].Type))
	}
	return Names{taken}
}

// NewPage returns a page of what collectors read, and of the families of the cluster's own page that take none of its
// names, nor of those that are ours without being read now. Of the others, dropped is told the names.
func NewPage(read, native []Family, ours Names, dropped func(family string)) Page {
	p := Page{Text: append(slices.Clone(read), NamesOf(read).taken.free(ours.taken.free(native, dropped), dropped)...)}
	slices.SortFunc(p.Text, compareNames)
	return p
}

// With returns the page with the exporter's own metrics, in place of those that it has. They win: what is on the page and takes one of
// their names is left out, and dropped is told its name.
func (p Page) With(own []*dto.MetricFamily, dropped func(family string)) Page {
	taken := claims{}
	for _, f := range own {
		taken.add(namesOf(f))
	}
	merged := Page{Text: taken.free(p.Text, dropped), Gathered: slices.Clone(own)}
	slices.SortFunc(merged.Gathered, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return merged
}

// Only returns the families of the given names; none: all of the page.
func (p Page) Only(names []string) Page {
	if len(names) == 0 {
		return p
	}
	var some Page
	for _, f := range p.Gathered {
		if slices.Contains(names, f.GetName()) {
			some.Gathered = append(some.Gathered, f)
		}
	}
	for _, f := range p.Text {
		if slices.Contains(names, f.textName()) {
			some.Text = append(some.Text, f)
		}
	}
	return some
}

// Empty reports whether the page has no family.
func (p Page) Empty() bool { return len(p.Gathered)+len(p.Text) == 0 }
