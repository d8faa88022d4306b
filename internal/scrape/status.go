package scrape

import (
	"errors"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
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
	collector.Facts
}

// Status returns what the last scrapes found; it asks the cluster nothing.
func (c *Cluster) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.status
	s.Name, s.Addresses, s.Collectors = c.name, c.addresses, c.on
	for _, facts := range c.facts {
		s.Facts = s.Facts.With(facts)
	}
	return s
}

// remember notes what a scrape found.
func (c *Cluster) remember(v view) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range v.results {
		if c.told.current(r.collector, v.began) {
			c.facts[r.collector] = r.facts()
		}
	}
	if !c.told.current("", v.began) {
		return
	}
	c.status = Status{Scraped: c.now(), Up: v.up, Answered: v.up}
	if v.up {
		return
	}
	if errors.Is(v.upErr, errAbandoned) {
		c.status.Reason = "no answer to the node listing, or to the login before it, by the scrape's deadline"
		c.status.Advice = Advice(qumulo.ErrNoAnswer)
		return
	}
	c.status.Reason, c.status.Advice = collector.Clip(v.upErr.Error(), maxLogged), Advice(v.upErr)
	_, status := errors.AsType[*qumulo.StatusError](v.upErr)
	_, body := errors.AsType[*qumulo.BodyError](v.upErr)
	c.status.Answered = status || body
}
