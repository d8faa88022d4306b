package exposition

// salt is an odd number of which small multiples are far apart: it makes hashes of small numbers.
const salt = 0x9e3779b97f4a7c15

// hashSet is a set of hashes. A map takes three times the time and memory, with 100,000 series.
type hashSet struct {
	slots []uint64 // a power of two; 0: free
	n     int
}

// add adds a hash and reports whether it is new.
func (s *hashSet) add(h uint64) bool {
	if h == 0 {
		h = salt
	}
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
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

// grow makes room.
func (s *hashSet) grow() {
	old := s.slots
	*s = hashSet{slots: make([]uint64, max(16, 2*len(old)))}
	for _, h := range old {
		if h != 0 {
			s.add(h)
		}
	}
}
