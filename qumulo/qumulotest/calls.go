package qumulotest

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// callsKept is how many of the newest calls Calls gives: enough to look at, small enough for a
// run of days.
const callsKept = 100_000

// Call is one request that the cluster has read.
type Call struct {
	Time                time.Time
	Method, Path, Query string
	// Token is the bearer token that came with it, "" if none.
	Token string
	// Status is what was answered; 0: nothing, or not yet.
	Status int
	// Node is the address (host:port) of the node that was asked.
	Node string
}

// Calls returns the newest calls, at most 100,000, oldest first.
func (s *Server) Calls() []Call { return s.seen.newest() }

// CallCount returns how many calls of path were read; "" is every call but logins.
func (s *Server) CallCount(path string) int {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	if path != "" {
		return s.seen.paths[path]
	}
	n := 0
	for p, count := range s.seen.paths {
		if p != loginPath {
			n += count
		}
	}
	return n
}

// StatusCount returns how many calls, logins too, were answered with that status; 0 gives 0.
func (s *Server) StatusCount(status int) int {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.statuses[status]
}

// Logins returns how many logins were answered with 200.
func (s *Server) Logins() int { return s.seen.read(&s.seen.logins) }

// RefusedLogins returns how many logins were answered with a status from 400 to 499.
func (s *Server) RefusedLogins() int { return s.seen.read(&s.seen.refused) }

// Handshakes returns how many TLS handshakes were completed.
func (s *Server) Handshakes() int { return s.seen.read(&s.seen.handshakes) }

// OpenConnections returns how many connections to all nodes are open.
func (s *Server) OpenConnections() int { return s.seen.read(&s.seen.connections) }

// InFlight returns how many calls were read and neither answered nor given up.
func (s *Server) InFlight() int { return s.seen.read(&s.seen.inFlight) }

// MaxInFlight returns how many calls were in flight at the same time, at most.
func (s *Server) MaxInFlight() int { return s.seen.read(&s.seen.maxInFlight) }

// ResetCounts forgets all calls and sets all counts to 0, but for what is open or in flight now.
// The end of a call that is in flight counts no more.
func (s *Server) ResetCounts() { s.seen.reset() }

// recorder is what a cluster has seen. Counts are exact; the log keeps the newest calls.
type recorder struct {
	mu       sync.Mutex
	kept     int
	first    uint64 // number of the first call since the last reset
	next     uint64
	calls    []Call // call n stands at (n-first) % kept
	paths    map[string]int
	nodes    map[string]int
	statuses map[int]int

	logins, refused, handshakes        int
	connections, inFlight, maxInFlight int
}

func newRecorder(kept int) *recorder {
	r := &recorder{kept: kept}
	r.reset()
	return r
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first, r.calls = r.next, nil
	r.paths, r.nodes, r.statuses = map[string]int{}, map[string]int{}, map[int]int{}
	r.logins, r.refused, r.handshakes = 0, 0, 0
	r.maxInFlight = r.inFlight
}

// begin notes a call that was read and gives its number.
func (r *recorder) begin(req *http.Request, node string) uint64 {
	c := Call{
		Time: time.Now(), Method: req.Method, Path: req.URL.EscapedPath(),
		Query: req.URL.RawQuery, Token: bearer(req), Node: node,
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paths[c.Path]++
	r.nodes[node]++
	r.inFlight++
	r.maxInFlight = max(r.maxInFlight, r.inFlight)
	if len(r.calls) < r.kept {
		r.calls = append(r.calls, c)
	} else {
		r.calls[(r.next-r.first)%uint64(r.kept)] = c
	}
	r.next++
	return r.next - 1
}

// answered notes the status that call n gets, before its first byte is sent: so whoever has the
// answer finds it counted.
func (r *recorder) answered(n uint64, path string, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n < r.first {
		return
	}
	if r.next-n <= uint64(r.kept) {
		r.calls[(n-r.first)%uint64(r.kept)].Status = status
	}
	r.statuses[status]++
	switch {
	case path != loginPath:
	case status == http.StatusOK:
		r.logins++
	case status >= 400 && status < 500:
		r.refused++
	}
}

// add changes one of the plain counts.
func (r *recorder) add(count *int, by int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*count += by
}

// read returns one of the plain counts.
func (r *recorder) read(count *int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *count
}

func (r *recorder) newest() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := make([]Call, 0, len(r.calls))
	oldest := 0
	if len(r.calls) == r.kept {
		oldest = int((r.next - r.first) % uint64(r.kept))
	}
	calls = append(calls, r.calls[oldest:]...)
	return append(calls, r.calls[:oldest]...)
}

// bearer returns the bearer token of a request, "" if it has none.
func bearer(req *http.Request) string {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}
