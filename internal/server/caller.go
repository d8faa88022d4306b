package server

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// writeTime is how long an answer may take on its way to a caller that has not
	// said how long it waits. With the default scrape timeout it is over before the
	// grace of a stop is.
	writeTime = 15 * time.Second
	// stallTime is how long a caller may take nothing of its answer.
	stallTime = 5 * time.Second
	// pieceSize is how much of an answer must be taken within stallTime.
	pieceSize = 64 << 10
	// bodyTime is how long the body of a request may take. No page needs one.
	bodyTime = time.Second
	maxBody  = 64 << 10
)

// bounded bounds the time of a caller: for the body of its request, and for its
// answer. What it holds is not its own: a connection, and a slot of a limit.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := &boundedWriter{ResponseWriter: w, control: http.NewResponseController(w)}
		writeUntil(b, writeTime)
		if receiveBody(b, r) {
			next.ServeHTTP(b, r)
		}
	})
}

// receiveBody reports whether the request is complete, and answers it if not.
// net/http waits for a body before it sends an answer, without an end.
func receiveBody(w *boundedWriter, r *http.Request) bool {
	if r.ContentLength != 0 {
		_ = w.control.SetReadDeadline(time.Now().Add(bodyTime)) // see writeUntil
		if _, err := io.Copy(io.Discard, http.MaxBytesReader(w.ResponseWriter, r.Body, maxBody)); err != nil {
			w.Header().Set("Connection", "close")
			if _, long := errors.AsType[*http.MaxBytesError](err); long {
				http.Error(w, "the body of the request is too long; none is needed", http.StatusRequestEntityTooLarge)
			} else {
				http.Error(w, "the body of the request did not arrive; none is needed", http.StatusRequestTimeout)
			}
			return false
		}
	}
	// The server waits for the next request, or for the end of the connection.
	_ = w.control.SetReadDeadline(time.Time{})
	return true
}

// boundedWriter writes an answer in pieces, each of which must be taken in time.
type boundedWriter struct {
	http.ResponseWriter

	control *http.ResponseController
	end     time.Time // of the time for the whole answer
}

// Unwrap serves http.ResponseController.
func (w *boundedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// SetWriteDeadline bounds the time for the whole answer.
func (w *boundedWriter) SetWriteDeadline(end time.Time) error {
	w.end = end
	return w.control.SetWriteDeadline(end)
}

// Write implements io.Writer.
func (w *boundedWriter) Write(p []byte) (n int, err error) {
	for first := true; err == nil && (first || n < len(p)); first = false {
		deadline := time.Now().Add(stallTime)
		if w.end.Before(deadline) {
			deadline = w.end
		}
		_ = w.control.SetWriteDeadline(deadline) // see writeUntil
		var written int
		written, err = w.ResponseWriter.Write(p[n:min(n+pieceSize, len(p))])
		n += written
	}
	return n, err
}

// writeUntil bounds the time for the answer: a caller that does not read it must
// not keep its slot.
func writeUntil(w http.ResponseWriter, end time.Duration) {
	// Where there is no connection to bound there is no caller that could hold it.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(end))
}
