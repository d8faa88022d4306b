package qumulo

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// rawLimit bounds what is kept of a malformed value, to show it.
const rawLimit = 64

// Number is a number of the API, which sends it as a JSON number or as a
// string. The zero value stands for a field that is missing, null or "".
// Values above 2^53 lose their last digits, as every float64 does.
type Number struct {
	value float64
	known bool
	raw   string // what was sent, if it is no number
}

// NumberOf returns a Number that holds v.
func NumberOf(v float64) Number { return Number{value: v, known: true} }

// Value returns the number; ok is false if there is none.
func (n Number) Value() (v float64, ok bool) { return n.value, n.known }

// Malformed returns what the cluster sent where it is not a number.
func (n Number) Malformed() (raw string, bad bool) { return n.raw, n.raw != "" }

// UnmarshalJSON takes any JSON value and never fails.
func (n *Number) UnmarshalJSON(data []byte) error {
	*n = Number{}
	text := scalar(data)
	if len(text) == 0 {
		return nil
	}
	if v, err := strconv.ParseFloat(string(text), 64); err == nil && isDecimal(string(text)) {
		*n = NumberOf(v)
		return nil
	}
	n.raw = shorten(string(text))
	return nil
}

// isDecimal keeps out what ParseFloat takes beyond JSON's own numbers: NaN,
// infinities, hexadecimal digits and underscores.
func isDecimal(text string) bool {
	return strings.Trim(text, "0123456789+-.eE") == ""
}

// Bool is a yes or no of the API, which sends it as a JSON boolean or as a string. The
// zero value stands for a field that is missing, null or "".
type Bool struct {
	value bool
	known bool
	raw   string // what was sent, if it is neither
}

// BoolOf returns a Bool that holds v.
func BoolOf(v bool) Bool { return Bool{value: v, known: true} }

// Value returns the yes or no; ok is false if there is none.
func (b Bool) Value() (v, ok bool) { return b.value, b.known }

// Malformed returns what the cluster sent where it is neither true nor false.
func (b Bool) Malformed() (raw string, bad bool) { return b.raw, b.raw != "" }

// UnmarshalJSON takes any JSON value and never fails.
func (b *Bool) UnmarshalJSON(data []byte) error {
	*b = Bool{}
	switch text := string(scalar(data)); strings.ToLower(text) {
	case "":
	case "true":
		*b = BoolOf(true)
	case "false":
		*b = BoolOf(false)
	default:
		b.raw = shorten(text)
	}
	return nil
}

// Text is a word or name of the API: a JSON string as it is, a number or a
// boolean as it was written, "" for missing and null. An object or a list,
// which no text field should be, shows as its JSON, shortened.
type Text string

// UnmarshalJSON takes any JSON value and never fails.
func (t *Text) UnmarshalJSON(data []byte) error {
	switch {
	case len(data) > 0 && data[0] == '"':
		*t = Text(unquote(data))
	case bytes.Equal(data, []byte("null")):
		*t = ""
	default:
		*t = Text(shorten(string(data)))
	}
	return nil
}

// Whole returns the text of an id: an integral number sent as 3.0 or 3e0 is 3.
func (t Text) Whole() string {
	if isDigits(string(t)) || !strings.ContainsAny(string(t), ".eE") || !isDecimal(string(t)) {
		return string(t)
	}
	v, err := strconv.ParseFloat(string(t), 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) >= 1<<53 {
		return string(t)
	}
	return strconv.FormatInt(int64(v), 10)
}

// isDigits reports what nearly all ids are, at less cost than what else they may be.
func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
