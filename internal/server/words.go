package server

import (
	"fmt"
	"strings"
	"time"
)

// wrapped breaks a text between words into lines of at most width characters;
// a word that is longer has a line of its own.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// elapsed tells a time for people, in its largest unit: "12 s".
func elapsed(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// size tells bytes for people, in three digits: "120 TB". What is more than the
// largest unit can tell is no size of a cluster.
func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"} {
		if bytes < 999.5 {
			return fmt.Sprintf("%.3g %s", bytes, unit)
		}
		bytes /= 1000
	}
	return "more than 999 EB"
}

// moment tells a point in time for people.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
