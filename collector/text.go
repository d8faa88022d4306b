package collector

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of texts that come from a cluster or a request, in bytes: whatever they
// send, a page, a series and a log line stay of a size that can be read.
const (
	maxLabelValue = 1024
	maxWarning    = 500
	maxEchoed     = 100
)

// isLabelValue reports whether a text can stand on a page as it is.
func isLabelValue(s string) bool { return len(s) <= maxLabelValue && utf8.ValidString(s) }

// cutLabelValue makes a label value of a text that is too long or not UTF-8. It
// ends in a hash of the whole text: values that differ only in what is lost stay
// apart, since two equal series would cost the whole page, and each keeps its
// series from scrape to scrape.
func cutLabelValue(s string) string {
	hash := sha256.Sum256([]byte(s))
	end := fmt.Sprintf("…%x", hash[:8])
	return begin(s, maxLabelValue-len(end)) + end
}

// Clip bounds a text that people read; … marks that something is missing.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return begin(s, limit-len("…")) + "…"
}

// begin returns the whole characters within the first limit bytes.
func begin(s string, limit int) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
