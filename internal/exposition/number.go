package exposition

import (
	"math"
	"strconv"
	"strings"
)

// infinite is how both formats write it.
const infinite = "+Inf"

// maxDigits is how many digits a float64 holds whatever they are.
const maxDigits = 15

// parseNumber reads a value, and returns it in a form that both formats have: as sent, but for the spellings of what is no number.
// What Go alone reads (hexadecimal, underscores), and what is beyond a float64, is none.
func parseNumber(word []byte) (text []byte, number float64, ok bool) {
	if n, ok := digits(word); ok {
		return word, n, true
	}
	for _, c := range word {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return special(word)
		}
	}
	number, err := strconv.ParseFloat(string(word), 64)
	return word, number, err == nil
}

// digits reads a number that has no more than a few digits and maybe a point: they and the power of ten are exact, and so is the quotient.
func digits(word []byte) (number float64, ok bool) {
	if len(word) == 0 || len(word) > maxDigits {
		return 0, false
	}
	n, point := 0, -1
	for i, c := range word {
		switch {
		case c >= '0' && c <= '9':
			n = 10*n + int(c-'0')
		case c == '.' && point < 0 && len(word) > 1:
			point = i
		default:
			return 0, false
		}
	}
	if point < 0 {
		return float64(n), true
	}
	return float64(n) / math.Pow10(len(word)-1-point), true
}

// special reads what is no number.
func special(word []byte) (text []byte, number float64, ok bool) {
	is := func(name string) bool { return strings.EqualFold(string(word), name) }
	switch {
	case is(infinite), is("Inf"), is("Infinity"), is("+Infinity"):
		return []byte(infinite), math.Inf(1), true
	case is("-Inf"), is("-Infinity"):
		return []byte("-Inf"), math.Inf(-1), true
	case is("NaN"):
		return []byte("NaN"), math.NaN(), true
	}
	return nil, 0, false
}

// formatBound writes a label le or quantile as both formats have it: with a point or an exponent.
func formatBound(f float64) string {
	if math.IsInf(f, 1) {
		return infinite
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".eI") {
		text += ".0"
	}
	return text
}
