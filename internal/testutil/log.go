package testutil

import (
	"strings"
	"sync"
	"testing"
)

// Log is a log, or any other output, that can be read while it is written. The zero value is empty.
type Log struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what has been written since the start or the last Reset.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Reset empties the log.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

// Lines returns the lines in which each of the words is.
func (l *Log) Lines(words ...string) []string {
	var lines []string
	for line := range strings.Lines(l.String()) {
		if hasAll(line, words) {
			lines = append(lines, line)
		}
	}
	return lines
}

// WaitFor waits for a line in which each of the words is.
func (l *Log) WaitFor(tb testing.TB, words ...string) {
	tb.Helper()
	Eventually(tb, "a log line with "+strings.Join(words, ", "), func() bool { return len(l.Lines(words...)) > 0 })
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
