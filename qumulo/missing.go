package qumulo

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// missingFor is how long an endpoint is not asked again that the release does not have.
const missingFor = time.Hour

// missing are the endpoints that the cluster's release does not have, as far as that is
// known. The zero value has none.
type missing struct {
	mu sync.Mutex
	// until is how long each is not asked again, by the path of the endpoint. It stays missing
	// after that, until it is found.
	until   map[string]time.Time
	release string
}

func (m *missing) add(path string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until == nil {
		m.until = make(map[string]time.Time)
	}
	m.until[path] = now.Add(missingFor)
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

// found notes that the release has an endpoint.
func (m *missing) found(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.until, path)
}

// forget asks for all of them again where the cluster runs another release.
func (m *missing) forget(release string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.release != "" && m.release != release {
		clear(m.until)
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
// endpoint holds for a while.
func (c *Client) notFound(ctx context.Context, r *request, a *transport.Address, began time.Time, err error) error {
	is, known := c.pool.IsAPI(ctx, a, r.round.Began)
	if !known && ctx.Err() == nil && r.Path != VersionEndpoint.Path { // there are no other calls
		_, versionErr := c.send(ctx, VersionEndpoint.request(r.round, r.deadline), a, 1)
		is = versionErr == nil
		if !is && ctx.Err() == nil {
			c.pool.Report(a, began, transport.Sick)
		}
	}
	switch {
	case !is:
		status := &StatusError{Status: http.StatusNotFound, missing: NoAPI}
		return &Error{Operation: r.Name, Address: a.Name, Status: status.Status, Err: inTime(ctx, status)}
	case r.Missing == NotSupported:
		c.missing.add(r.Path, c.now())
	}
	return err
}
