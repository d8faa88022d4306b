package server

import (
	"fmt"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// healthFact answers one question that people ask first of a cluster.
type healthFact struct {
	Title string
	Known bool
	Bad   bool   // it means trouble, which Text says in words
	Text  string // means something if Known
}

// healthOf are the columns of the landing page and the lines of the debug page.
func healthOf(f collector.Facts) []healthFact {
	// A cluster of one node never survives the loss of it: that is no trouble of today.
	last := f.RemainingFailures == 0 && f.Nodes != 1
	return []healthFact{
		{"Drives", f.DrivesKnown, f.DrivesUnhealthy > 0, noneOr(f.DrivesUnhealthy, "all healthy", "%d not healthy")},
		{"Survives", f.RemainingKnown, last, failures(f.RemainingFailures)},
		{"Data at risk", f.RiskKnown, f.DataAtRisk, yes(f.DataAtRisk, "no")},
		{"Replication", f.ReplicationKnown, f.ReplicationBehind > 0, noneOr(f.ReplicationBehind, "none behind", "%d behind")},
	}
}

func noneOr(n int, none, some string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf(some, n)
}

// failures tells how many of them a cluster survives.
func failures(n float64) string {
	switch n {
	case 0:
		return "no more failures"
	case 1:
		return "1 more failure"
	}
	return fmt.Sprintf("%.3g more failures", n)
}
