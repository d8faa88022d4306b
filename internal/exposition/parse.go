package exposition

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what a page can have: a real one has some fifty families, and lines of some hundred bytes.
const (
	maxLine     = 64 << 10
	maxFamilies = 10_000
)

// Parse reads the page that a cluster serves: the classic text format or OpenMetrics, whatever it says of itself, in the forms
// that releases of Qumulo Core may have: a counter's samples with _total, with _count, or bare. What it returns is sorted by
// name, and valid for strict readers of both formats; the report says what is not in it, and why. Families refer to the text.
func Parse(text []byte) ([]Family, Report) {
	p := parser{
		text: text, valid: utf8.Valid(text), seed: maphash.MakeSeed(),
		byName: make(map[string]*building), targets: make(map[string]target),
	}
	p.read()
	return p.finish(), p.report
}

// parser reads one page.
type parser struct {
	text   []byte
	valid  bool // all of it is UTF-8
	seed   maphash.Seed
	sample sample
	// scratch has the line that was written anew last.
	scratch []byte

	families []*building // in the order of the page
	byName   map[string]*building
	// targets are what the names of samples stand for, by name, and target what lastName does.
	targets  map[string]target
	target   target
	lastName []byte

	report Report
}

// building is a family that is not complete yet.
type building struct {
	Family

	// wire is the name in the page's metadata, or of the samples of a family without any.
	wire string
	// unit is as sent.
	unit  string
	typed bool
	// seen are the hashes of its series, and of their groups.
	seen hashSet
	// own: Samples is a buffer of the family's own, no longer a part of the page.
	own bool
	// closed: the page has given it a second type, and what follows is not in it.
	closed bool
	groups groups
}

// read goes through the lines of the page.
func (p *parser) read() {
	for at := 0; at < len(p.text); {
		n := bytes.IndexByte(p.text[at:], '\n')
		whole := n >= 0
		if !whole {
			n = len(p.text) - at
		}
		line := p.text[at : at+n]
		first := blanks(line, 0)
		switch isComment := first < n && line[first] == '#'; {
		case isComment && string(trim(line[first+1:])) == "EOF":
			p.rest(p.text[min(at+n+1, len(p.text)):])
			return
		case !whole:
			p.report.Cut = true
			if !isComment && first < n {
				p.drop(truncated, line)
			}
		case isComment:
			p.metadata(line[first+1:])
		default:
			p.line(at, line)
		}
		at += n + 1
	}
}

// rest counts the samples behind the end of the page.
func (p *parser) rest(text []byte) {
	for line := range bytes.Lines(text) {
		if line = trim(line); len(line) > 0 && line[0] != '#' {
			p.drop(behindEOF, line)
		}
	}
}

// canonical returns the line in the one form that both formats have, with a name of ours if there is one, and whether that is the
// page's own text; nil: it has no such form.
func (p *parser) canonical(at int, line, name []byte) (text []byte, ofPage bool) {
	s := &p.sample
	if len(name) == 0 && s.tidy && s.exact {
		return p.text[at : at+len(line)+1], true
	}
	p.scratch = s.append(p.scratch[:0], name)
	if !s.tidy && !s.scan(p.scratch[:len(p.scratch)-1]) {
		return nil, false
	}
	return p.scratch, false
}

// line takes a line that should be a sample. It begins at the offset at of the page.
func (p *parser) line(at int, line []byte) {
	s := &p.sample
	switch {
	case len(line) > maxLine:
		p.drop(tooLong, line)
		return
	case !p.valid && !utf8.Valid(line):
		p.drop(notUTF8, line)
		return
	case !s.scan(line):
		if len(trim(line)) > 0 {
			p.drop(malformed, line)
		}
		return
	}
	if !bytes.Equal(s.name, p.lastName) {
		p.target = p.resolve(s.name)
		p.lastName = s.name
	}
	b, r := p.target.building, p.target.role
	if r.refused != accepted {
		p.drop(r.refused, line)
		return
	}
	m, fault := s.member(b, r.kind)
	if fault != accepted {
		p.drop(fault, line)
		return
	}
	text, ofPage := p.canonical(at, line, r.name)
	if text == nil {
		p.drop(malformed, line)
		return
	}
	if fault := p.admit(b, &m); fault != accepted {
		p.drop(fault, line)
		return
	}
	b.add(text, ofPage)
	if b.grouped() {
		b.groups.add(m, &b.seen)
	}
}

// admit checks that no label of the sample is there twice, and no other sample like it. The order of labels does not count.
func (p *parser) admit(b *building, m *member) Reason {
	s := &p.sample
	if !s.distinct {
		if s.repeats(p.seed) {
			return twoOfALabel
		}
		s.distinct = true
	}
	special := b.special(m.kind)
	series := uint64(m.kind+1) * salt
	for i := range s.labels {
		l := &s.labels[i]
		if l.empty() {
			continue
		}
		h := maphash.Bytes(p.seed, s.line[l.start:l.end])
		series += h
		if special == "" || string(l.name(s.line)) != special {
			m.group += h
		}
	}
	if !b.seen.add(series) {
		return duplicate
	}
	return accepted
}

// add appends a line. One that is a part of the page is not copied if it follows the ones before.
func (b *building) add(line []byte, ofPage bool) {
	b.Series++
	switch n := len(b.Samples); {
	case n == 0 && ofPage:
		b.Samples = line
		return
	case !b.own && ofPage && cap(b.Samples) > n && &b.Samples[:n+1][n] == &line[0]:
		b.Samples = b.Samples[:n+len(line)]
		return
	case !b.own:
		b.own = true
		b.Samples = append(make([]byte, 0, 2*(n+len(line))), b.Samples...)
	}
	if cap(b.Samples)-len(b.Samples) < len(line) {
		b.Samples = slices.Grow(b.Samples, len(b.Samples)+len(line))
	}
	b.Samples = append(b.Samples, line...)
}

// finish returns the families that have samples, each name taken once.
func (p *parser) finish() []Family {
	taken := make(claims, 2*len(p.families))
	families := make([]Family, 0, len(p.families))
	for _, b := range p.families {
		p.regroup(b)
		if b.Series == 0 {
			continue
		}
		if !taken.take(&b.Family) {
			p.report.add(nameTaken, b.Name, b.Series)
			continue
		}
		if b.Type != Info && b.Type != StateSet && b.unit != "" && strings.HasSuffix(b.Name, "_"+b.unit) {
			b.Unit = b.unit
		}
		b.Samples = slices.Clip(b.Samples)
		families = append(families, b.Family)
	}
	slices.SortFunc(families, func(a, b Family) int { return strings.Compare(a.Name, b.Name) })
	return families
}
