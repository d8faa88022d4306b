package collector

import (
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// Metric describes one metric. A collector's are made by gauge, counter, info and states.
type Metric struct {
	Name   string
	Help   string
	Labels []string
	// States are, of a state-set, the words of its last label, without unknown.
	States []string
	// Idle is the word of a state-set at which all its series are 0; "": there is none.
	Idle string

	counter bool
	prefix  string // of a state-set: what the API puts before each word
}

// Family returns the metric's family, without samples. What an information metric and a state-set are in OpenMetrics is a gauge
// in the classic text format, and is one here in both.
func (m *Metric) Family() exposition.Family {
	if m.counter {
		return exposition.Family{Name: strings.TrimSuffix(m.Name, "_total"), Type: exposition.Counter, Help: m.Help}
	}
	return exposition.Family{Name: m.Name, Type: exposition.Gauge, Help: m.Help}
}

// gauge describes a value that goes up and down.
func gauge(name, help string, labels ...string) *Metric {
	return &Metric{Name: name, Help: help, Labels: labels}
}

// counter describes a value that only grows, until what counts it starts anew. Its name
// ends in _total, as no other's does.
func counter(name, help string, labels ...string) *Metric {
	return &Metric{Name: name, Help: help, Labels: labels, counter: true}
}

// info describes what something is, in labels; its name ends in _info. That the value says
// nothing is added to the help.
func info(name, help string, labels ...string) *Metric {
	return gauge(name, help+"; always 1.", labels...)
}

// words are those that a field of the API may hold.
type words struct {
	known []string // as in the label: "not_running" for the API's "REBALANCE_NOT_RUNNING"
	// prefix is what the API puts before each word, as it writes it: "REBALANCE_"; it is not in
	// the label.
	prefix string
	// idle is the word for nothing going on, as in the label; it has no series.
	idle string
}

// states describes a state-set: one series for each known word, and one for unknown. The last
// label holds the word.
func states(name, help string, w words, labels ...string) *Metric {
	return &Metric{Name: name, Help: help, Labels: labels, States: w.known, Idle: w.idle, prefix: w.prefix}
}
