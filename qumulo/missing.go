package qumulo

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// missingFor is how long an endpoint is not asked again that the release does not have.
const missingFor = time.Hour

// missing are the endpoints that the cluster's release does not have, and those that it has,
// as far as that is known. The zero value has none.
type missing struct {
	mu sync.Mutex
	// until is how long each is not asked again, by the path of the endpoint. It stays missing
	// after that, until it is found.
	until map[string]time.Time
	// answered are the endpoints that have given a good answer, likewise.
	answered map[string]bool
	// vanished is since when each of those has been missing all the same.
	vanished map[string]time.Time
	release  string    // "": that is not known
	asked    time.Time // the round in which a call was last sent to learn it again
}

func (m *missing) add(path string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until == nil {
		m.until = make(map[string]time.Time)
	}
	m.until[path] = now.Add(missingFor)
	delete(m.answered, path)
	delete(m.vanished, path)
}

// has reports whether an endpoint is missing and not to be asked again yet.
func (m *missing) has(path string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Before(m.until[path])
}

// known reports whether an endpoint is missing, asked again or not.
func (m *missing) known(path string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.until[path]
	return ok
}

// found notes that the release has an endpoint; good is that its answer was a good one.
func (m *missing) found(path string, good bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.until, path)
	if !good {
		return
	}
	if m.answered == nil {
		m.answered = make(map[string]bool)
	}
	m.answered[path] = true
	delete(m.vanished, path)
}

// isGone reports whether an endpoint that has answered has been missing for so long that it must be
// believed: it may have been turned off.
func (m *missing) isGone(path string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.vanished == nil {
		m.vanished = make(map[string]time.Time)
	}
	since, ok := m.vanished[path]
	if !ok {
		since, m.vanished[path] = now, now
	}
	return now.Sub(since) >= missingFor
}

// hasAnswered reports whether an endpoint has given a good answer of the release, which is known.
func (m *missing) hasAnswered(path string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.release != "" && m.answered[path]
}

// ask reports whether no other call of the round asks for the release.
func (m *missing) ask(round time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := !m.asked.Equal(round)
	m.asked = round
	return first
}

// forget asks for all of them again where the cluster runs another release.
func (m *missing) forget(release string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.release != "" && m.release != release {
		clear(m.until)
		clear(m.answered)
		clear(m.vanished)
	}
	m.release = release
}

// doubt asks for all of them again: who has said so was not well, perhaps.
func (m *missing) doubt() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for path := range m.until {
		m.until[path] = time.Time{}
	}
}

// Lacks reports whether the cluster's release is known not to have an endpoint: its last
// answer was a 404 that means so. It sends nothing. What is known holds until the endpoint
// answers otherwise or the release changes, however long that takes; of an endpoint that
// was not asked yet nothing is known.
func (c *Client) Lacks(e Endpoint) bool { return c.missing.known(e.Path) }

// notFound tells a release without the endpoint, or without the object, from something that
// is not the API, and gives no good answer to other calls. That a release has no such
// endpoint holds for a while; it is not believed for as long where this release has answered it before.
func (c *Client) notFound(ctx context.Context, r *request, a *transport.Address, began time.Time, err error) error {
	is, known := c.pool.IsAPI(ctx, a, r.round.Began)
	had := c.had(r)
	doubtful := !known || is && had && c.missing.ask(r.round.Began)
	if doubtful && ctx.Err() == nil && r.Path != VersionEndpoint.Path {
		release, versionErr := c.releaseAt(ctx, r, a)
		switch {
		case versionErr == nil:
			c.missing.forget(release) // the cluster may have been upgraded meanwhile
			is = true
		case !known && ctx.Err() == nil: // there are no other calls
			c.pool.Report(a, began, transport.Sick)
		}
	}
	switch {
	case !is:
		return asMissing(ctx, r, a, &StatusError{Status: http.StatusNotFound, missing: NoAPI})
	case had && c.had(r) && !c.missing.isGone(r.Path, c.now()):
		return asMissing(ctx, r, a, &StatusError{Status: http.StatusNotFound, missing: vanished, foreign: true})
	case r.Missing == NotSupported:
		c.missing.add(r.Path, c.now())
	}
	return err
}

// had reports whether this release has answered the endpoint before. An argument in its path may
// name what is gone.
func (c *Client) had(r *request) bool {
	return r.Missing == NotSupported && !strings.Contains(r.Path, "{") && c.missing.hasAnswered(r.Path)
}

// releaseAt asks an address for the release, for a call that got a 404 there.
func (c *Client) releaseAt(ctx context.Context, r *request, a *transport.Address) (string, error) {
	var v Version
	ask := VersionEndpoint.request(r.round, r.deadline)
	ask.decode = objectInto(&v)
	_, err := c.send(ctx, ask, a, 1)
	return v.Release(), err
}

// asMissing returns the error of a call whose 404 means something else than its endpoint says.
func asMissing(ctx context.Context, r *request, a *transport.Address, status *StatusError) error {
	return &Error{Operation: r.Name, Address: a.Name, Status: status.Status, Err: inTime(ctx, status)}
}
