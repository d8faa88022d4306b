package qumulotest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// growth is what is written into a cluster that lives, in bytes a second: enough to be seen within
// minutes.
const growth = 100_000_000

// Live makes things happen from now on, by the model's clock: capacity grows, clients come and go,
// a drive dies after one minute, is reprotected within a minute and a half, and is replaced after
// three minutes, and where a replication job runs, the next ones follow it. What happens depends on nothing but the time since, and is a layer over the
// answers that the model has now; a later Set of a path takes it off there. Live returns the model.
func (m *Model) Live() *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	start := m.now()
	for path, change := range happenings() {
		if below := m.answers[path]; below != nil {
			m.answers[path] = layer{below, start, change}
		}
	}
	return m
}

// happenings are what changes the answers of each path.
func happenings() map[string]happening {
	return map[string]happening{
		"/v1/file-system":                                      in(growFileSystem),
		"/v1/analytics/capacity-history/":                      in(growHistory),
		"/v1/analytics/time-series/":                           in(addLoad),
		"/v1/analytics/activity/current":                       in(addActivity),
		"/v2/network/connections/":                             in(connectClients),
		"/v1/cluster/slots/":                                   in(loseDrive),
		"/v1/cluster/protection/status":                        in(loseProtection),
		"/v1/cluster/object-backed/protection/fault-tolerance": in(loseTolerance),
		"/v1/cluster/protection/restriper/status":              in(reprotect),
		"/v1/cluster/restriper/status":                         in(reprotect),
		"/v2/replication/source-relationships/status/":         in(replicate),
		"/v2/replication/target-relationships/status/":         in(replicate),
		"/v3/replication/object-relationships/status/":         in(copyObjects),
	}
}

// layer changes the answers of the source below it.
type layer struct {
	below  source
	start  time.Time
	change happening
}

func (l layer) answer(m *Model, now time.Time, query url.Values) answer {
	a := l.below.answer(m, now, query)
	if a.status == http.StatusOK {
		a.body = l.change(call{l.start, now, query}, a.body)
	}
	return a
}

// call is when a cluster that lives is asked for something, and with what parameters.
type call struct {
	start, now time.Time
	query      url.Values
}

// age is how long the cluster has lived.
func (c call) age() time.Duration { return max(0, c.now.Sub(c.start)) }

// happening makes a body of the one below it.
type happening func(c call, body []byte) []byte

// in makes a happening of a function that changes the body's value. A body of another shape, which
// a test has set, stays.
func in[T any](change func(c call, value *T)) happening {
	return func(c call, body []byte) []byte {
		var value T
		if err := json.Unmarshal(body, &value); err != nil {
			return body
		}
		change(c, &value)
		return marshal(value)
	}
}

// grown is how much was written in a time, in bytes. It ends where half of the free space is used.
func grown(age time.Duration, free int64) int64 {
	return min(int64(age.Seconds()*growth), free/2)
}

func growFileSystem(c call, fs *fileSystem) {
	free := bytesOf(fs.Free)
	fs.Free = text(free - grown(c.age(), free))
}

// growHistory adds to each day what was written until its end.
func growHistory(c call, days *[]capacityDay) {
	for i := range *days {
		day := &(*days)[i]
		age := min(c.age(), time.Unix(day.Begin, 0).Add(24*time.Hour).Sub(c.start))
		if age <= 0 {
			continue
		}
		n := grown(age, bytesOf(day.Usable)-bytesOf(day.Used)-bytesOf(day.Snapshots))
		day.Used, day.Data = text(bytesOf(day.Used)+n), text(bytesOf(day.Data)+n)
	}
}
