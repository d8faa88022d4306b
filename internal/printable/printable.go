// Package printable makes texts from elsewhere safe to show.
package printable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text shows what could do something to a terminal or to the text around it, control
// characters and changes of direction, as escapes: "\x1b".
func Text(text string) string { return Escaped(text, `\`) }

// Escaped is Text whose escapes begin with backslash, which is longer where the text has
// escapes of its own.
func Escaped(text, backslash string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, odd) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if !odd(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(backslash + quoted[2:len(quoted)-1])
	}
	return b.String()
}

func odd(r rune) bool { return !unicode.IsPrint(r) }
