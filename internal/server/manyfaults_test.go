//go:build !race

package server_test

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"
)

var stormSeed = flag.Uint64("storm.seed", 1795553459445939566, "what the random pairs of faults are drawn from; 0: something new each time")

// pairs is how many pairs of faults are drawn: about a minute of them where nothing else runs.
const pairs = 50

// TestSingleFaultsOfThreeAddresses: each fault by itself, for an exporter that knows three addresses. A fault of
// the way is at the address in use.
func TestSingleFaultsOfThreeAddresses(t *testing.T) {
	t.Parallel()
	newStorm(t, 3).oneByOne(t)
}

// TestPairsOfFaults: two faults at a time, drawn at random, anywhere.
func TestPairsOfFaults(t *testing.T) {
	t.Parallel()
	seed := *stormSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("repeat it with -storm.seed=%d", seed)
	s := newStorm(t, 3)
	s.random = rand.New(rand.NewPCG(seed, 0))
	all := faults()
	for range pairs {
		pair := s.random.Perm(len(all))[:2]
		s.endure(t, 600*time.Millisecond, all[pair[0]], all[pair[1]])
	}
	s.end(t)
}
