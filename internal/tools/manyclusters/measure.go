package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// figures are what a run has measured.
type figures struct {
	took               []time.Duration // of each scrape
	faults             []string        // of the pages that were not complete
	rss                int64           // at the end, in bytes
	cpu                time.Duration
	filesBefore, files int // open file descriptors: after a third of the time, and at the end
}

// watcher scrapes an exporter's clusters.
type watcher struct {
	settings

	exporter *harness.Child
	client   *harness.Client

	mu      sync.Mutex
	figures figures
}

// measure starts an exporter for the clusters and scrapes each at its interval.
func measure(ctx context.Context, s settings, dir, binary string, clusters []*qumulotest.Server) (figures, error) {
	file, err := configure(dir, clusters)
	if err != nil {
		return figures{}, err
	}
	exporter, err := harness.StartExporter(ctx, harness.Program{
		Name: "exporter", Path: binary, Args: []string{"--config.file=" + file, "--web.listen-address=" + harness.Loopback},
	})
	if err != nil {
		return figures{}, err
	}
	defer exporter.Stop()
	w := &watcher{settings: s, exporter: exporter, client: harness.NewClient(exporter.Addr, s.timeout, len(clusters))}
	defer w.client.Close()
	timed, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	var scrapers sync.WaitGroup
	for i := range clusters {
		scrapers.Go(func() { w.scrapeOften(ctx, timed, name(i), s.interval*time.Duration(i)/time.Duration(len(clusters))) })
	}
	harness.Wait(timed, s.duration/3)
	before, err := exporter.OpenFiles()
	scrapers.Wait()
	w.figures.filesBefore = before
	return w.figures, errors.Join(err, ctx.Err(), w.finish())
}

// finish reads what the exporter has used.
func (w *watcher) finish() error {
	var errs [3]error
	w.figures.files, errs[0] = w.exporter.OpenFiles()
	w.figures.rss, _, errs[1] = w.exporter.Memory()
	w.figures.cpu, errs[2] = w.exporter.CPU()
	return errors.Join(errs[:]...)
}

// scrapeOften scrapes one cluster at its phase of each interval until timed ends.
func (w *watcher) scrapeOften(ctx, timed context.Context, name string, phase time.Duration) {
	harness.Wait(timed, phase)
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for timed.Err() == nil {
		w.scrape(ctx, name)
		select {
		case <-ticker.C:
		case <-timed.Done():
		}
	}
}

func (w *watcher) scrape(ctx context.Context, name string) {
	began := time.Now()
	page, err := w.client.Scrape(ctx, "/probe?target="+name)
	took := time.Since(began)
	if err == nil {
		err = page.Complete()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.figures.took = append(w.figures.took, took)
	if err != nil {
		w.figures.faults = append(w.figures.faults, name+": "+err.Error())
	}
}
