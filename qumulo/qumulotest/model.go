package qumulotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// nodesPath is where a cluster lists its nodes.
const nodesPath = "/v1/cluster/nodes/"

// Model is what a cluster says: for each GET path one answer, one list in pages, or what a
// function makes of the time and the parameters. It may be changed while a Server answers from it.
type Model struct {
	mu      sync.RWMutex
	answers map[string]source
	removed map[string]bool // paths that the cluster does not have, though it could
	now     func() time.Time
	form    MetricsForm
	caching *metricsCaching // nil: the page of metrics always has all
}

// source makes the answer of one path of a model.
type source interface {
	answer(m *Model, now time.Time, query url.Values) answer
}

// fixed is always the same body.
type fixed []byte

func (f fixed) answer(*Model, time.Time, url.Values) answer { return jsonAnswer(http.StatusOK, f) }

// computed is made anew for each call.
type computed func(now time.Time, query url.Values) any

func (c computed) answer(_ *Model, now time.Time, query url.Values) answer {
	made := c(now, query)
	if a, whole := made.(answer); whole {
		return a
	}
	return jsonAnswer(http.StatusOK, marshal(made))
}

// edited changes the bodies of what another source says.
type edited struct {
	source

	edit func(body []byte) []byte
}

func (e edited) answer(m *Model, now time.Time, query url.Values) answer {
	a := e.source.answer(m, now, query)
	if a.status == http.StatusOK {
		a.body = e.edit(a.body)
	}
	return a
}

// NewModel returns a model that has no answer yet, with the real clock.
func NewModel() *Model {
	return &Model{answers: map[string]source{}, removed: map[string]bool{}, now: time.Now}
}

// SetClock sets the clock of the answers that depend on the time, and returns the model.
func (m *Model) SetClock(now func() time.Time) *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = now
	return m
}

// Set makes answer what a GET of path gives, in place of any earlier one, and returns the model.
// The path is the API's own, without a query ("/v1/cluster/nodes/"). An answer is marshalled as
// JSON, once; json.RawMessage and []byte are served as they are. Set panics where the answer
// cannot be marshalled.
func (m *Model) Set(path string, answer any) *Model {
	var body []byte
	switch a := answer.(type) {
	case json.RawMessage:
		body = a
	case []byte:
		body = a
	default:
		var err error
		if body, err = json.Marshal(answer); err != nil {
			panic(fmt.Sprintf("qumulotest: answer of %s: %v", path, err))
		}
	}
	return m.set(path, fixed(body))
}

// SetFunc makes the answer of path depend on the time, by the model's clock, and on the parameters
// of the call. What the function returns is marshalled as JSON. It must not use the model.
func (m *Model) SetFunc(path string, answer func(now time.Time, query url.Values) any) *Model {
	return m.set(path, computed(answer))
}

// Edit passes each answer of path, or each page of it, through edit, which must not change what it
// is given, until restore is called. It panics where path has no answer.
func (m *Model) Edit(path string, edit func(body []byte) []byte) (restore func()) {
	m.mu.RLock()
	s := m.answers[path]
	m.mu.RUnlock()
	if s == nil {
		panic("qumulotest: no answer of " + path)
	}
	m.set(path, edited{source: s, edit: edit})
	return func() { m.set(path, s) }
}

func (m *Model) set(path string, s source) *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers[path] = s
	delete(m.removed, path)
	return m
}

// Remove takes the answer of path away: the cluster says 404 there, as a release without that
// endpoint does. The list of access tokens, which the Server itself answers, can be removed too.
func (m *Model) Remove(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.answers, path)
	m.removed[path] = true
}

// isRemoved reports whether the cluster does not have a path.
func (m *Model) isRemoved(path string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.removed[path]
}

// Answer returns the bytes that a GET of path without parameters is answered with; they must not
// be changed.
func (m *Model) Answer(path string) ([]byte, bool) {
	a, ok := m.answer(path, url.Values{})
	return a.body, ok
}

// answer returns the answer of path; ok is false where it has none.
func (m *Model) answer(path string, query url.Values) (a answer, ok bool) {
	m.mu.RLock()
	s, now := m.answers[path], m.now
	m.mu.RUnlock()
	if s == nil {
		return answer{}, false
	}
	return s.answer(m, now(), query), true
}

// Paths returns every path that has an answer, in no order.
func (m *Model) Paths() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Collect(maps.Keys(m.answers))
}

// SetNodeStatus changes node_status of one node in the node listing ("online", "offline"). It
// panics where the listing has no such node.
func (m *Model) SetNodeStatus(id int, status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var nodes []map[string]json.RawMessage
	listing, _ := m.answers[nodesPath].(fixed)
	if err := json.Unmarshal(listing, &nodes); err != nil {
		panic(fmt.Sprintf("qumulotest: node listing: %v", err))
	}
	for _, n := range nodes {
		if string(n["id"]) == fmt.Sprint(id) {
			n["node_status"] = marshal(status)
			m.answers[nodesPath] = fixed(marshal(nodes))
			return
		}
	}
	panic(fmt.Sprintf("qumulotest: no node %d", id))
}

// Clone returns a model of its own with the same answers.
func (m *Model) Clone() *Model {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return &Model{
		answers: maps.Clone(m.answers), removed: maps.Clone(m.removed), now: m.now,
		form: m.form, caching: m.caching.clone(),
	}
}

// marshal is json.Marshal of what can always be marshalled.
func marshal(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("qumulotest: %v", err))
	}
	return body
}
