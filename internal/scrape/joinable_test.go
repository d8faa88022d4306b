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
	const interval, due = joinWindow / 2, joinWindow * 9 / 20
	now := time.Now()
	s, c := newSweep(nil, now), newCache(interval, func() time.Time { return now })
	out := collector.NewOutput(nil)
	out.Missing("a part", errors.New("failed"))
	for _, own := range []bool{true, false} {
		_, read := c.get(func(reading) *cachedRead { return &cachedRead{began: now, done: make(chan struct{})} })
		c.finish(read, reading{out: out, at: now}, func() bool { return own })
		s.limitTo(read.result)
		if r := read.result; !r.validUntil.Equal(now.Add(due)) || !s.validUntil.Equal(r.validUntil) {
			t.Errorf("own failure %v: until %s, the sweep's %s, want %s from %s", own, r.validUntil, s.validUntil, due, now)
		}
	}
	s.limitTo(reading{err: errors.New("failed"), validUntil: now})
	if !s.validUntil.Equal(now.Add(due)) || !s.joinable(now.Add(due-1)) || s.joinable(now.Add(due)) {
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
