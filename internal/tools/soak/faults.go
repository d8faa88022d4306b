package main

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// The ways in which nodes fail, one after the other.
const (
	stops = "stops" // connections break, new ones are refused
	hangs = "hangs" // connections stay and are accepted, nothing is answered
	cut   = "cut"   // connections break, and new ones are accepted at once
)

// The moments at which they fail.
const (
	idle     = "between scrapes"
	inScrape = "in a scrape" // when some of its calls have been answered and others not
	inLogin  = "in a login"
)

// periods is how many times of a scrape there are at least from one failure to the next: they leave
// a node that hangs the time to be found out, and scrapes that of being answered.
const periods = 4

// outage is one failure of a node.
type outage struct {
	kind, moment string
	node         string    // host:port
	began        time.Time // from here ...
	struck       time.Time // ... to here the node failed
	ended        time.Time // it works again
}

// saboteur makes nodes fail, and keeps what the cluster saw.
type saboteur struct {
	cluster *qumulotest.Server
	settings

	outages []outage
	traffic traffic
	// needless counts the TLS handshakes, beyond those that the calls explain, in the times when the
	// exporter must have settled at another address and all nodes work.
	needless int
}

// run makes a node fail in each period after the first and mends it, as long as there is time for
// both before the end of ctx. All kinds of failure come at all kinds of moments, in nine periods.
func (s *saboteur) run(ctx context.Context, tell func(outage)) {
	end, _ := ctx.Deadline()
	kinds, moments := []string{stops, hangs, cut}, []string{idle, inScrape, inLogin}
	periodBegins := time.Now()
	for n := 0; ; n++ {
		periodBegins = periodBegins.Add(s.nodeEvery)
		if periodBegins.Add(s.nodeEvery * 7 / 8).After(end) { // see await and strike
			return
		}
		harness.Wait(ctx, time.Until(periodBegins))
		o := s.strike(ctx, kinds[n%3], moments[(n+n/3)%3])
		if o.began.IsZero() {
			return
		}
		s.outages = append(s.outages, o)
		tell(o)
		s.traffic.add(s.cluster.Calls())
		harness.Wait(ctx, time.Until(o.ended.Add(s.timeout)))
		settled, before := time.Now(), s.cluster.Handshakes()
		harness.Wait(ctx, time.Until(periodBegins.Add(s.nodeEvery-grace)))
		made := s.cluster.Handshakes() - before
		harness.Wait(ctx, grace) // the call for which a connection was made comes after its handshake
		if ctx.Err() == nil {
			s.needless += max(made-explainedHandshakes(s.cluster.Calls(), settled), 0)
		}
	}
}

// strike waits for the moment, lets the node that is in use fail, and mends it so early that the
// rest of the period is quiet. It gives no outage when ctx ends before the moment comes.
func (s *saboteur) strike(ctx context.Context, kind, moment string) outage {
	s.await(ctx, moment)
	if ctx.Err() != nil {
		return outage{}
	}
	node := s.inUse()
	o := outage{kind: kind, moment: moment, node: node.Addr(), began: time.Now()}
	if kind == hangs {
		node.Hang(true)
	} else {
		node.Stop()
	}
	o.struck = time.Now()
	if kind != cut {
		harness.Wait(ctx, s.nodeEvery*3/8)
	}
	node.Hang(false)
	node.Start() //nolint:contextcheck // the cluster's Close ends it
	o.ended = time.Now()
	return o
}

// await waits for the moment, but not for long.
func (s *saboteur) await(ctx context.Context, moment string) {
	ctx, cancel := context.WithTimeout(ctx, s.nodeEvery/2)
	defer cancel()
	logins, slots := s.cluster.CallCount(loginPath), s.cluster.CallCount(slotsPath)
	come := func() bool { return s.cluster.InFlight() == 0 }
	switch moment {
	case inScrape:
		come = func() bool { return s.cluster.CallCount(slotsPath) > slots }
	case inLogin:
		come = func() bool { return s.cluster.CallCount(loginPath) > logins }
	}
	for ctx.Err() == nil && !come() {
		harness.Wait(ctx, time.Millisecond)
	}
	if moment == inScrape {
		harness.Wait(ctx, slotsTime/2) // then the other calls have been answered
	}
}

// inUse gives the node that was called last.
func (s *saboteur) inUse() *qumulotest.Node {
	calls, nodes := s.cluster.Calls(), s.cluster.Nodes()
	for i := range nodes {
		if len(calls) > 0 && nodes[i].Addr() == calls[len(calls)-1].Node {
			return nodes[i]
		}
	}
	return nodes[0]
}
