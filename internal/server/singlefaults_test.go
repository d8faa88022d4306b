package server_test

import (
	"testing"
	"time"
)

// TestSingleFaults: each fault by itself, for an exporter that knows one address
// of its cluster.
func TestSingleFaults(t *testing.T) {
	t.Parallel()
	newStorm(t, 1).oneByOne(t)
}

func (s *storm) oneByOne(t *testing.T) {
	t.Helper()
	for _, f := range faults() {
		s.endure(t, 400*time.Millisecond, f)
	}
	s.end(t)
}
