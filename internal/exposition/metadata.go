package exposition

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// metadata takes a comment, without its #. One that is none of HELP, TYPE and UNIT, or is malformed, says nothing. Each
// stands for the whole family, wherever it is; of two the first counts.
func (p *parser) metadata(comment []byte) {
	keyword, rest := word(comment)
	name, rest := word(rest)
	if len(name) == 0 || nameEnd(name, 0, true) != len(name) || !utf8.Valid(rest) || bytes.IndexByte(rest, 0) >= 0 {
		return
	}
	switch string(keyword) {
	case "HELP":
		if b := p.family(string(name)); b != nil && b.Help == "" {
			b.Help = unescape.Replace(string(rest))
		}
	case "UNIT":
		if b := p.family(string(name)); b != nil && b.unit == "" {
			b.unit = string(rest)
		}
	case "TYPE":
		if t, ok := types[string(rest)]; ok {
			p.setType(string(name), t)
		}
	}
	if len(p.targets) > 0 { // what names stand for may be another now
		p.targets = make(map[string]target)
		p.lastName = nil
	}
}

// types are the words for types that families of the page may have. Others say nothing.
var types = map[string]Type{
	"counter": Counter, "gauge": Gauge, "histogram": Histogram, "summary": Summary, "info": Info, "stateset": StateSet,
	"unknown": Unknown, "untyped": Unknown,
}

// setType gives a family its type. A second one, or one behind samples that were read without it, closes the family.
func (p *parser) setType(name string, t Type) {
	b := p.family(name)
	switch {
	case b == nil:
	case t == b.Type:
		b.typed = true
	case b.typed || b.Name != "":
		b.closed = true
	default:
		b.Type, b.typed = t, true
	}
}

// unescape takes the escapes of both formats off a help text.
var unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\"`, `"`)

// word returns the first word of a text, and what follows the blanks behind it.
func word(text []byte) (first, rest []byte) {
	text = trim(text)
	n := wordEnd(text, 0)
	return text[:n], trim(text[n:])
}
