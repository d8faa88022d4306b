package exposition

import "math/bits"

// Odd numbers of which small multiples are far apart: what the hashes of small numbers are made with.
const (
	salt      = 0x9e3779b97f4a7c15
	otherSalt = 0xff51afd7ed558ccd
)

// hashSet is a set of hashes. A map takes three times the time and memory, with 100,000 series.
type hashSet struct {
	slots []uint64 // a power of two; 0: free
	n     int
}

// newHashSet makes a set that has room for n hashes.
func newHashSet(n int) hashSet { return hashSet{slots: make([]uint64, 1<<bits.Len(uint(2*max(n, 8))))} }

// add adds a hash and reports whether it is new.
func (s *hashSet) add(h uint64) bool {
	if h == 0 {
		h = salt
	}
	if 4*s.n >= 3*len(s.slots) {
		old := s.slots
		*s = newHashSet(len(old))
		for _, h := range old {
			if h != 0 {
				s.add(h)
			}
		}
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			s.n++
			return true
		}
	}
}
