package qumulo

import (
	"sync"
	"time"
)

// missingFor is how long an endpoint is not asked again that the release does not have.
const missingFor = time.Hour

// missing are the endpoints that the cluster's release does not have, until when. The
// zero value has none.
type missing struct {
	mu      sync.Mutex
	until   map[string]time.Time // by path
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

func (m *missing) has(path string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Before(m.until[path])
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
