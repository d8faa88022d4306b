package main

import (
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const loginPath = "/v1/session/login"

// traffic is what is to be known of the calls that the cluster got, of which it keeps the newest
// only.
type traffic struct {
	logins []login              // in the order in which they were read
	used   map[string]time.Time // when each token first came with a call
}

// login is one login that a node has read.
type login struct {
	at     time.Time
	node   string // host:port
	status int    // 0: not answered
}

// add takes the newest calls in. They may begin with calls that are known: of a login among them
// the newer word counts.
func (t *traffic) add(newest []qumulotest.Call) {
	if len(newest) == 0 {
		return
	}
	if t.used == nil {
		t.used = map[string]time.Time{}
	}
	t.logins = slices.DeleteFunc(t.logins, func(l login) bool { return !l.at.Before(newest[0].Time) })
	for _, c := range newest {
		if c.Path == loginPath {
			t.logins = append(t.logins, login{at: c.Time, node: c.Node, status: c.Status})
		}
		if _, known := t.used[c.Token]; c.Token != "" && !known {
			t.used[c.Token] = c.Time
		}
	}
}

// arrivals are the times at which new tokens came into use, sorted.
func (t *traffic) arrivals() []time.Time {
	times := make([]time.Time, 0, len(t.used))
	for _, at := range t.used {
		times = append(times, at)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// explainedHandshakes returns how many new connections the calls since then explain, at a time when the
// exporter had settled at one node: each login has one of its own, and each other node that was
// mended is asked over one whether it is well.
func explainedHandshakes(calls []qumulotest.Call, since time.Time) int {
	logins, nodes := 0, map[string]bool{}
	for _, c := range calls {
		switch {
		case c.Time.Before(since):
		case c.Path == loginPath:
			logins++
		default:
			nodes[c.Node] = true
		}
	}
	return logins + max(len(nodes)-1, 0)
}
