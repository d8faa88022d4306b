package exposition

import (
	"bytes"
	"math"
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
}

// span is where a label is in a line.
type span struct {
	start, nameEnd  int // of the name
	valueStart, end int // of the value with its quotes
	escaped         bool
	replaced        string // what to write in place of the value; "": nothing
}

func (l span) name(line []byte) []byte { return line[l.start:l.nameEnd] }

func (l span) empty() bool { return l.end-l.valueStart == 2 }

// text is the value between its quotes, as it is in the line.
func (l span) text(line []byte) []byte { return line[l.valueStart+1 : l.end-1] }

// scan takes a line apart, and reports whether it is a sample in one of the two formats:
//
//	name{label="value",…} value timestamp # exemplar
func (s *sample) scan(line []byte) bool {
	s.line, s.labels, s.tidy, s.exact = line, s.labels[:0], true, true
	at := blanks(line, 0)
	start := at
	at = nameEnd(line, at, true)
	if at == start {
		return false
	}
	s.name = line[start:at]
	s.open = blanks(line, at)
	s.end = at
	s.exact = start == 0
	if s.open < len(line) && line[s.open] == '{' {
		s.exact = s.exact && s.open == at
		if s.end = s.scanLabels(line, s.open+1); s.end < 0 {
			return false
		}
	} else if s.open == at { // neither labels nor a blank
		return false
	} else {
		s.open = at
	}
	return s.scanValue(line)
}

// scanLabels takes the labels apart and returns where what follows their closing brace begins; -1: they are malformed.
func (s *sample) scanLabels(line []byte, at int) int {
	for {
		start := blanks(line, at)
		if start < len(line) && line[start] == '}' { // none, or a comma behind the last
			s.tidy = false
			return start + 1
		}
		l := span{start: start, nameEnd: nameEnd(line, start, false)}
		equals := blanks(line, l.nameEnd)
		if l.nameEnd == start || equals == len(line) || line[equals] != '=' || len(s.labels) == maxLabels {
			return -1
		}
		if bytes.HasPrefix(line[start:], []byte("__")) { // reserved, __name__ among them
			return -1
		}
		l.valueStart = blanks(line, equals+1)
		if l.end = l.quoted(line); l.end < 0 {
			return -1
		}
		s.labels = append(s.labels, l)
		next := blanks(line, l.end)
		if next == len(line) || line[next] != ',' && line[next] != '}' {
			return -1
		}
		s.tidy = s.tidy && start == at && l.valueStart == l.nameEnd+1 && next == l.end && !l.escaped
		at = next + 1
		if line[next] == '}' {
			return at
		}
	}
}

// quoted returns where what follows the value of the label begins; -1: it is malformed. It notes whether the value has an escape
// that not both formats have.
func (l *span) quoted(line []byte) int {
	if l.valueStart == len(line) || line[l.valueStart] != '"' {
		return -1
	}
	for at := l.valueStart + 1; at < len(line); at++ {
		switch line[at] {
		case '"':
			return at + 1
		case 0: // some readers end there
			return -1
		case '\\':
			if at++; at < len(line) && line[at] != '\\' && line[at] != '"' && line[at] != 'n' {
				l.escaped = true
			}
		}
	}
	return -1
}

// scanValue takes apart what follows the labels.
func (s *sample) scanValue(line []byte) bool {
	start := blanks(line, s.end)
	if start == s.end && s.open == s.end { // a name and nothing behind it
		return false
	}
	end := wordEnd(line, start)
	text, number, ok := parseNumber(line[start:end])
	if !ok {
		return false
	}
	s.exact = s.exact && start == s.end+1 && line[s.end] == ' ' && end == len(line) && len(text) == end-start && &text[0] == &line[start]
	s.value, s.number = text, number
	rest := trim(line[end:])
	if len(rest) > 0 && rest[0] != '#' {
		n := wordEnd(rest, 0)
		if _, timestamp, ok := parseNumber(rest[:n]); !ok || math.IsNaN(timestamp) || math.IsInf(timestamp, 0) {
			return false
		}
		rest = trim(rest[n:])
	}
	return len(rest) == 0 || rest[0] == '#' && bytes.HasPrefix(trim(rest[1:]), []byte("{"))
}

// append writes the sample in the form that both formats have, under another name if there is one.
func (s *sample) append(dst, name []byte) []byte {
	if len(name) == 0 {
		name = s.name
	}
	dst = append(dst, name...)
	switch {
	case s.tidy:
		dst = append(dst, s.line[s.open:s.end]...)
	case len(s.labels) > 0:
		dst = append(dst, '{')
		for i, l := range s.labels {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(append(dst, l.name(s.line)...), '=', '"')
			if l.replaced == "" {
				dst = appendEscaped(dst, l.text(s.line))
			}
			dst = append(append(dst, l.replaced...), '"')
		}
		dst = append(dst, '}')
	}
	return append(append(append(dst, ' '), s.value...), '\n')
}

// appendEscaped writes a label value whose escapes are those of OpenMetrics, where a backslash before any other character stands
// for itself, with those that the classic format has too.
func appendEscaped(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		dst = append(dst, text[i])
		if text[i] != '\\' {
			continue
		}
		switch i++; text[i] {
		case '\\', '"', 'n':
			dst = append(dst, text[i])
		default:
			dst = append(dst, '\\')
			i--
		}
	}
	return dst
}

// blanks returns where what follows blanks begins.
func blanks(line []byte, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
		at++
	}
	return at
}

// trim cuts blanks and the carriage return of a line's end off.
func trim(line []byte) []byte { return bytes.Trim(line, " \t\r\n") }

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
