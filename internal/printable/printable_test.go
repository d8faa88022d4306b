package printable

import "testing"

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"Größe: 5 °C, \"a\"\\n":    "Größe: 5 °C, \"a\"\\n",
		"\x1b[31mred":              `\x1b[31mred`,
		"a\nb\tc\r\x00\x7f":        `a\nb\tc\r\x00\x7f`,
		"\u202etxt\u2066\u200b":    `\u202etxt\u2066\u200b`,
		"\u009b31m":                `\u009b31m`, // what 8-bit terminals take for ESC [
		"\x9b31m":                  "\uFFFD31m",
		"a\u00a0b\U000e0041\u2028": `a\u00a0b\U000e0041\u2028`,
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestEscaped(t *testing.T) {
	if got := Escaped("a\x1b\\nb\n", `\\`); got != `a\\x1b\nb\\n` {
		t.Errorf("%s", got)
	}
}
