package qumulotest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// metricsPath is where a cluster serves the metrics that it makes itself.
const metricsPath = "/v2/metrics/endpoints/default/data"

// countersBegin is when the counters of a page were 0: the beginning of the time in testing/synctest,
// so that they move there too.
func countersBegin() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// metrics is the page of the cluster's own metrics. Names, types and labels are the vendor's; nobody has
// seen a page, so the order, the help and all words that the vendor does not list are invented.
func metrics(c cluster, m *Model) { m.set(metricsPath, metricsPage{c}) }

// metricsPage is made anew for each call, of the answers that the model has then: a node that is set
// offline, a drive that dies and a file system that fills are seen there too.
type metricsPage struct{ c cluster }

func (p metricsPage) answer(m *Model, now time.Time, _ url.Values) answer {
	m.mu.RLock()
	form, caching := m.form, m.caching
	m.mu.RUnlock()
	return form.answer(p.write(m, now, form, caching, nil))
}

// write returns the page, with more samples of some families.
func (p metricsPage) write(m *Model, now time.Time, form MetricsForm, caching *metricsCaching, more map[string]metricSamples) []byte {
	s := p.c.subject(m, now)
	w := pageWriter{form: form, now: now}
	for _, f := range documentedMetrics() {
		if f.existsOn(p.c) && caching.emits(f) {
			w.family(f.name, f.kind, f.help, append(f.samples(s), more[f.name]...))
		}
	}
	return w.end()
}

// SetMetricsPage makes text the page of the cluster's own metrics, as it is, in place of that which the
// model makes; it has the content type of the form. It returns the model.
func (m *Model) SetMetricsPage(text string) *Model { return m.set(metricsPath, metricsText(text)) }

// metricsText is a page that never changes.
type metricsText []byte

func (t metricsText) answer(m *Model, _ time.Time, _ url.Values) answer {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.form.answer(t)
}

// answer is a page with the content type of the form.
func (f MetricsForm) answer(page []byte) answer {
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {f.contentType()}}, body: page}
}

// subject is what a page is about: the cluster as its other answers describe it at that time.
type subject struct {
	cluster

	now time.Time
	// seconds since the counters were 0.
	seconds   float64
	shown     release // what else a page has follows the release that the cluster was made with
	chassis   []chassis
	protected protectionNumbers
	tolerated map[string]int // by "nodes", "disks" and "fault_domains"
	root      directoryTotals
	// built is the cluster as it was made: devices and clocks of its nodes are known by their place in it.
	built cluster
}

// protectionNumbers are those in /v1/cluster/protection/status.
type protectionNumbers struct {
	MaxNodes   int `json:"max_node_failures"`
	MaxDrives  int `json:"max_drive_failures"`
	LeftNodes  int `json:"remaining_node_failures"`
	LeftDrives int `json:"remaining_drive_failures"`
}

func (c cluster) subject(m *Model, now time.Time) *subject {
	s := &subject{cluster: c, built: c, now: now, seconds: max(0, now.Sub(countersBegin()).Seconds())}
	s.name = describe(m, now, "/v1/cluster/settings", map[string]string{"cluster_name": c.name})["cluster_name"]
	s.shown = describe(m, now, "/v1/version", c.release)
	s.nodes = describe(m, now, nodesPath, c.nodes)
	s.slots = describe(m, now, "/v1/cluster/slots/", c.slots)
	s.fileSystem = describe(m, now, "/v1/file-system", c.fileSystem)
	s.chassis = describe(m, now, "/v1/cluster/nodes/chassis/", chassisOf(c)) // a release may have the metrics and no such answer
	s.protected = describe(m, now, "/v1/cluster/protection/status", protectionNumbers{})
	s.tolerated = describe(m, now, "/v1/cluster/object-backed/protection/fault-tolerance", map[string]int{})
	s.root = describe(m, now, "/v1/files/%2F/aggregates/", directoryTotals{})
	return s
}

// describe returns what the cluster itself knows to be the answer of path: an Edit changes only what is sent.
// Where there is no answer, or one of another shape, it is otherwise.
func describe[T any](m *Model, now time.Time, path string, otherwise T) T {
	m.mu.RLock()
	s := m.answers[path]
	m.mu.RUnlock()
	for e, is := s.(edited); is; e, is = s.(edited) {
		s = e.source
	}
	var value T
	if s == nil || json.Unmarshal(s.answer(m, now, url.Values{}).body, &value) != nil {
		return otherwise
	}
	return value
}

// listed calls each with the nodes that the node listing has, with the place that each had when the cluster was made;
// one that came later is like the first.
func (s *subject) listed(each func(place int, n node)) {
	for _, n := range s.nodes {
		each(max(0, slices.IndexFunc(s.built.nodes, func(b node) bool { return b.ID == n.ID })), n)
	}
}

// at is a counter that grows by rate a second. It is a whole number.
func (s *subject) at(rate float64) float64 { return float64(int64(rate * s.seconds)) }
