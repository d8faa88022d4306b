package scrape

import (
	"errors"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// TestPartOfAReadBoundsItsAge: a reading of which a part is missing may be shown for
// as long as a whole one, and is read again sooner; a failure bounds nothing.
func TestPartOfAReadBoundsItsAge(t *testing.T) {
	const interval = joinWindow / 2
	now := time.Now()
	clock := func() time.Time { return now }
	s, c := newSweep(nil, now), newCache(interval, clock)
	out := collector.NewOutput(nil)
	out.Missing("a part", errors.New("failed"))
	part := func() reading { return reading{out: out, at: now} }
	for _, own := range []bool{true, false} {
		r, cached := c.get(t.Context(), part, func() bool { return own })
		s.limitTo(r)
		if cached || !r.validUntil.Equal(now.Add(interval)) || !s.validUntil.Equal(r.validUntil) {
			t.Errorf("own failure %v: cached %v, until %s, the sweep's %s, want %s from %s", own, cached, r.validUntil, s.validUntil, interval, now)
		}
	}
	s.limitTo(reading{err: errors.New("failed"), validUntil: now})
	if !s.validUntil.Equal(now.Add(interval)) || !s.joinable(now.Add(interval-1)) || s.joinable(now.Add(interval)) {
		t.Errorf("the sweep may be joined until %s", s.validUntil)
	}
}

// TestJoinWindow: a sweep is joinable for one second, and not beyond the deadline of
// the caller that began it.
func TestJoinWindow(t *testing.T) {
	now := time.Now()
	s := newSweep(nil, now)
	if !s.joinable(now) || !s.joinable(now.Add(time.Second-1)) || s.joinable(now.Add(time.Second)) {
		t.Error("it is joinable for another time than its first second")
	}
	s.first = now
	if s.joinable(now) {
		t.Error("it is joinable after the deadline of its first caller")
	}
}
