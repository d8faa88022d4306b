package exposition

import (
	"bytes"
	"hash/maphash"
	"math"
	"slices"
)

// maxLabels bounds the labels of a series.
const maxLabels = 64

// sample is one sample line, taken apart. Its parts refer to the line.
type sample struct {
	line   []byte // without its line feed
	name   []byte
	labels []span
	// open and end are where the braces of the labels begin and where what follows them begins; equal: there are none.
	open, end int
	value     []byte
	number    float64
	// tidy: the labels are in the one form that both formats have. exact: so is the rest of the line.
	tidy, exact bool
	// alike: the labels are, by their names, those of the line before, as far as they go. distinct: no name is there twice.
	alike, distinct bool
}

// span is where a label is in a line.
type span struct {
	start, nameEnd  int // of the name
	valueStart, end int // of the value with its quotes
	escaped         bool
	replaced        string // what to write in place of the value; "": nothing
	dropped         bool   // it is not to be written
}

func (l *span) name(line []byte) []byte { return line[l.start:l.nameEnd] }

func (l *span) empty() bool { return l.end-l.valueStart == 2 }

// text is the value between its quotes, as it is in the line.
func (l *span) text(line []byte) []byte { return line[l.valueStart+1 : l.end-1] }

// scan takes a line apart, and reports whether it is a sample in one of the two formats:
//
//	name{label="value",…} value timestamp # exemplar
func (s *sample) scan(line []byte) bool {
	ok := s.scanSeries(line) && s.scanValue(line)
	s.line = line
	if !ok {
		s.labels = s.labels[:0]
	}
	s.distinct = s.distinct && s.alike && ok
	return ok
}

// scanSeries takes apart what stands before the value. Most lines begin as the one before.
func (s *sample) scanSeries(line []byte) bool {
	at, start := len(s.name), 0
	if at == 0 || len(line) <= at || line[at] != '{' && line[at] != ' ' || !bytes.Equal(line[:at], s.name) {
		start = blanks(line, 0)
		at = nameEnd(line, start, true)
	}
	if at == start {
		return false
	}
	s.name = line[start:at]
	s.open, s.end = blanks(line, at), at
	s.exact = start == 0
	if s.open == len(line) || line[s.open] != '{' {
		blank := s.open > at
		s.open, s.labels, s.tidy, s.alike = at, s.labels[:0], true, true
		return blank
	}
	s.exact = s.exact && s.open == at
	s.end = s.scanLabels(line, s.open+1)
	return s.end > 0
}

// scanLabels takes the labels apart and returns where what follows their closing brace begins; -1: they are malformed.
func (s *sample) scanLabels(line []byte, at int) int {
	before, n := s.labels, 0
	if !s.tidy {
		before = nil
	}
	s.labels, s.tidy, s.alike = s.labels[:0], true, true
	for {
		start := blanks(line, at)
		if bytes.HasPrefix(line[start:], []byte("}")) { // none, or a comma behind the last
			s.tidy = false
			return start + 1
		}
		var like *span
		if n < len(before) {
			like = &before[n]
		}
		l, ok := s.scanLabel(line, start, like)
		if !ok || n == maxLabels {
			return -1
		}
		s.labels = append(s.labels, l)
		n++
		next := blanks(line, l.end)
		s.tidy = s.tidy && start == at && l.valueStart == l.nameEnd+1 && next == l.end && !l.escaped
		if next == len(line) {
			return -1
		}
		at = next + 1
		switch line[next] {
		case '}':
			return at
		case ',':
		default:
			return -1
		}
	}
}

// scanLabel takes one label apart, which may begin like one of the line before.
func (s *sample) scanLabel(line []byte, start int, like *span) (l span, ok bool) {
	l.start = start
	if like != nil && like.begins(s.line, line[start:]) {
		l.nameEnd = start + like.nameEnd - like.start
		l.valueStart = l.nameEnd + 1
	} else if s.alike = false; !l.named(line) {
		return l, false
	}
	l.end = l.quoted(line)
	return l, l.end > 0
}

// begins reports whether a text begins as the label does, to its first quote. The label is in the one form that both formats have.
func (l *span) begins(line, text []byte) bool {
	return bytes.HasPrefix(text, line[l.start:l.valueStart+1])
}

// named finds the name of the label and where its value begins.
func (l *span) named(line []byte) bool {
	l.nameEnd = nameEnd(line, l.start, false)
	equals := blanks(line, l.nameEnd)
	if l.nameEnd == l.start || equals == len(line) || line[equals] != '=' || bytes.HasPrefix(line[l.start:], []byte("__")) { // reserved
		return false
	}
	l.valueStart = blanks(line, equals+1)
	return l.valueStart < len(line) && line[l.valueStart] == '"'
}

// quoted returns where what follows the value of the label begins; -1: it is malformed. It notes whether the value has an escape
// that not both formats have.
func (l *span) quoted(line []byte) int {
	for at := l.valueStart + 1; at < len(line); at++ {
		switch line[at] {
		case '"':
			return at + 1
		case 0: // some readers end there
			return -1
		case '\\':
			at++
			switch {
			case at == len(line) || line[at] == 0:
				return -1
			case line[at] != '\\' && line[at] != '"' && line[at] != 'n':
				l.escaped = true
			}
		}
	}
	return -1
}

// scanValue takes apart what follows the labels.
func (s *sample) scanValue(line []byte) bool {
	start := blanks(line, s.end)
	if n, ok := digits(line[start:]); ok {
		s.value, s.number = line[start:], n
		s.exact = s.exact && start == s.end+1 && line[s.end] == ' '
		return true
	}
	end := wordEnd(line, start)
	text, number, ok := parseNumber(line[start:end])
	if !ok {
		return false
	}
	s.exact = s.exact && start == s.end+1 && line[s.end] == ' ' && end == len(line) && len(text) == end-start && &text[0] == &line[start]
	s.value, s.number = text, number
	return isTail(trim(line[end:]))
}

// isTail reports whether a text can stand behind a value: a timestamp, an exemplar, both or nothing.
func isTail(rest []byte) bool {
	if len(rest) > 0 && rest[0] != '#' {
		n := wordEnd(rest, 0)
		if _, timestamp, ok := parseNumber(rest[:n]); !ok || math.IsNaN(timestamp) || math.IsInf(timestamp, 0) {
			return false
		}
		rest = trim(rest[n:])
	}
	return len(rest) == 0 || rest[0] == '#' && bytes.HasPrefix(trim(rest[1:]), []byte("{"))
}

// repeats reports whether a label is there twice. Names are compared only where their hashes have a bit in common: a page of
// lines with the most labels would take seconds otherwise.
func (s *sample) repeats(seed maphash.Seed) bool {
	var seen [4]uint64
	for i := range s.labels {
		name := s.labels[i].name(s.line)
		h := maphash.Bytes(seed, name)
		word, bit := h>>6&3, uint64(1)<<(h&63)
		if seen[word]&bit != 0 && s.hasLabel(name, i) {
			return true
		}
		seen[word] |= bit
	}
	return false
}

// hasLabel reports whether one of the first n labels has the name.
func (s *sample) hasLabel(name []byte, n int) bool {
	return slices.ContainsFunc(s.labels[:n], func(l span) bool { return bytes.Equal(l.name(s.line), name) })
}

// blanks returns where what follows blanks begins.
func blanks(line []byte, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
		at++
	}
	return at
}

// trim cuts blanks and the carriage return of a line's end off.
func trim(line []byte) []byte {
	start, end := 0, len(line)
	for start < end && isBlank(line[start]) {
		start++
	}
	for start < end && isBlank(line[end-1]) {
		end--
	}
	return line[start:end]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// wordEnd returns where a word ends.
func wordEnd(line []byte, at int) int {
	for at < len(line) && line[at] > ' ' {
		at++
	}
	return at
}

// nameEnd returns where the name of a metric or a label ends; at: it is none.
func nameEnd(line []byte, at int, colons bool) int {
	start := at
	for ; at < len(line); at++ {
		c := line[at]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == ':' && colons || c >= '0' && c <= '9' && at > start {
			continue
		}
		break
	}
	return at
}
