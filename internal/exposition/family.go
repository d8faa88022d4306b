// Package exposition reads the metric page that a cluster serves itself and writes
// the pages of the exporter. It keeps samples as text: a page of 100,000 series is
// checked line by line and never taken apart, and what is cached of a cluster is
// written as it is.
package exposition

import dto "github.com/prometheus/client_model/go"

// Family is one family: of a cluster's own page, or of what a collector read.
type Family struct {
	// Name is the family's name as OpenMetrics has it: that of a counter without _total,
	// that of an information metric without _info.
	Name string
	Type Type
	// Help and Unit are unescaped; "": the page has none.
	Help, Unit string
	// Samples are whole lines, each with its line feed, without timestamps and exemplars:
	// valid in the classic text format and in OpenMetrics alike.
	Samples []byte
	// Series is how many lines Samples has.
	Series int
}

// Type is the type of a family.
type Type int

// The types of OpenMetrics that a cluster's page has.
const (
	Unknown Type = iota
	Counter
	Gauge
	Histogram
	Summary
	Info
	StateSet
)

// Page is what a request is answered with. Both kinds are sorted by the names of the classic text format, and
// no family takes a name of another one.
type Page struct {
	Text     []Family            // what is known of a cluster
	Gathered []*dto.MetricFamily // the exporter's own metrics, as a registry has them
}
