package main

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	bays = 30
	// slowCall is what each call takes at least in the cases with a delay.
	slowCall = 100 * time.Millisecond
	// How many scrapes of each program a case takes at most.
	mostScrapes, mostSlowScrapes = 300, 100

	mib = 1 << 20
)

// benchCase is one cluster and the collectors to scrape it with.
type benchCase struct {
	name       string
	cluster    qumulotest.GenerateOptions
	delay      time.Duration // of each call
	collectors []string      // none: those that are on by default
	endpoints  []string      // that these collectors read at each scrape: the floor's task
	scrapes    int           // of each program, at most
	targets    targets
}

// targets are what the exporter should keep to; zero ones are none.
type targets struct {
	cpuRatio float64       // CPU per scrape, as multiple of the floor's
	peakRSS  int64         // bytes
	behind   time.Duration // how much later than the floor's p50 its own is
	p50      time.Duration
}

func cases() []benchCase {
	return []benchCase{
		two(4, targets{}),
		two(100, targets{cpuRatio: 2, peakRSS: 30 * mib}),
		two(1000, targets{cpuRatio: 2}),
		all(4), all(100), all(265), large(),
		byDefault(5, targets{cpuRatio: 1.5}), byDefault(100, targets{cpuRatio: 1.5, peakRSS: 60 * mib}), byDefault(265, targets{cpuRatio: 1.5}),
		slow(two(4, targets{})), slow(twoAndSlots(4)), slow(all(4)), inRounds(byDefault(5, targets{})),
	}
}

// two is the two endpoints alone, on a release that tells the nodes' capacity in its listing.
func two(nodes int, t targets) benchCase {
	return benchCase{
		name: fmt.Sprintf("two/%d", nodes), targets: t, scrapes: mostScrapes,
		cluster:    qumulotest.GenerateOptions{Nodes: nodes, Bays: bays, NodeCapacity: true},
		collectors: []string{"nodes", "version"}, endpoints: []string{nodesPath, versionPath},
	}
}

// twoAndSlots is the same collectors on a release that does not: they need the slots too.
func twoAndSlots(nodes int) benchCase {
	c := two(nodes, targets{})
	c.name = fmt.Sprintf("two+slots/%dx%d", nodes, bays)
	c.cluster.NodeCapacity = false
	c.endpoints = append(c.endpoints, slotsPath)
	return c
}

// all is every collector whose series the floor can write.
func all(nodes int) benchCase {
	return benchCase{
		name: fmt.Sprintf("all/%dx%d", nodes, bays), scrapes: mostScrapes,
		cluster:    qumulotest.GenerateOptions{Nodes: nodes, Bays: bays},
		collectors: written(),
		endpoints:  []string{nodesPath, slotsPath, fileSystemPath, clampPath, versionPath, settingsPath, statePath},
	}
}

// byDefault is what the exporter does where nobody changes anything. The floor makes the calls of
// each scrape, and writes the lines of the other collectors as the exporter wrote them once.
func byDefault(nodes int, t targets) benchCase {
	c := all(nodes)
	c.name, c.collectors, c.targets = fmt.Sprintf("default/%dx%d", nodes, bays), nil, t
	c.endpoints = slices.DeleteFunc(c.endpoints, func(path string) bool { return path == clampPath }) // not there, and so not asked for
	c.endpoints = append(c.endpoints,
		"/v1/analytics/time-series/?begin-time=",
		"/v1/cluster/node-replacement-plan/",
		"/v1/cluster/nodes/chassis/",
		"/v1/cluster/protection/restriper/status",
		"/v1/cluster/protection/status",
		"/v1/shutdown/reboot/status",
		"/v1/time/status",
		metricsPath,
		"/v2/replication/source-relationships/status/",
		"/v2/replication/target-relationships/status/",
		"/v2/upgrade/blocked",
		"/v3/network/status",
		"/v3/replication/object-relationships/status/",
		"/v3/upgrade/status",
	)
	return c
}

// written are the collectors whose lines the floor makes of the answers.
func written() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }

// slow is the case on a cluster that takes its time for each call: what is asked for one after the
// other shows.
func slow(c benchCase) benchCase {
	c.name += "+" + slowCall.String()
	c.delay, c.scrapes, c.targets = slowCall, mostSlowScrapes, targets{behind: 5 * time.Millisecond}
	return c
}

// inRounds is slow for a case with more calls than go out at a time: they take several rounds, of
// which each should take little more than a call.
func inRounds(c benchCase) benchCase {
	c = slow(c)
	rounds := (len(c.endpoints) + qumulo.DefaultConcurrency - 1) / qumulo.DefaultConcurrency
	c.targets = targets{p50: time.Duration(rounds) * (slowCall + 5*time.Millisecond)}
	return c
}

// query is what a scrape of the case asks for.
func (c benchCase) query() string { return url.Values{"collect[]": c.collectors}.Encode() } // "" for those on by default

// large is the largest cluster there is: 26,000 drives.
func large() benchCase {
	c := all(265)
	c.name, c.cluster.Bays, c.scrapes, c.targets = "all/265x98", 98, 5, targets{peakRSS: 150 * mib}
	return c
}
