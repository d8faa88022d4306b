package collector

import dto "github.com/prometheus/client_model/go"

// Metric describes one metric. A collector's are made by gauge, counter, info and states.
type Metric struct {
	Name   string
	Help   string
	Labels []string
	// States are, of a state-set, the words of its last label, without unknown.
	States []string

	counter bool
}

func (m *Metric) kind() *dto.MetricType {
	if m.counter {
		return dto.MetricType_COUNTER.Enum()
	}
	return dto.MetricType_GAUGE.Enum()
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

// states describes a state-set: one series for each of the words, and one for unknown. The
// last label holds the word.
func states(name, help string, words []string, labels ...string) *Metric {
	return &Metric{Name: name, Help: help, Labels: labels, States: words}
}
