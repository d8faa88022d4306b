package scrape

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// TestCacheInTime: a reading is valid until nine tenths of the interval have passed, and
// so is a scrape interval of the same length. While the next read is under way the last
// values are good until the interval's end, a failure's until two intervals after their
// read, and then nothing.
func TestCacheInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const interval = 5 * time.Minute
		began := time.Now()
		c := newCache(interval, time.Now)
		begun := 0
		begin := func(reading) *cachedRead {
			begun++
			return &cachedRead{began: time.Now(), done: make(chan struct{})}
		}
		r, first := c.get(begin)
		if first == nil || r.out != nil || !errors.Is(r.err, errReadContinues) {
			t.Fatalf("at first: %+v", r)
		}
		out := collector.NewOutput(nil)
		c.finish(first, reading{out: out, at: time.Now()}, func() bool { return false })
		for _, step := range []struct {
			at      time.Duration
			pending bool
			values  bool
			good    bool
		}{
			{interval*9/10 - 1, false, true, true},
			{interval * 9 / 10, true, true, true},
			{interval - 1, true, true, true},
			{interval, true, true, false},
			{2*interval - 1, true, true, false},
			{2 * interval, true, false, false},
		} {
			time.Sleep(time.Until(began.Add(step.at)))
			r, read := c.get(begin)
			if (read != nil) != step.pending || (r.out == out) != step.values || (r.err == nil) != step.good || step.values && !r.at.Equal(began) {
				t.Errorf("after %s: %+v, under way %v", step.at, r, read != nil)
			}
		}
		if begun != 2 {
			t.Errorf("%d reads, want 2: all wait for the one under way", begun)
		}
	})
}

// TestLimitOfCachedReads: two minutes, or the interval if that is shorter, and at least
// what the scrape has.
func TestLimitOfCachedReads(t *testing.T) {
	for name, step := range map[string]struct{ interval, scrape, want time.Duration }{
		"long interval":  {time.Hour, 10 * time.Second, 2 * time.Minute},
		"short interval": {30 * time.Second, 10 * time.Second, 30 * time.Second},
		"long scrape":    {time.Second, 10 * time.Second, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hangs := collector.Collector{Name: "hangs", Read: func(ctx context.Context, _ *collector.Source, _ *collector.Output) error {
					<-ctx.Done()
					return context.Cause(ctx)
				}}
				c := &Cluster{reads: t.Context(), now: time.Now, caches: map[string]*cache{"hangs": newCache(step.interval, time.Now)}}
				began := time.Now()
				s := newSweep([]collector.Collector{hangs}, began)
				s.deadline = began.Add(step.scrape)
				src := collector.NewSource(t.Context(), t.Context(), c.settings)
				_, read := c.caches["hangs"].get(func(meanwhile reading) *cachedRead { return c.beginRead(s, 0, src, meanwhile) })
				<-read.done
				if took := time.Since(began); took != step.want || !errors.Is(read.result.err, errReadLimit) {
					t.Errorf("ended after %s, want %s: %v", took, step.want, read.result.err)
				}
			})
		})
	}
}
