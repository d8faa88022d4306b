package collector

import (
	"errors"
	"testing"
	"time"
)

// TestPartOfAReadBoundsItsAge: a reading of which a part is missing may be shown for
// as long as a whole one, and is read again sooner; a failure bounds nothing.
func TestPartOfAReadBoundsItsAge(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	s, k := newSweep(nil, now), newKeeper(time.Minute, clock)
	part := func() reading { return reading{out: &output{partial: true}, at: now} }
	for _, blamed := range []bool{true, false} {
		r, kept := k.read(t.Context(), part, func() bool { return blamed })
		s.shows(r)
		if kept || !r.until.Equal(now.Add(time.Minute)) || !s.fresh.Equal(r.until) {
			t.Errorf("blamed %v: kept %v, until %s, the sweep's %s, want a minute from %s", blamed, kept, r.until, s.fresh, now)
		}
	}
	s.shows(reading{err: errors.New("failed"), until: now})
	if !s.fresh.Equal(now.Add(time.Minute)) || !s.open(now) || s.open(now.Add(time.Minute)) {
		t.Errorf("the sweep may be joined until %s", s.fresh)
	}
}
