package server_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// fault is something that goes wrong between the exporter and its cluster, or there.
type fault struct {
	name string
	// begin lets it come, at the place of a pair that it has, and gives what lets it go.
	begin func(s *storm, place int) (end func())
	// wait is for how long the cluster Retry-After.
	wait time.Duration
}

// hit are the addresses that a fault is at: the one in use, or a random choice.
func (s *storm) hit() []int {
	var hit []int
	if s.random != nil {
		for i, mask := 0, 1+s.random.IntN(1<<len(s.cables)-1); i < len(s.cables); i++ {
			if mask>>i&1 == 1 {
				hit = append(hit, i)
			}
		}
		return hit
	}
	for i, c := range s.cables {
		if "https://"+c.address == s.watched.State().Address {
			hit = append(hit, i)
		}
	}
	return hit
}

func (s *storm) hitNodes() []*qumulotest.Node {
	var nodes []*qumulotest.Node
	for _, i := range s.hit() {
		nodes = append(nodes, s.cluster.Nodes()[i])
	}
	return nodes
}

// faults are all toxics, each in both directions, and all switches of the
// simulated cluster.
func faults() []fault {
	var all []fault
	for name, toxic := range toxicCases() {
		for _, direction := range []stream.Direction{stream.Upstream, stream.Downstream} {
			all = append(all, fault{name: name + " " + direction.String(), begin: onCable(direction, toxic)})
		}
	}
	for name, f := range faultCases() {
		all = append(all, fault{name: "calls: " + name, begin: onCalls(f), wait: retryAfter(f)})
	}
	for name, f := range loginCases() {
		all = append(all, fault{name: "login: " + name, begin: onLogin(f), wait: retryAfter(f)})
	}
	all = append(all, switches()...)
	// The order of a map is another one each time.
	slices.SortFunc(all, func(a, b fault) int { return strings.Compare(a.name, b.name) })
	return all
}

func onCable(direction stream.Direction, toxic toxics.Toxic) func(*storm, int) func() {
	return func(s *storm, place int) func() {
		hit := s.hit()
		for _, i := range hit {
			s.cables[i].put(direction, place, toxic)
		}
		return func() {
			for _, i := range hit {
				s.cables[i].put(direction, place, new(toxics.NoopToxic))
			}
		}
	}
}

// onCalls is at all calls, but the second of a pair only at the largest answer.
func onCalls(f qumulotest.Fault) func(*storm, int) func() {
	return func(s *storm, place int) func() {
		path := ""
		if place > 0 {
			path = "/v1/cluster/slots/"
		}
		s.cluster.SetFault(path, f)
		return func() { s.cluster.SetFault(path, qumulotest.Fault{}) }
	}
}

// onLogin takes the token away, so that there is a login.
func onLogin(f qumulotest.Fault) func(*storm, int) func() {
	return func(s *storm, _ int) func() {
		s.cluster.LoginFault(f)
		s.cluster.RevokeTokens()
		return func() {
			s.cluster.LoginFault(qumulotest.Fault{})
		}
	}
}

func retryAfter(f qumulotest.Fault) time.Duration {
	seconds, _ := time.ParseDuration(f.Header.Get("Retry-After") + "s")
	return seconds
}

func faultCases() map[string]qumulotest.Fault {
	return map[string]qumulotest.Fault{
		"400":             {Status: 400},
		"401":             {Status: 401},
		"403":             {Status: 403},
		"404":             {Status: 404},
		"429":             {Status: 429},
		"500":             {Status: 500},
		"502":             {Status: 502},
		"503":             {Status: 503},
		"Retry-After":     {Status: 503, Header: leaveAlone()},
		"delay":           {Delay: 200 * time.Millisecond},
		"delay of 2s":     {Delay: 2 * time.Second},
		"hang":            {Hang: true},
		"hang twice":      {Hang: true, Times: 2},
		"half a body":     {HangBody: true},
		"cut body":        {CutBody: true},
		"reset":           {Reset: true},
		"three resets":    {Reset: true, Times: 3},
		"HTML":            {Body: []byte("<html>login</html>"), ContentType: "text/html"},
		"null":            {Body: []byte("null")},
		"empty":           {Body: []byte{}},
		"another's error": {Status: 504, Body: []byte("<html>504</html>"), ContentType: "text/html", Delay: 50 * time.Millisecond},
	}
}

// leaveAlone asks for more time than a login has: within it the login would wait
// by itself, on the real clock.
func leaveAlone() http.Header { return http.Header{"Retry-After": {"60"}} }

func loginCases() map[string]qumulotest.Fault {
	return map[string]qumulotest.Fault{
		"401":         {Status: 401},
		"500":         {Status: 500},
		"Retry-After": {Status: 429, Header: leaveAlone()},
		"delay":       {Delay: 600 * time.Millisecond},
		"hang":        {Hang: true},
		"half a body": {HangBody: true, Times: 1},
		"cut body":    {CutBody: true},
		"reset":       {Reset: true},
		"no token":    {Body: []byte("{}")},
	}
}

// switches are those of the cluster and of its nodes.
func switches() []fault {
	return []fault{
		{name: "unplugged", begin: func(s *storm, _ int) func() { return each(s.hitCables(), (*cable).unplug, (*cable).plug) }},
		{name: "flapping cable", begin: func(s *storm, _ int) func() {
			hit := s.hitCables()
			return again(70*time.Millisecond, func() { each(hit, (*cable).unplug, (*cable).plug)() })
		}},
		{name: "node stops", begin: func(s *storm, _ int) func() {
			return each(s.hitNodes(), (*qumulotest.Node).Stop, (*qumulotest.Node).Start)
		}},
		{name: "node hangs", begin: func(s *storm, _ int) func() {
			return each(s.hitNodes(), func(n *qumulotest.Node) { n.Hang(true) }, func(n *qumulotest.Node) { n.Hang(false) })
		}},
		{name: "flapping node", begin: func(s *storm, _ int) func() {
			hit := s.hitNodes()
			return again(70*time.Millisecond, func() { each(hit, (*qumulotest.Node).Stop, (*qumulotest.Node).Start)() })
		}},
		{name: "all nodes stop", begin: func(s *storm, _ int) func() {
			s.cluster.StopListening()
			return s.cluster.Resume
		}},
		{name: "tokens revoked", begin: func(s *storm, _ int) func() {
			s.cluster.RevokeTokens()
			return func() {}
		}},
		{name: "tokens revoked again and again", begin: func(s *storm, _ int) func() {
			return again(30*time.Millisecond, s.cluster.RevokeTokens)
		}},
		{name: "each token dead at once", begin: func(s *storm, _ int) func() {
			s.cluster.RevokeEachLogin(true)
			s.cluster.RevokeTokens()
			return func() { s.cluster.RevokeEachLogin(false) }
		}},
		{name: "short-lived tokens", begin: func(s *storm, _ int) func() {
			s.cluster.SetTokenLifetime(50 * time.Millisecond)
			s.cluster.RevokeTokens()
			return func() { s.cluster.SetTokenLifetime(10 * time.Hour) }
		}},
		{name: "another password", begin: func(s *storm, _ int) func() {
			s.cluster.SetPassword(qumulotest.DefaultUser, "another")
			s.cluster.RevokeTokens()
			return func() { s.cluster.SetPassword(qumulotest.DefaultUser, qumulotest.DefaultPassword) }
		}},
		{name: "privileges taken away", begin: func(s *storm, _ int) func() {
			s.cluster.SetPrivileges(qumulotest.DefaultUser)
			return func() { s.cluster.SetPrivileges(qumulotest.DefaultUser, s.privileges...) }
		}},
	}
}

func (s *storm) hitCables() []*cable {
	var cables []*cable
	for _, i := range s.hit() {
		cables = append(cables, s.cables[i])
	}
	return cables
}

// each does something to each, and gives what undoes it.
func each[T any](all []T, do, undo func(T)) (end func()) {
	for _, one := range all {
		do(one)
	}
	return func() {
		for _, one := range all {
			undo(one)
		}
	}
}

// again does something until its end.
func again(every time.Duration, do func()) (end func()) {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(every):
				do()
			}
		}
	})
	return func() { close(stop); wg.Wait() }
}

// TestFaultsAreAll: a field that qumulotest.Fault gets is to be in a case.
func TestFaultsAreAll(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[qumulotest.Fault]()
	for i := range kind.NumField() {
		used := false
		for _, f := range faultCases() {
			used = used || !reflect.ValueOf(f).Field(i).IsZero()
		}
		if !used {
			t.Errorf("qumulotest.Fault's %s is in no case", kind.Field(i).Name)
		}
	}
}
