// Package files reads small files that may change, vanish, be half written or
// lie on a file system that hangs.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// patience is how long a reader that has the content of an earlier read waits for
// the next one.
const patience = 100 * time.Millisecond

// Reader reads one file. However many ask at a time, the file is opened once: one
// that hangs holds one goroutine and, each under its own context, those who ask.
type Reader struct {
	path    string
	maxSize int64 // bytes
	// check reports what is wrong with a content; nil: nothing can be.
	check func(content string) error
	// changed is told when the file can't be used any more, and (nil) when it can again.
	changed func(path string, err error)
	open    func(path string) (io.ReadCloser, error)

	mu      sync.Mutex
	under   *reading // under way
	content string   // of the last read that succeeded
	known   bool     // there was one
	failing bool     // and those after it fail
}

// reading is one read under way.
type reading struct {
	began   time.Time
	done    chan struct{} // closed when the others are set
	content string
	err     error
}

// NewReader makes a reader of a file of at most maxSize bytes whose content passes
// check. changed is told of a file that was good when it can't be used any more,
// and when it can again.
func NewReader(path string, maxSize int64, check func(content string) error, changed func(path string, err error)) *Reader {
	return &Reader{path: path, maxSize: maxSize, check: check, changed: changed, open: openRegular}
}

// Path is the file's.
func (f *Reader) Path() string { return f.path }

// Read returns the content of the file as it is now.
func (f *Reader) Read(ctx context.Context) (string, error) {
	r := f.begin()
	select {
	case <-r.done:
		return r.content, r.err
	case <-ctx.Done():
		return "", f.hangs(context.Cause(ctx))
	}
}

// Latest returns the content of the file as it is now or, where it can't be had or
// passes no check, as it was when it last did. It waits for a file that was read
// before only for a moment.
func (f *Reader) Latest(ctx context.Context) (string, error) {
	r := f.begin()
	content, known := f.last()
	if !known {
		return f.Read(ctx)
	}
	timer := time.NewTimer(patience - time.Since(r.began))
	defer timer.Stop()
	select {
	case <-r.done:
		if r.err == nil {
			return r.content, nil
		}
	case <-timer.C:
		f.note(f.hangs(context.DeadlineExceeded))
	case <-ctx.Done():
	}
	return content, nil
}

func (f *Reader) last() (content string, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.content, f.known
}

// begin joins the read under way, or begins one.
func (f *Reader) begin() *reading {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.under != nil {
		return f.under
	}
	r := &reading{began: time.Now(), done: make(chan struct{})}
	f.under = r
	go func() {
		r.content, r.err = f.read()
		f.end(r)
		f.note(r.err)
		close(r.done)
	}()
	return r
}

func (f *Reader) end(r *reading) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under = nil
	if r.err == nil {
		f.content, f.known = r.content, true
	}
}

// note tells of a change between a file that can be used and one that can't.
func (f *Reader) note(err error) {
	f.mu.Lock()
	changes := f.known && f.failing != (err != nil)
	f.failing = f.known && err != nil
	f.mu.Unlock()
	if changes {
		f.changed(f.path, err)
	}
}

// Error is a file that can't be used.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return "file " + e.Path + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// NoAnswer is the error of a file whose file system hangs.
func NoAnswer(path string, cause error) *Error {
	return &Error{path, fmt.Errorf("no answer from its file system: %w", cause)}
}

func (f *Reader) hangs(cause error) error { return NoAnswer(f.path, cause) }

// Hangs reports whether a read has been under way for longer than it should.
func (f *Reader) Hangs() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.under != nil && time.Since(f.under.began) > patience
}

func (f *Reader) read() (string, error) {
	data, err := f.readAll()
	if err == nil && f.check != nil {
		err = f.check(data)
	}
	if err == nil {
		return data, nil
	}
	if byPath, ok := errors.AsType[*os.PathError](err); ok {
		err = byPath.Err // the path is said already
	}
	return "", &Error{f.path, err}
}

func (f *Reader) readAll() (string, error) {
	file, err := f.open(f.path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, f.maxSize+1))
	if err == nil && int64(len(data)) > f.maxSize {
		err = fmt.Errorf("larger than %d bytes", f.maxSize)
	}
	return string(data), err
}

var errNotRegular = errors.New("not a regular file")

// openRegular opens nothing else: to open a pipe might never end.
func openRegular(path string) (io.ReadCloser, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "open", Path: path, Err: errNotRegular}
	}
	return os.Open(path)
}
