package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// maxFile bounds a file, in bytes.
	maxFile = 4 << 20
	// maxWait is how long a load waits for files, all together.
	maxWait = 500 * time.Millisecond
	// maxReads bounds the files that are open at a time, and so the threads that
	// a hung file system can hold.
	maxReads = 128
	// maxNamed bounds the files that a line of the log names.
	maxNamed = 20
)

// ErrNoAnswer is of a file on a file system that hangs, which may be well again
// when the file is needed: no config error.
var ErrNoAnswer = fmt.Errorf("the file system did not answer within %s", maxWait)

// Files reads the files of configurations and waits for none of them long: a
// start or a reload must not hang with a file system. It remembers which reads
// still hang, so that no file is opened again before its last read has ended.
// It is safe for concurrent use and outlives the loads.
type Files struct {
	logger *slog.Logger
	read   func(path string) ([]byte, error)

	own   chan struct{} // held by the read of qumulo_exporter.yml itself
	named chan struct{} // held by the reads of the files that it names

	mu      sync.Mutex
	pending map[string]*pendingRead
}

type pendingRead struct {
	done chan struct{}
	content
}

// content is what a read returned.
type content struct {
	data []byte
	err  error
}

// contents are by path.
type contents map[string]content

// NewFiles returns Files that log with logger which files hang.
func NewFiles(logger *slog.Logger) *Files {
	return &Files{
		logger: logger, read: readRegular, pending: make(map[string]*pendingRead),
		own: make(chan struct{}, 1), named: make(chan struct{}, maxReads),
	}
}

// readAll reads the files side by side, and waits for them no longer than left.
// The error of those that have not answered by then is ErrNoAnswer.
func (f *Files) readAll(left time.Duration, paths []string) contents {
	late, stop := after(left)
	defer stop()
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		all = make(contents)
	)
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		if path == "" {
			continue
		}
		wg.Go(func() {
			c := f.readOne(late, path, f.named)
			mu.Lock()
			defer mu.Unlock()
			all[path] = c
		})
	}
	wg.Wait()
	f.report(all)
	return all
}

func (f *Files) report(all contents) {
	var silent []string
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if errors.Is(all[path].err, ErrNoAnswer) {
			silent = append(silent, path)
		}
	}
	if len(silent) > 0 {
		f.logger.Warn("Files did not answer in time and were not checked; scrapes of their clusters fail until they do",
			"files", silent[:min(len(silent), maxNamed)], "count", len(silent), "waited", maxWait)
	}
}

// after returns a channel that is closed when the time is over.
func after(d time.Duration) (late <-chan struct{}, stop func() bool) {
	over := make(chan struct{})
	return over, time.AfterFunc(d, func() { close(over) }).Stop
}

// InTime returns what a check of files returns, or that their file system did not answer:
// a start must not hang with it. A check that hangs is left behind.
func InTime(check func() error) error {
	done := make(chan error, 1)
	go func() { done <- check() }()
	select {
	case err := <-done:
		return err
	case <-time.After(maxWait):
		return ErrNoAnswer
	}
}

// Content returns that of qumulo_exporter.yml, as a load reads it and as long as a load waits.
func (f *Files) Content(path string) ([]byte, error) {
	late, stop := after(maxWait)
	defer stop()
	c := f.readOne(late, path, f.own)
	return c.data, c.err
}

// readOne reads a file while it holds one of the slots.
func (f *Files) readOne(late <-chan struct{}, path string, slots chan struct{}) content {
	for {
		p, mine := f.begin(path, slots)
		select {
		case <-p.done:
			if mine {
				return p.content
			}
			// It was begun by an earlier load, and the file may have changed since.
		case <-late:
			return content{err: ErrNoAnswer}
		}
	}
}

// begin returns the read of the file that is under way, or a new one; mine
// reports whether it is new.
func (f *Files) begin(path string, slots chan struct{}) (p *pendingRead, mine bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p = f.pending[path]; p != nil {
		return p, false
	}
	p = &pendingRead{done: make(chan struct{})}
	f.pending[path] = p
	go func() {
		slots <- struct{}{}
		p.data, p.err = f.read(path)
		<-slots
		f.mu.Lock()
		delete(f.pending, path)
		f.mu.Unlock()
		close(p.done)
	}()
	return p, true
}

func readRegular(path string) ([]byte, error) {
	// To open something else, as a pipe, might never end.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("larger than %d bytes", maxFile)
	}
	return data, err
}
