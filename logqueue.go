package main

import (
	"io"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

const (
	// maxQueued lines wait at most for whoever reads the log.
	maxQueued = 1000
	// logPatience is how long who writes a line waits for the reader, until it is known that there is none.
	logPatience = 100 * time.Millisecond
	// lastPatience is how long the end of the program waits.
	lastPatience = time.Second
)

// logQueue takes the lines of the log, so that nobody waits long for whoever reads it: a reader that has stopped
// would hold each scrape that has something to say, and the end of the program. It is safe for concurrent use.
type logQueue struct {
	lines    chan queuedLine
	stuck    atomic.Bool
	lost     atomic.Int64
	end, all chan struct{} // closed: when no more lines come, and when all are written
}

type queuedLine struct {
	text    []byte
	written chan struct{}
}

// newLogQueue makes a queue of lines to out. told gets the number of lines that were lost, when there is a reader again.
func newLogQueue(out io.Writer, told func(lost int64)) *logQueue {
	q := &logQueue{lines: make(chan queuedLine, maxQueued), end: make(chan struct{}), all: make(chan struct{})}
	go func() {
		defer close(q.all)
		for {
			select {
			case line := <-q.lines:
				q.write(out, line, told)
			case <-q.end:
				for len(q.lines) > 0 {
					q.write(out, <-q.lines, told)
				}
				return
			}
		}
	}()
	return q
}

func (q *logQueue) write(out io.Writer, line queuedLine, told func(lost int64)) {
	_, _ = out.Write(line.text) // there is nowhere else to say it
	close(line.written)
	if len(q.lines) == 0 {
		q.stuck.Store(false)
	}
	if n := q.lost.Swap(0); n > 0 {
		told(n)
	}
}

// Write implements io.Writer. It takes a line.
func (q *logQueue) Write(text []byte) (int, error) {
	line := queuedLine{slices.Clone(text), make(chan struct{})}
	select {
	case q.lines <- line:
	default:
		q.lost.Add(1)
		return len(text), nil
	}
	if !q.stuck.Load() {
		select {
		case <-line.written:
		case <-time.After(logPatience):
			q.stuck.Store(true)
		}
	}
	return len(text), nil
}

// Close waits for the lines to be written, but not long. What comes later is lost.
func (q *logQueue) Close() {
	close(q.end)
	select {
	case <-q.all:
	case <-time.After(lastPatience):
	}
}

// sayLost logs how many lines nobody has read.
func sayLost(logger *slog.Logger) func(lost int64) {
	return func(lost int64) { logger.Warn("The log was not read; lines are left out", "lines_left_out", lost) }
}
