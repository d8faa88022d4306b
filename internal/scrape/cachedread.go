package scrape

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// maxCachedRead is how long the read of a collector with an interval may take, if that
// is not shorter. One that hangs must not keep the next from being made for ever.
const maxCachedRead = 2 * time.Minute

var (
	// errReadContinues is what a scrape says that could not wait for a cached read.
	errReadContinues = errors.New("the read takes longer than the scrape; it continues, and a later scrape returns its values")
	// errReadLimit ends the calls of a cached read.
	errReadLimit = errors.New("time limit of a cached read exceeded")
	// errGaveWay ends a cached read whose calls may hold the slots that the node listing waits for.
	errGaveWay = errors.New("the read was ended: the node listing had to wait while all slots were taken")
	errClosed  = errors.New("the cluster is not watched any more")
)

// readCached shows what is cached of a collector, or waits for a read of it as long as
// the sweep lasts. A read under way is left to continue if the cluster has listed its nodes:
// a cluster that is down would hold it, and the first scrape after that would miss it.
func (s *sweep) readCached(ctx context.Context, c *Cluster, i int, src *collector.Source) {
	cache := c.caches[s.collectors[i].Name]
	r, read := cache.get(func(meanwhile reading) *cachedRead { //nolint:contextcheck // a cached read outlives the sweep
		return c.beginRead(s, i, src, meanwhile)
	})
	if read == nil {
		s.put(i, r, true, c.now())
		s.limitTo(r)
		return
	}
	s.putMeanwhile(i, r)
	defer s.waitsFor(cache, read)()
	select {
	case <-read.done:
	case <-ctx.Done():
		if !cache.isAbandoned(read) {
			return
		}
		<-read.done // it does not continue, and says why
	}
	s.put(i, read.result, true, c.now())
	s.limitTo(read.result)
}

// waitsFor notes a cached read that the sweep waits for, until it leaves.
func (s *sweep) waitsFor(of *cache, read *cachedRead) (leave func()) {
	var once sync.Once
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandons = append(s.abandons, func() { once.Do(func() { of.leave(read, true) }) })
	return func() { once.Do(func() { of.leave(read, false) }) }
}

// abandonReads ends the cached reads that the sweep waits for, if the cluster has not
// listed its nodes, before anybody else can join them.
func (s *sweep) abandonReads() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up {
		return
	}
	for _, abandon := range s.abandons {
		abandon()
	}
}

// beginRead reads a collector under a time limit of its own, with a source of its own:
// the calls of the sweep's end with its callers. The calls are of the sweep's round,
// so that a rejected token costs them no call more.
func (c *Cluster) beginRead(s *sweep, i int, sweepSource *collector.Source, meanwhile reading) *cachedRead {
	col := s.collectors[i]
	cache := c.caches[col.Name]
	limit := min(maxCachedRead, cache.interval)
	if deadline, ok := s.latest(); ok {
		limit = max(limit, time.Until(deadline))
	}
	timed, stop := context.WithTimeoutCause(c.reads, limit, errReadLimit)
	ctx, cancel := context.WithCancelCause(timed)
	round := func(priority int) context.Context {
		return qumulo.WithRound(ctx, qumulo.Round{Began: s.began, Priority: priority, After: s.asked, Observe: s.observed})
	}
	src := collector.NewSource(round(i), round(len(s.collectors)), c.settings)
	out := s.output(i, errReadContinues, c.now)
	if meanwhile.out != nil { // a part of the new values does not stand in for all of the last ones
		out = collector.NewOutput(func(*collector.Output) {})
	}
	begun := &cachedRead{began: c.now(), done: make(chan struct{}), cancel: cancel}
	c.idle.Go(func() {
		defer stop()
		defer cancel(nil)
		r := read(round(i), col, src, out, c.now)
		if r.out != nil {
			r.out = r.out.Compact()
		}
		cache.finish(begun, r, func() bool {
			_, err := sweepSource.Nodes()
			return err == nil && !r.gaveWay()
		})
		src.Wait()
	})
	return begun
}

// putMeanwhile shows what there is until a cached read has ended, unless a checkpoint of
// that read is there.
func (s *sweep) putMeanwhile(i int, r reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if result := &s.results[i]; r.out != nil || result.out == nil {
		result.reading, result.ended = r, r.err == nil
	}
}
