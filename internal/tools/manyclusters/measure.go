package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	client   *http.Client

	mu      sync.Mutex
	figures figures
}

// measure starts an exporter for the clusters and scrapes each at its interval.
func measure(ctx context.Context, s settings, dir string, clusters []*qumulotest.Server) (figures, error) {
	file, err := configure(dir, clusters)
	if err != nil {
		return figures{}, err
	}
	exporter, err := harness.Start(ctx, "exporter", filepath.Join(dir, "qumulo_exporter"), "--config.file="+file, "--web.listen-address=127.0.0.1:0")
	if err != nil {
		return figures{}, err
	}
	defer exporter.Stop()
	w := &watcher{settings: s, exporter: exporter, client: &http.Client{
		Timeout: 2 * s.timeout, Transport: &http.Transport{MaxIdleConnsPerHost: len(clusters)},
	}}
	defer w.client.CloseIdleConnections()
	if err := w.ready(ctx); err != nil {
		return figures{}, exporter.Failed(err)
	}
	timed, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	var scrapers sync.WaitGroup
	for i := range clusters {
		scrapers.Go(func() { w.scrapeOften(ctx, timed, name(i), s.interval*time.Duration(i)/time.Duration(len(clusters))) })
	}
	wait(timed, s.duration/3)
	before, err := openFiles(exporter.PID)
	scrapers.Wait()
	w.figures.filesBefore = before
	return w.figures, errors.Join(err, ctx.Err(), w.finish())
}

// ready waits until the exporter watches its clusters.
func (w *watcher) ready(ctx context.Context) error {
	for range 100 {
		if w.get(ctx, "/-/ready", func(io.Reader) error { return nil }) == nil {
			return nil
		}
		wait(ctx, 100*time.Millisecond)
	}
	return errors.New("it does not get ready")
}

// finish reads what the exporter has used.
func (w *watcher) finish() error {
	var errs [3]error
	w.figures.files, errs[0] = openFiles(w.exporter.PID)
	w.figures.rss, _, errs[1] = harness.Memory(w.exporter.PID)
	w.figures.cpu, errs[2] = harness.CPU(w.exporter.PID)
	return errors.Join(errs[:]...)
}

// scrapeOften scrapes one cluster at its phase of each interval until timed ends.
func (w *watcher) scrapeOften(ctx, timed context.Context, name string, phase time.Duration) {
	wait(timed, phase)
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
	err := w.fetch(ctx, name)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.figures.took = append(w.figures.took, time.Since(began))
	if err != nil {
		w.figures.faults = append(w.figures.faults, name+": "+err.Error())
	}
}

// fetch gets a page and wants it complete.
func (w *watcher) fetch(ctx context.Context, name string) error {
	return w.get(ctx, "/probe?target="+name, func(page io.Reader) error {
		up, lines := false, bufio.NewScanner(page)
		var err error
		for lines.Scan() {
			line := lines.Text()
			up = up || line == "qumulo_up 1"
			if strings.HasPrefix(line, "qumulo_scrape_collector_success{") && strings.HasSuffix(line, " 0") {
				err = errors.Join(err, errors.New(line))
			}
		}
		if !up {
			err = errors.Join(err, errors.New("qumulo_up is not 1"))
		}
		return errors.Join(err, lines.Err())
	})
}

func (w *watcher) get(ctx context.Context, path string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.exporter.Addr+path, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(w.timeout.Seconds(), 'f', -1, 64))
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return read(resp.Body)
}

func openFiles(pid int) (int, error) {
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(files), err
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
