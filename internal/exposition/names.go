package exposition

import "strings"

// kind is what a sample is in its family.
type kind int

const (
	plain kind = iota
	total
	infoOne
	state
	quantile
	bucket
	count
	sum
)

// role is what the samples of one name are in their family.
type role struct {
	kind    kind
	refused Reason
	// name is what to write in place of the name that was sent; nil: that.
	name []byte
}

// target is the family of the samples of one name, and their role in it.
type target struct {
	building *building
	role     role
}

// resolve returns the family of the samples of a name: the one of this name, or else one that has it with a suffix, or else a new
// one of no known type.
func (p *parser) resolve(name []byte) target {
	if t, ok := p.targets[string(name)]; ok {
		return t
	}
	t := p.find(string(name))
	if t.building != nil && t.building.closed {
		t.role.refused = twoTypes
	}
	p.targets[string(name)] = t
	return t
}

func (p *parser) find(name string) target {
	if b, ok := p.byName[name]; ok {
		return b.target(name)
	}
	for _, suffix := range []string{"_total", "_count", "_sum", "_bucket", "_info", "_created"} {
		base, found := strings.CutSuffix(name, suffix)
		if b := p.byName[base]; found && b != nil {
			if t := b.target(name); t.role.refused != notOfItsType {
				return t
			}
		}
	}
	b := p.family(name)
	if b == nil {
		return target{role: role{refused: tooMany}}
	}
	return b.target(name)
}

// family returns the family of a name in the page, a new one if there is none; nil: there are too many.
func (p *parser) family(wire string) *building {
	b := p.byName[wire]
	if b == nil && len(p.families) < maxFamilies {
		b = &building{wire: wire}
		p.families = append(p.families, b)
		p.byName[wire] = b
	}
	return b
}

// target returns what the samples of a name are in the family. The first one decides on the family's own name.
func (b *building) target(name string) target {
	base, r := b.wire, role{refused: notOfItsType}
	suffix, ofFamily := strings.CutPrefix(name, b.wire)
	known := func(k kind) { r = role{kind: k} }
	written := name
	switch {
	case !ofFamily:
	case suffix == "_created" && (b.Type == Counter || b.Type == Histogram || b.Type == Summary):
		r.refused = created
	case b.Type == Counter && (suffix == "_total" || suffix == "_count"):
		known(total)
	case b.Type == Counter && suffix == "":
		known(total)
		if base = cutSuffix(b.wire, "_total"); base == b.wire {
			base = cutSuffix(b.wire, "_count")
		}
	case b.Type == Info && suffix == "_info":
		known(infoOne)
	case b.Type == Info && suffix == "":
		known(infoOne)
		base = cutSuffix(b.wire, "_info")
	case b.Type == Histogram && suffix == "_bucket":
		known(bucket)
	case (b.Type == Histogram || b.Type == Summary) && suffix == "_count":
		known(count)
	case (b.Type == Histogram || b.Type == Summary) && suffix == "_sum":
		known(sum)
	case b.Type == Summary && suffix == "":
		known(quantile)
	case b.Type == StateSet && suffix == "":
		known(state)
	case (b.Type == Gauge || b.Type == Unknown) && suffix == "":
		known(plain)
	}
	if r.refused == accepted && b.Name == "" {
		b.Name = base
	}
	switch r.kind {
	case total:
		written = b.Name + "_total"
	case infoOne:
		written = b.Name + "_info"
	}
	if written != name {
		r.name = []byte(written)
	}
	return target{building: b, role: r}
}

// cutSuffix cuts a suffix off a name, unless nothing is left.
func cutSuffix(name, suffix string) string {
	if len(name) > len(suffix) {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

// names are all that the family claims in OpenMetrics, its own and those of its samples: no other may have one of them.
func (b *building) names() []string {
	names := []string{b.Name}
	var suffixes []string
	switch b.Type {
	case Counter:
		suffixes = []string{"_total", "_created"}
	case Info:
		suffixes = []string{"_info"}
	case Summary, Histogram: // a summary may be a histogram without buckets, and have some in the next page
		suffixes = []string{"_count", "_sum", "_bucket", "_created"}
	}
	for _, suffix := range suffixes {
		names = append(names, b.Name+suffix)
	}
	return names
}
