package server

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
)

// debugWait is how long a debug page waits for the one before it, so that whoever
// asks for them in a loop has no answer at once to ask again after.
const debugWait = time.Second

// debugPages is the key of all debug pages, made or waited for.
const debugPages = "debug pages"

// limit bounds how many requests with the same key are answered at a time. It is
// safe for concurrent use.
type limit struct {
	max  int           // 0: no limit
	wait time.Duration // for a slot, where none is free

	mu    sync.Mutex
	taken map[any]int   // slots by key; a key without any is not in it
	freed chan struct{} // closed at the next release; nil: nobody waits
}

func newLimit(slots int, wait time.Duration) *limit {
	return &limit{max: slots, wait: wait, taken: make(map[any]int)}
}

// acquire reports whether there is a slot, to be released. It waits for one until
// ctx ends at the latest.
func (l *limit) acquire(ctx context.Context, key any) bool {
	ctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	for {
		ok, freed := l.try(key)
		if ok {
			return true
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return false
		}
	}
}

func (l *limit) try(key any) (ok bool, freed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.max == 0 || l.taken[key] < l.max {
		l.taken[key]++
		return true, nil
	}
	if l.freed == nil {
		l.freed = make(chan struct{})
	}
	return false, l.freed
}

func (l *limit) release(key any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken[key]--; l.taken[key] == 0 {
		delete(l.taken, key)
	}
	if l.freed != nil {
		close(l.freed)
		l.freed = nil
	}
}

// limited is a page with a limit of its own, whatever the clusters do: no page
// takes a slot of another one, and no cluster does.
func (h *handler) limited(key string, page http.Handler) http.Handler {
	return h.ready(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.within(w, r, key, "requests for this page", page)
	}))
}

// scraped answers a scrape of a cluster within the limit of that cluster, so that
// one that hangs holds up no other. A reload that changes it begins a new count.
func (h *handler) scraped(w http.ResponseWriter, r *http.Request, m *fleet.Member, answer http.Handler) {
	h.within(w, r, m, "scrapes of this cluster", answer)
}

// debugged makes one debug page of a cluster at a time: each costs the cluster a
// round of calls, which no scrape shares. They take no slot of a scrape.
func (h *handler) debugged(w http.ResponseWriter, r *http.Request, m *fleet.Member, answer http.Handler) {
	h.within(w, r, debugPages, "debug pages", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.debugs.acquire(r.Context(), m) {
			http.Error(w, "another debug page of this cluster is being made: there is one at a time, try again", http.StatusServiceUnavailable)
			return
		}
		defer h.debugs.release(m)
		answer.ServeHTTP(w, r)
	}))
}

// within answers if there is a slot, or else says of what there are too many.
func (h *handler) within(w http.ResponseWriter, r *http.Request, key any, what string, answer http.Handler) {
	if !h.requests.acquire(r.Context(), key) {
		http.Error(w, fmt.Sprintf("%d %s are being answered: this is the limit (--web.max-requests)", h.MaxRequests, what),
			http.StatusServiceUnavailable)
		return
	}
	defer h.requests.release(key)
	answer.ServeHTTP(w, r)
}
