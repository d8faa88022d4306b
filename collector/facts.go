package collector

import "cmp"

// Facts are what a read found that people look for first: the landing page shows
// them. What it did not find is zero.
type Facts struct {
	Release     string // "7.8.0"
	Nodes       int
	NodesOnline int
	// SizeBytes and FreeBytes are of the file system.
	SizeBytes, FreeBytes float64
	// RemainingFailures is how many nodes or drives, whichever is less, may still fail; it means
	// something if RemainingKnown.
	RemainingFailures float64
	RemainingKnown    bool
	// DataAtRisk is that some data are not fully protected; it means something if RiskKnown.
	DataAtRisk, RiskKnown bool
	// DrivesUnhealthy is how many drives are not healthy; it means something if DrivesKnown.
	DrivesUnhealthy int
	DrivesKnown     bool
	// ReplicationBehind is how many relationships, as source or target, had a failed last job or are
	// not established though they are enabled; it means something if ReplicationKnown.
	ReplicationBehind int
	ReplicationKnown  bool
}

// With returns the facts of both: each is found by one collector only.
func (f Facts) With(g Facts) Facts {
	return Facts{
		Release: cmp.Or(f.Release, g.Release), Nodes: cmp.Or(f.Nodes, g.Nodes), NodesOnline: cmp.Or(f.NodesOnline, g.NodesOnline),
		SizeBytes: cmp.Or(f.SizeBytes, g.SizeBytes), FreeBytes: cmp.Or(f.FreeBytes, g.FreeBytes),
		RemainingFailures: cmp.Or(f.RemainingFailures, g.RemainingFailures), RemainingKnown: f.RemainingKnown || g.RemainingKnown,
		DataAtRisk: f.DataAtRisk || g.DataAtRisk, RiskKnown: f.RiskKnown || g.RiskKnown,
		DrivesUnhealthy: cmp.Or(f.DrivesUnhealthy, g.DrivesUnhealthy), DrivesKnown: f.DrivesKnown || g.DrivesKnown,
		ReplicationBehind: cmp.Or(f.ReplicationBehind, g.ReplicationBehind), ReplicationKnown: f.ReplicationKnown || g.ReplicationKnown,
	}
}
