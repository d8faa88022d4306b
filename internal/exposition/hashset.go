package exposition

// salt is an odd number of which small multiples are far apart: it makes hashes of small numbers.
const salt = 0x9e3779b97f4a7c15

// hashSet is a set of hashes. A map takes three times the time and memory, with 100,000 series.
type hashSet struct {
	slots []uint64 // 0: free
	mask  uint64   // one less than there are slots, which is a power of two
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
	for i := h & s.mask; ; i = (i + 1) & s.mask {
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
	old, size := s.slots, max(64, 2*(s.mask+1))
	*s = hashSet{slots: make([]uint64, size), mask: size - 1}
	for _, h := range old {
		if h != 0 {
			s.add(h)
		}
	}
}
