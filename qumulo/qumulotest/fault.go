package qumulotest

import (
	"net/http"
	"sync"
	"time"
)

// Fault is what goes wrong with a call. Delay comes first; then Hang, Reset and Status, before
// the cluster looks at the token. Body, HangBody and CutBody come after the checks of token and
// privilege. Header goes with every answer. The zero Fault is no fault.
type Fault struct {
	// Status is answered with an error body, or with Body.
	Status int
	// Header is added to the answer: Retry-After and the like.
	Header http.Header
	// Delay passes before anything else; it ends early when the client goes away.
	Delay time.Duration
	// Hang reads the request and never answers, until the client goes away or the node stops.
	Hang bool
	// HangBody sends the headers and half of the body, then nothing more.
	HangBody bool
	// CutBody announces the whole length, sends half of the body, then closes the connection.
	CutBody bool
	// Reset breaks the connection with a TCP reset in place of an answer.
	Reset bool
	// Body is answered instead of the model's answer, with Status or 200. An empty body is
	// []byte{}; nil is the model's.
	Body []byte
	// ContentType goes with Body; "" is application/json.
	ContentType string
	// Times is how many calls meet the fault; 0: all, until it is cleared.
	Times int
}

// isZero reports whether f is no fault at all.
func (f Fault) isZero() bool {
	return f.Status == 0 && len(f.Header) == 0 && f.Delay == 0 && !f.Hang && !f.HangBody &&
		!f.CutBody && !f.Reset && f.Body == nil
}

// SetFault makes calls of path meet f; "" is every path, the login too. A path's own fault wins
// over that of "". Fault{} clears the path's.
func (s *Server) SetFault(path string, f Fault) {
	s.faults.set(path, f)
}

// LoginFault makes logins meet f; Fault{} clears it.
func (s *Server) LoginFault(f Fault) {
	s.faults.set(loginPath, f)
}

// ClearFaults takes all faults away, those of the login too. Calls that hang already stay so.
func (s *Server) ClearFaults() {
	s.faults.clear()
}

// faults are the faults by path.
type faults struct {
	mu     sync.Mutex
	byPath map[string]Fault
}

func (fs *faults) set(path string, f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.isZero() {
		delete(fs.byPath, path)
		return
	}
	fs.byPath[path] = f
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	clear(fs.byPath)
}

// take returns the fault that a call of path meets and counts that call off.
func (fs *faults) take(path string) Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f, ok := fs.byPath[path]
	if !ok {
		path = ""
		if f, ok = fs.byPath[path]; !ok {
			return Fault{}
		}
	}
	switch f.Times {
	case 0:
	case 1:
		delete(fs.byPath, path)
	default:
		left := f
		left.Times--
		fs.byPath[path] = left
	}
	return f
}
