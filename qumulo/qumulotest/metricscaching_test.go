package qumulotest

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// cachedFamilies are those that a cluster emits at intervals.
func cachedFamilies() map[string]time.Duration {
	return map[string]time.Duration{
		"qumulo": 24 * time.Hour, "qumulo_kernel": 24 * time.Hour, "qumulo_node": 24 * time.Hour,
		"qumulo_disk_endurance_percent": 2 * time.Hour, "qumulo_disk_transport_errors": 2 * time.Hour,
		"qumulo_disk_uncorrectable_media_errors": 2 * time.Hour,
	}
}

// familiesOn returns which families are on the page now.
func familiesOn(t *testing.T, m *Model) []string {
	t.Helper()
	page, _ := m.Answer(metricsPath)
	return slices.Sorted(maps.Keys(readMetrics(t, string(page), MetricsForm{})))
}

// TestMetricsCaching: with a call each hour, each cached family is there once in its time, and the others always.
func TestMetricsCaching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := SingleNode().SetClock(time.Now)
		all := familiesOn(t, m)
		if again := familiesOn(t, m); !slices.Equal(again, all) {
			t.Fatalf("at first something is cached: %q, then %q", all, again)
		}
		m.CacheMetrics(time.Now)
		for hour := range 50 {
			want := slices.DeleteFunc(slices.Clone(all), func(name string) bool {
				every := cachedFamilies()[name]
				return every != 0 && time.Duration(hour)*time.Hour%every != 0
			})
			if got := familiesOn(t, m); !slices.Equal(got, want) {
				t.Errorf("hour %d: %q, want %q", hour, got, want)
			}
			time.Sleep(time.Hour)
		}
		// A second call at the same time has none of them, nor has that of a clone, which goes its own way then.
		few := len(all) - len(cachedFamilies())
		time.Sleep(24 * time.Hour)
		before := m.Clone()
		if got := familiesOn(t, m); len(got) != len(all) {
			t.Errorf("after a day: %q", got)
		}
		after := m.Clone()
		if n := len(familiesOn(t, m)); n != few {
			t.Errorf("at once again: %d families, want %d", n, few)
		}
		if n, n2 := len(familiesOn(t, before)), len(familiesOn(t, after)); n != len(all) || n2 != few {
			t.Errorf("clones have %d and %d families, want %d and %d", n, n2, len(all), few)
		}
		if n := len(familiesOn(t, m.CacheMetrics(time.Now))); n != len(all) {
			t.Errorf("cached anew: %d families, want %d", n, len(all))
		}
		m.CacheMetrics(nil)
		if n := len(familiesOn(t, m)); n != len(all) {
			t.Errorf("without caching: %d families, want %d", n, len(all))
		}
	})
}

// TestMetricsCachingClock: the caching has a clock of its own, and what a cluster emits late is 24 hours old then.
func TestMetricsCachingClock(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	m := SingleNode().SetClock(func() time.Time { return now }).CacheMetrics(func() time.Time { return now })
	all := len(familiesOn(t, m))
	now = now.Add(24*time.Hour - time.Nanosecond)
	if n := len(familiesOn(t, m)); n != all-3 {
		t.Errorf("short of a day: %d families, want %d", n, all-3)
	}
	now = now.Add(time.Nanosecond)
	if n := len(familiesOn(t, m)); n != all-3 {
		t.Errorf("after a day, and of the drives a moment after the last: %d families, want %d", n, all-3)
	}
	stopped := now
	m.SetClock(func() time.Time { return stopped })
	now = now.Add(24 * time.Hour)
	if n := len(familiesOn(t, m)); n != all {
		t.Errorf("with the model's clock stopped: %d families, want %d", n, all)
	}
}
