package qumulotest

import "time"

// documentedMetric is a family of the page, and which clusters have it.
type documentedMetric struct {
	name, kind, help string
	since            string // the first release that has it; "": each that has the page
	on               place
	every            time.Duration // how far apart the cluster emits it at most; 0: always
	samples          func(s *subject) metricSamples
}

// place is on what platforms a metric is.
type place int

const (
	everywhere place = iota
	notAzure         // Azure has no series of a node
	onlyRacks
	onlyCloud
)

// existsOn reports whether a cluster has the metric.
func (d documentedMetric) existsOn(c cluster) bool {
	platformHas := map[place]bool{
		everywhere: true, notAzure: c.platform != azure, onlyRacks: c.platform == onPremises, onlyCloud: c.platform != onPremises,
	}
	return platformHas[d.on] && (d.since == "" || c.isAtLeast(d.since))
}

// isAtLeast reports whether the release that the cluster was made with has what came with another.
func (c cluster) isAtLeast(release string) bool { return compareVersions(c.version(), release) >= 0 }

// documentedMetrics are all that the vendor documents. They are not sorted, as those of a real page need not be.
func documentedMetrics() []documentedMetric {
	lists := [][]documentedMetric{infoMetrics(), directoryMetrics(), hardwareMetrics(), fileSystemMetrics(), networkMetrics(), protocolMetrics(), nodeMetrics()}
	var all []documentedMetric
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
