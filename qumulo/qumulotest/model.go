package qumulotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sync"
)

// nodesPath is where a cluster lists its nodes.
const nodesPath = "/v1/cluster/nodes/"

// Model is what a cluster says: one answer for each GET path, or one list in pages. It may be
// changed while a Server answers from it.
type Model struct {
	mu      sync.RWMutex
	answers map[string][]byte
	pages   map[string]*pagedList
}

// NewModel returns a model that has no answer yet.
func NewModel() *Model {
	return &Model{answers: map[string][]byte{}, pages: map[string]*pagedList{}}
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
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pages, path)
	m.answers[path] = body
	return m
}

// Remove takes the answer of path away: the cluster says 404 there, as a release without that
// endpoint does.
func (m *Model) Remove(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.answers, path)
	delete(m.pages, path)
}

// Answer returns the bytes that a GET of path without parameters is answered with; they must not
// be changed.
func (m *Model) Answer(path string) ([]byte, bool) {
	body, pages, ok := m.find(path)
	if pages != nil {
		body = pages.page(url.Values{}).body
	}
	return body, ok
}

// find returns the answer of path, or its pages; ok is false where it has neither.
func (m *Model) find(path string) (body []byte, pages *pagedList, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	body, ok = m.answers[path]
	pages = m.pages[path]
	return body, pages, ok || pages != nil
}

// Paths returns every path that has an answer, in no order.
func (m *Model) Paths() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.AppendSeq(slices.Collect(maps.Keys(m.answers)), maps.Keys(m.pages))
}

// SetNodeStatus changes node_status of one node in the node listing ("online", "offline"). It
// panics where the listing has no such node.
func (m *Model) SetNodeStatus(id int, status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var nodes []map[string]json.RawMessage
	if err := json.Unmarshal(m.answers[nodesPath], &nodes); err != nil {
		panic(fmt.Sprintf("qumulotest: node listing: %v", err))
	}
	for _, n := range nodes {
		if string(n["id"]) == fmt.Sprint(id) {
			n["node_status"] = marshal(status)
			m.answers[nodesPath] = marshal(nodes)
			return
		}
	}
	panic(fmt.Sprintf("qumulotest: no node %d", id))
}

// Clone returns a model of its own with the same answers.
func (m *Model) Clone() *Model {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return &Model{answers: maps.Clone(m.answers), pages: maps.Clone(m.pages)}
}

// marshal is json.Marshal of what can always be marshalled.
func marshal(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("qumulotest: %v", err))
	}
	return body
}
