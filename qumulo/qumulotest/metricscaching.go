package qumulotest

import (
	"maps"
	"sync"
	"time"
)

// How far apart a cluster emits what it caches, at most.
const (
	infoEvery   = 24 * time.Hour // information metrics
	drivesEvery = 2 * time.Hour  // endurance and error counters of the drives
)

// CacheMetrics makes the cluster emit information metrics once in 24 hours, and endurance and error counters of
// its drives once in two hours, by that clock, which may be another than the model's: such a family is on the
// page of the first call and absent, with its TYPE and HELP, from the pages of all calls until the time is over.
// Each answer counts, whoever gets it and whether it arrives or not. The times begin anew with each
// CacheMetrics; nil ends it, and each page has all, as that of a new model has. CacheMetrics returns the model.
func (m *Model) CacheMetrics(clock func() time.Time) *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.caching = nil
	if clock != nil {
		m.caching = &metricsCaching{clock: clock, emitted: map[string]time.Time{}}
	}
	return m
}

// metricsCaching is when families were last emitted. A nil one emits always.
type metricsCaching struct {
	clock func() time.Time

	mu      sync.Mutex
	emitted map[string]time.Time // by family
}

// emits reports whether the family is on the page now, and notes that it was.
func (c *metricsCaching) emits(f documentedMetric) bool {
	if c == nil || f.every == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock()
	if last, was := c.emitted[f.name]; was && now.Sub(last) < f.every {
		return false
	}
	c.emitted[f.name] = now
	return true
}

func (c *metricsCaching) clone() *metricsCaching {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return &metricsCaching{clock: c.clock, emitted: maps.Clone(c.emitted)}
}
