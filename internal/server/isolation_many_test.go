//go:build !race

package server_test

import "testing"

// TestIsolationOfManyProbes is TestIsolation for longer.
func TestIsolationOfManyProbes(t *testing.T) { checkIsolation(t, 10_000) }
