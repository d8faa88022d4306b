// Package collector turns the answers of a Qumulo cluster into Prometheus
// metrics: one collector an area of the API.
package collector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Collector is one area of the API and the metrics that come of it.
type Collector struct {
	Name    string
	Help    string
	Enabled bool // by default
	// Cost is what its answers grow with, for the documents: "nodes", "drives".
	Cost string
	// Query is an example in PromQL, for the documents.
	Query string
	// Endpoints are all that Read may call.
	Endpoints []qumulo.Endpoint
	// Interval is the minimum time between two reads, by default; 0: each scrape reads.
	Interval time.Duration
	Metrics  []*Metric
	// Options returns new options of the collector's own, a pointer to a struct with the
	// defaults; nil: it has none. The file's keys, flags, schema and documents are made of
	// its fields and their tags yaml, doc, min and max.
	Options func() any
	// Up marks the one that reads the node listing, which qumulo_up stands on.
	Up bool
	// Read asks the cluster and adds all metrics to the output, or returns an
	// error, and then the output counts for nothing.
	Read func(ctx context.Context, src *Source, out *Output) error
}

// Privileges are what the user needs, in the order of the endpoints; none for endpoints that
// need no token.
func (c Collector) Privileges() []string {
	var needed []string
	for _, e := range c.Endpoints {
		if e.Privilege != "" && !slices.Contains(needed, e.Privilege) {
			needed = append(needed, e.Privilege)
		}
	}
	return needed
}

// All is the list of collectors. Flags, collect[], documents and tests walk it,
// and its order decides who goes first when calls wait for each other.
func All() []Collector {
	return []Collector{
		nodes(),
		filesystem(),
		version(),
		cluster(),
		drives(),
		psu(),
		protection(),
		restriper(),
		quotas(),
		connections(),
		clock(),
		performance(),
		capacityHistory(),
		upgrade(),
		network(),
		support(),
		activity(),
		protocols(),
		identity(),
		audit(),
		encryption(),
		license(),
		replication(),
		credentials(),
		treeDelete(),
		directories(),
		portals(),
		snapshots(),
		native(),
	}
}

// Names are the names of all collectors, in order.
func Names() []string {
	var names []string
	for _, c := range All() {
		names = append(names, c.Name)
	}
	return names
}

// Select returns the collectors of on that a request asks for: those named in
// collect (all if there are none) without those named in exclude.
func Select(on, collect, exclude []string) ([]string, error) {
	known := Names()
	for _, name := range slices.Concat(collect, exclude) {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown collector %q: there are %s", Clip(name, maxEchoed), strings.Join(known, ", "))
		}
	}
	for _, name := range collect {
		if !slices.Contains(on, name) {
			return nil, fmt.Errorf("collector %q is off: on are %s", name, strings.Join(on, ", "))
		}
	}
	var selected []string
	for _, name := range on {
		if (len(collect) == 0 || slices.Contains(collect, name)) && !slices.Contains(exclude, name) {
			selected = append(selected, name)
		}
	}
	return selected, nil
}
