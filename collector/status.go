package collector

import (
	"errors"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Status is what the last scrapes found.
type Status struct {
	Name       string
	Addresses  []string
	Collectors []string  // that are on
	Scraped    time.Time // zero: never
	Up         bool
	Answered   bool   // the cluster, or something in its place, gave an answer
	Reason     string // why it is not up
	Advice     string // what to do then
	Facts
}

// Facts are what each collector found when it was last asked, for people. What it
// did not find is zero.
type Facts struct {
	Release     string // "7.8.0"
	Nodes       int
	NodesOnline int
	// SizeBytes and FreeBytes are of the file system.
	SizeBytes, FreeBytes float64
}

// Status returns what the last scrapes found; it asks the cluster nothing.
func (c *Cluster) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.status
	s.Name, s.Addresses, s.Collectors = c.name, c.addresses, c.on
	return s
}

// remember notes what a scrape found.
func (c *Cluster) remember(v view) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range v.results {
		if c.told.current(r.collector, v.began) {
			c.status.learn(r)
		}
	}
	if !c.told.current("", v.began) {
		return
	}
	c.status = Status{Scraped: c.now(), Up: v.up, Answered: v.up, Facts: c.status.Facts}
	if v.up {
		return
	}
	if errors.Is(v.upErr, errAbandoned) {
		c.status.Reason = "no answer to the node listing, or to the login before it, by the scrape's deadline"
		c.status.Advice = Advice(qumulo.ErrNoAnswer)
		return
	}
	c.status.Reason, c.status.Advice = clip(v.upErr.Error(), maxLogged), Advice(v.upErr)
	_, status := errors.AsType[*qumulo.StatusError](v.upErr)
	_, body := errors.AsType[*qumulo.BodyError](v.upErr)
	c.status.Answered = status || body
}

// learn takes what a collector found, and forgets what it found before.
func (f *Facts) learn(r result) {
	switch r.collector {
	case "version":
		f.Release = ""
		r.each(versionInfo, func(labels []string, _ float64) { f.Release = labels[0] })
	case "nodes":
		f.Nodes, f.NodesOnline = 0, 0
		r.each(clusterNodes, func(labels []string, n float64) {
			f.Nodes += int(n)
			if labels[0] == "online" {
				f.NodesOnline = int(n)
			}
		})
	case "filesystem":
		f.SizeBytes, f.FreeBytes = 0, 0
		r.each(filesystemSize, func(_ []string, bytes float64) { f.SizeBytes = bytes })
		r.each(filesystemFree, func(_ []string, bytes float64) { f.FreeBytes = bytes })
	}
}

// each calls f with the label values and the value of each series of a gauge.
func (r reading) each(m *Metric, f func(labels []string, value float64)) {
	if r.out == nil {
		return
	}
	for _, family := range r.out.families {
		if family.GetName() != m.Name {
			continue
		}
		for _, series := range family.GetMetric() {
			f(labelValues(series), series.GetGauge().GetValue())
		}
	}
}

func labelValues(series *dto.Metric) []string {
	var values []string
	for _, l := range series.GetLabel() {
		values = append(values, l.GetValue())
	}
	return values
}
