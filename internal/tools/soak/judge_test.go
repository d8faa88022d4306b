package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// at gives a moment of a run, in milliseconds.
func at(ms int) time.Time { return time.Unix(1_000_000, 0).Add(time.Duration(ms) * time.Millisecond) }

// whole gives a scrape with a complete page; broken one without.
func whole(began, ended int) scrape { return scrape{began: at(began), ended: at(ended)} }

func broken(began, ended int) scrape {
	return scrape{began: at(began), ended: at(ended), fault: errors.New("incomplete")}
}

func TestExplained(t *testing.T) {
	outages := []outage{{kind: hangs, began: at(1000), struck: at(1010), ended: at(16000)}}
	logins := []span{{at(20000), at(23000)}}
	for _, c := range []struct {
		began, ended int
		want         bool
	}{
		{900, 999, false},      // it had ended before
		{900, 1000, true},      // it ended as the node failed
		{990, 1100, true},      // under way
		{1005, 1100, true},     // begun while it failed
		{1011, 9000, false},    // begun after it: there are other nodes
		{15990, 16100, false},  // the end of an outage is no excuse
		{19000, 19999, false},  // ended before a login that was hit
		{20500, 30000, true},   // waited for it
		{23001, 23100, false},  // the next login had brought a token
		{900, 60000, true},     // all of it
		{30000, 40000, false},  // none of it
		{1010, 1010, true},     // at the last moment
		{23000, 23001, true},   // likewise
		{19999, 20000, true},   // at the first moment
		{16001, 16002, false},  // all nodes work
		{-2000, -1000, false},  // long before
		{1009, 20000000, true}, // however long it takes: lateness has a bound of its own
	} {
		if got := explained(broken(c.began, c.ended), outages, logins); got != c.want {
			t.Errorf("%d to %d: explained %t", c.began, c.ended, got)
		}
	}
}

func TestSortLogins(t *testing.T) {
	set := settings{tokenLife: 20 * time.Second, timeout: 10 * time.Second}
	outages := []outage{{kind: stops, node: "a", began: at(40100), struck: at(40110), ended: at(55000)}}
	read := func(ms int, node string, status int) login { return login{at: at(ms), node: node, status: status} }
	tests := map[string]struct {
		logins            []login
		good, lost, stray int
	}{
		"one a life":                       {[]login{read(0, "a", 200), read(20100, "a", 200), read(40200, "b", 200)}, 3, 0, 0},
		"twice at once":                    {[]login{read(0, "a", 200), read(5, "a", 200), read(20100, "a", 200)}, 2, 0, 1},
		"one lost to the node that stops":  {[]login{read(20050, "a", 200), read(40090, "a", 0), read(40300, "b", 200)}, 2, 1, 0},
		"its answer lost":                  {[]login{read(20050, "a", 200), read(40090, "a", 200), read(40300, "b", 200)}, 2, 1, 0},
		"unanswered at another node":       {[]login{read(20050, "b", 200), read(40090, "b", 0), read(40300, "b", 200)}, 2, 0, 1},
		"unanswered long before it stops":  {[]login{read(20050, "a", 200), read(39000, "a", 0), read(40300, "b", 200)}, 1, 0, 2},
		"refused":                          {[]login{read(0, "a", 401), read(30, "a", 200)}, 1, 0, 1},
		"none":                             {nil, 0, 0, 0},
		"unanswered long after it stopped": {[]login{read(41000, "a", 0)}, 0, 0, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := sortLogins(traffic{logins: test.logins}, outages, set)
			if got.good != test.good || got.lost != test.lost || got.stray != test.stray {
				t.Errorf("%d good, %d lost, %d stray; want %d, %d, %d", got.good, got.lost, got.stray, test.good, test.lost, test.stray)
			}
		})
	}
}

// TestLoginSpan: a login that a failing node had explains what waited for it, until the next token
// is used and no longer.
func TestLoginSpan(t *testing.T) {
	outages := []outage{{kind: hangs, node: "a", began: at(100), struck: at(100), ended: at(15100)}}
	used := map[string]time.Time{"old": at(50), "new": at(3200), "newest": at(9000)}
	for _, c := range []struct {
		used  map[string]time.Time
		until time.Time
	}{{used, at(3200)}, {nil, at(90 + 5_000)}} {
		got := sortLogins(traffic{logins: []login{{at: at(90), node: "a"}}, used: c.used}, outages, settings{tokenLife: time.Minute, timeout: 10 * time.Second}).hit
		if len(got) != 1 || got[0] != (span{at(90), c.until}) {
			t.Errorf("%v, want until %s", got, c.until)
		}
	}
}

func TestExpectedLogins(t *testing.T) {
	const life = 10 * time.Second
	// One scrape a second, of 50 ms. A token ends in the middle of one, which may replace it or
	// leave that to the next.
	var steady []scrape
	for ms := 0; ms <= 55_000; ms += 1000 {
		steady = append(steady, whole(ms, ms+50))
	}
	// The same, but the scrapes of 9 s to 13 s wait for one another and end together.
	stalled := append([]scrape{}, steady...)
	for i := 9; i <= 13; i++ {
		stalled[i] = whole(i*1000, 13_050)
	}
	// The same, but those of 10 s to 39 s are without an answer.
	down := append([]scrape{}, steady...)
	for i := 10; i <= 39; i++ {
		down[i] = broken(i*1000, i*1000+50)
	}
	tests := map[string]struct {
		scrapes     []scrape
		least, most int
	}{
		"steady":     {steady, 6, 6}, // at 0, 10 to 11, 20 to 22 ... 50 to 55 s
		"stalled":    {stalled, 5, 6},
		"down":       {down, 3, 6},
		"no scrapes": {nil, 1, 1},
		"short":      {steady[:10], 1, 1},
		"to the end": {steady[:11], 1, 2}, // the scrape of 10 s may have had the old token or not
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if least, most := expectedLogins(test.scrapes, at(20), life); least != test.least || most != test.most {
				t.Errorf("%d to %d, want %d to %d", least, most, test.least, test.most)
			}
		})
	}
}

func TestTrafficKeepsWhatTheClusterForgets(t *testing.T) {
	call := func(ms int, path, token string, status int) qumulotest.Call {
		return qumulotest.Call{Time: at(ms), Path: path, Token: token, Status: status, Node: "a"}
	}
	var seen traffic
	seen.add(nil)
	seen.add([]qumulotest.Call{call(0, loginPath, "", 200), call(10, "/v1/version", "one", 200), call(20, loginPath, "", 0)})
	// The first two are forgotten, the third has been answered since.
	seen.add([]qumulotest.Call{call(20, loginPath, "", 200), call(30, "/v1/version", "one", 200), call(40, "/v1/version", "two", 200)})
	want := []login{{at(0), "a", 200}, {at(20), "a", 200}}
	if fmt.Sprint(seen.logins) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", seen.logins, want)
	}
	if got := fmt.Sprint(seen.arrivals()); got != fmt.Sprint([]time.Time{at(10), at(40)}) {
		t.Errorf("tokens came into use at %s", got)
	}
}

// TestExplainedHandshakes: what explains a handshake while all is well.
func TestExplainedHandshakes(t *testing.T) {
	call := func(ms int, path, node string) qumulotest.Call {
		return qumulotest.Call{Time: at(ms), Path: path, Node: node}
	}
	for name, c := range map[string]struct {
		calls []qumulotest.Call
		want  int
	}{
		"none":                 {nil, 0},
		"one node":             {[]qumulotest.Call{call(1000, slotsPath, "a"), call(1001, slotsPath, "a")}, 0},
		"before":               {[]qumulotest.Call{call(998, slotsPath, "b"), call(999, loginPath, "a"), call(1000, slotsPath, "a")}, 0},
		"logins":               {[]qumulotest.Call{call(1000, loginPath, "a"), call(1001, slotsPath, "a"), call(9000, loginPath, "a")}, 2},
		"a mended node":        {[]qumulotest.Call{call(1000, slotsPath, "a"), call(1001, slotsPath, "b"), call(1002, slotsPath, "b")}, 1},
		"a login and two more": {[]qumulotest.Call{call(1000, loginPath, "a"), call(1001, "/", "a"), call(1002, "/", "b"), call(1003, "/", "c")}, 3},
	} {
		if got := explainedHandshakes(c.calls, at(1000)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
