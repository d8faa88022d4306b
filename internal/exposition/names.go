package exposition

import "strings"

// String is the word for the type in OpenMetrics.
func (t Type) String() string { return openMetricsTypes[t] }

// kind is what a sample is in its family.
type kind uint64

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
	if t.building == nil { // one of too many
		return t
	}
	if t.building.closed {
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

// roles are what the samples of a family are, by its type and by what their name has behind the family's.
var roles = map[Type]map[string]role{
	Unknown:   {"": {kind: plain}},
	Gauge:     {"": {kind: plain}},
	Counter:   {"": {kind: total}, "_total": {kind: total}, "_count": {kind: total}, "_created": {refused: created}},
	Info:      {"": {kind: infoOne}, "_info": {kind: infoOne}},
	StateSet:  {"": {kind: state}},
	Summary:   {"": {kind: quantile}, "_count": {kind: count}, "_sum": {kind: sum}, "_created": {refused: created}},
	Histogram: {"_bucket": {kind: bucket}, "_count": {kind: count}, "_sum": {kind: sum}, "_created": {refused: created}},
}

// target returns what the samples of a name are in the family. The first name decides on the family's own.
func (b *building) target(name string) target {
	suffix, ofFamily := strings.CutPrefix(name, b.wire)
	r, known := roles[b.Type][suffix]
	if !ofFamily || !known {
		r.refused = notOfItsType
	}
	if r.refused != accepted {
		return target{building: b, role: r}
	}
	if b.Name == "" {
		b.Name = b.base(suffix)
	}
	written := name
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

// base returns the family's name in OpenMetrics, if its samples have a suffix behind that in the page.
func (b *building) base(suffix string) string {
	if suffix != "" {
		return b.wire
	}
	switch b.Type {
	case Counter:
		if base := cutSuffix(b.wire, "_total"); base != b.wire {
			return base
		}
		return cutSuffix(b.wire, "_count")
	case Info:
		return cutSuffix(b.wire, "_info")
	}
	return b.wire
}

// cutSuffix cuts a suffix off a name, unless nothing is left.
func cutSuffix(name, suffix string) string {
	if len(name) > len(suffix) {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}
