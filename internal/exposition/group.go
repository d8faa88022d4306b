package exposition

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// maxCount is the largest count, which other formats have as an integer.
const maxCount = 1 << 63

// member is a sample as a part of its family.
type member struct {
	kind kind
	// group is the hash of the labels that are the same for all series of one histogram, summary or state-set.
	group uint64
	// bound is the label le or quantile.
	bound, value float64
}

// grouped reports whether the family's series belong together in groups, which must not be torn apart.
func (b *building) grouped() bool {
	return b.Type == Histogram || b.Type == Summary || b.Type == StateSet
}

// special is the label that tells the series of a group apart; "": none does.
func (b *building) special(k kind) string {
	switch k {
	case bucket:
		return "le"
	case quantile:
		return "quantile"
	case state:
		return b.Name
	}
	return ""
}

// member returns the sample as a member of its family, if it has the label and the value of one. A label le or quantile is noted
// for writing in the one form that both formats have.
func (s *sample) member(b *building, k kind) (member, Reason) {
	m := member{kind: k, value: s.number}
	if !k.takes(s.number) {
		return m, badValue
	}
	if b.grouped() && !s.isPart(k) {
		return m, badBound
	}
	special := b.special(k)
	if special == "" {
		return m, accepted
	}
	l := s.label(special)
	if l == nil {
		return m, badBound
	}
	if k == state {
		return m, accepted
	}
	_, bound, ok := parseNumber(l.text(s.line))
	if !ok || math.IsNaN(bound) || k == quantile && (bound < 0 || bound > 1) {
		return m, badBound
	}
	m.bound = bound
	if text := formatBound(bound); text != string(l.text(s.line)) {
		l.replaced, s.tidy = text, false
	}
	return m, accepted
}

// isPart reports whether the sample can be a part of a group: the sum and the count have no bound. It
// leaves out labels without a value. They are none, but some readers would not take the sum {a="",b="1"} and the count
// {b="1"} for those of one series.
func (s *sample) isPart(k kind) bool {
	for i := range s.labels {
		if l := &s.labels[i]; l.empty() {
			l.dropped, s.tidy = true, false
		}
	}
	return k != sum && k != count || s.label("le") == nil && s.label("quantile") == nil
}

// label returns the label of a name; nil: the sample has none, or one without a value, which is none.
func (s *sample) label(name string) *span {
	for i := range s.labels {
		if l := &s.labels[i]; string(l.name(s.line)) == name && !l.empty() {
			return l
		}
	}
	return nil
}

// takes reports whether a sample of the kind can have the value.
func (k kind) takes(value float64) bool {
	switch k {
	case total, sum:
		return value >= 0
	case infoOne:
		return value == 1
	case state:
		return value == 0 || value == 1
	case quantile:
		return !(value < 0)
	case bucket, count:
		return value >= 0 && value < maxCount && value == math.Trunc(value)
	}
	return true
}

// groups checks, line by line, that the groups of a family are whole and stand one after the other, as strict readers want it.
type groups struct {
	n       int
	without int // how many have no buckets
	last    group
	// disorder: they are not, or do not, and the family has to be put in order.
	disorder bool
}

func (g *groups) add(m member, seen *hashSet) {
	if g.n == 0 || m.group != g.last.hash {
		g.end()
		g.disorder = !seen.add(m.group) || g.disorder
		g.n++
		g.last = group{hash: m.group}
	}
	g.last.add(m)
}

// end ends the last group.
func (g *groups) end() {
	if g.n == 0 {
		return
	}
	g.disorder = g.disorder || !g.last.whole()
	if g.last.buckets == 0 {
		g.without++
	}
}

// group is one histogram, summary or state-set.
type group struct {
	hash          uint64
	states        bool
	sums, counts  bool
	buckets       int
	count         float64
	bound, bucket float64 // of the last bucket
	falls         bool    // the buckets are not in order, or their values fall
	negative      bool    // a bucket has a negative bound, beside which OpenMetrics allows no sum
}

func (g *group) add(m member) {
	switch m.kind {
	case state:
		g.states = true
	case sum:
		g.sums = true
	case count:
		g.counts, g.count = true, m.value
	case bucket:
		g.falls = g.falls || g.buckets > 0 && (m.bound <= g.bound || m.value < g.bucket)
		g.negative = g.negative || m.bound < 0
		g.buckets++
		g.bound, g.bucket = m.bound, m.value
	}
}

// whole reports whether the group has all that it needs. A histogram has buckets up to the infinite one, which is the count.
func (g *group) whole() bool {
	return g.states || g.sums && g.counts && !g.falls && !g.negative && (g.buckets == 0 || math.IsInf(g.bound, 1) && g.bucket == g.count)
}

// regroup puts the groups of a family in order, if they are not, and drops those that are not whole. A family of histograms that
// have no bucket at all becomes one of summaries without quantiles, which has the same series: neither format knows such a histogram.
func (p *parser) regroup(b *building) {
	if !b.grouped() || b.Series == 0 {
		return
	}
	g := &b.groups
	g.end()
	bare := g.without == g.n
	if g.disorder || b.Type == Histogram && !bare && g.without > 0 {
		bare = p.reorder(b)
	}
	if b.Type == Histogram && bare {
		b.Type = Summary
	}
}

// placed is a member with its line.
type placed struct {
	member

	order int // of its group
	line  []byte
}

// reorder puts the groups in order and reports whether none of them has buckets.
func (p *parser) reorder(b *building) (bare bool) {
	members := p.members(b)
	slices.SortStableFunc(members, func(x, y placed) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.kind, y.kind), cmp.Compare(x.bound, y.bound))
	})
	var whole [][]placed
	bare = true
	for len(members) > 0 {
		n := 0
		var g group
		for n < len(members) && members[n].order == members[0].order {
			g.add(members[n].member)
			n++
		}
		if g.whole() {
			whole = append(whole, members[:n])
			bare = bare && g.buckets == 0
		} else {
			p.report.add(incomplete, b.Name, n)
		}
		members = members[n:]
	}
	samples := make([]byte, 0, len(b.Samples))
	b.Series = 0
	for _, members := range whole {
		if !bare && b.Type == Histogram && !slices.ContainsFunc(members, func(m placed) bool { return m.kind == bucket }) {
			p.report.add(incomplete, b.Name, len(members))
			continue
		}
		for _, m := range members {
			samples = append(samples, m.line...)
			b.Series++
		}
	}
	b.Samples = samples
	return bare
}

// members returns all samples of a family, in the order in which they were sent.
func (p *parser) members(b *building) []placed {
	members := make([]placed, 0, b.Series)
	orders := make(map[uint64]int)
	b.seen = hashSet{} // as if they came for the first time
	for line := range bytes.Lines(b.Samples) {
		p.sample.scan(line[:len(line)-1])
		m, _ := p.sample.member(b, b.target(string(p.sample.name)).role.kind)
		p.admit(b, &m)
		if _, ok := orders[m.group]; !ok {
			orders[m.group] = len(orders)
		}
		members = append(members, placed{member: m, order: orders[m.group], line: line})
	}
	return members
}
