package main

import (
	"strconv"
	"strings"
	"unicode"
)

// printable shows what could do something to a terminal or to the text around it,
// control characters and changes of direction, as escapes: "\x1b". Each begins
// with backslash, which is longer where the text has escapes of its own.
func printable(text, backslash string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(backslash + quoted[2:len(quoted)-1])
	}
	return b.String()
}
