package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	// sampleEvery is how often the exporter's memory is looked at.
	sampleEvery = time.Second
	clock       = "15:04:05.000"
)

// scrape is one request for a page and what became of it.
type scrape struct {
	began, ended time.Time
	fault        error // why the page is not complete; nil if it is
}

// String tells of a page that is not complete.
func (s scrape) String() string {
	return fmt.Sprintf("%s not complete after %s: %v", s.began.Format(clock), s.ended.Sub(s.began).Round(time.Millisecond), s.fault)
}

// record is what a run has seen.
type record struct {
	settings   settings
	scrapes    []scrape // in the order of their ends
	outages    []outage
	traffic    traffic
	rss        []int64      // bytes, one after the other
	start, end harness.Page // with all well
	handshakes int          // at the cluster
	needless   int          // see saboteur
}

// driver scrapes one exporter.
type driver struct {
	client *harness.Client
	want   harness.Page // the collectors' part of a complete page: nothing of the simulated cluster changes

	mu      sync.Mutex
	scrapes []scrape
}

// soak scrapes while the cluster fails, and judges what it has seen.
func soak(ctx context.Context, s settings, cluster *qumulotest.Server, exporter *harness.Child, log io.Writer) (figures, error) {
	// Connections that stood for a burst of slow pages are given up after it.
	d := &driver{client: harness.NewClient(exporter.Addr, s.timeout, 2)}
	first, err := d.client.Scrape(ctx, "/metrics")
	if err != nil {
		return figures{}, fmt.Errorf("the first page: %w", err)
	}
	d.want = first.Cluster()
	r := record{settings: s}
	if r.start, err = d.complete(ctx); err != nil {
		return figures{}, err
	}
	timed, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	var others sync.WaitGroup
	breaker := &saboteur{cluster: cluster, settings: s}
	others.Go(func() {
		breaker.run(timed, func(o outage) {
			fmt.Fprintf(log, "%s node %s %s %s\n", o.began.Format(clock), o.node, o.kind, o.moment)
		})
	})
	others.Go(func() { r.rss = sampleMemory(timed, exporter) })
	others.Go(func() {
		select {
		case <-exporter.Ended():
			cancel()
		case <-timed.Done():
		}
	})
	d.run(ctx, timed, s.interval(), log)
	others.Wait()
	if ctx.Err() != nil {
		return figures{}, context.Cause(ctx)
	}
	select {
	case <-exporter.Ended():
		return figures{}, errors.New("the exporter has ended")
	default:
	}
	if r.end, err = d.complete(ctx); err != nil {
		return figures{}, err
	}
	r.scrapes, r.outages, r.traffic, r.needless = d.scrapes, breaker.outages, breaker.traffic, breaker.needless
	r.traffic.add(cluster.Calls())
	r.handshakes = cluster.Handshakes()
	return judge(r), nil
}

// complete returns a page while all is well and nothing else goes on.
func (d *driver) complete(ctx context.Context) (harness.Page, error) {
	p, err := d.fetch(ctx)
	if err != nil {
		return nil, fmt.Errorf("a page while all is well: %w", err)
	}
	return p, nil
}

// run begins a scrape at each interval until timed ends, whether those before have ended or not,
// and waits for the last.
func (d *driver) run(ctx, timed context.Context, interval time.Duration, log io.Writer) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	var scrapes sync.WaitGroup
	defer scrapes.Wait()
	for {
		select {
		case <-ticker.C:
			scrapes.Go(func() { d.scrape(ctx, log) })
		case <-timed.Done():
			return
		}
	}
}

func (d *driver) scrape(ctx context.Context, log io.Writer) {
	s := scrape{began: time.Now()}
	_, s.fault = d.fetch(ctx)
	s.ended = time.Now()
	if ctx.Err() != nil {
		return // interrupted, as the run is
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scrapes = append(d.scrapes, s)
	if s.fault != nil {
		fmt.Fprintln(log, s)
	}
}

// fetch returns a page, and an error where it is not complete.
func (d *driver) fetch(ctx context.Context) (harness.Page, error) {
	p, err := d.client.Scrape(ctx, "/metrics")
	if err == nil {
		err = errors.Join(p.Complete(collectors()...), p.Like(d.want))
	}
	return p, err
}

// sampleMemory reads the resident memory of the exporter until ctx ends.
func sampleMemory(ctx context.Context, exporter *harness.Child) []int64 {
	var samples []int64
	for ctx.Err() == nil {
		harness.Wait(ctx, sampleEvery)
		if rss, _, err := exporter.Memory(); err == nil { // one that has ended is noticed elsewhere
			samples = append(samples, rss)
		}
	}
	return samples
}
