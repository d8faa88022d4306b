package server

import (
	"slices"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// TestHealth: each answer in words, what is trouble, and nothing of what is not known.
func TestHealth(t *testing.T) {
	for name, c := range map[string]struct {
		facts collector.Facts
		want  []string // of what is known; ! is trouble
	}{
		"unknown": {collector.Facts{Nodes: 4, RemainingFailures: 2, DrivesUnhealthy: 3, DataAtRisk: true, ReplicationBehind: 1}, nil},
		"healthy": {
			collector.Facts{RemainingFailures: 2, RemainingKnown: true, RiskKnown: true, DrivesKnown: true, ReplicationKnown: true},
			[]string{"Drives: all healthy", "Survives: 2 more failures", "Data at risk: no", "Replication: none behind"},
		},
		"degraded": {
			collector.Facts{RemainingFailures: 1, RemainingKnown: true, RiskKnown: true, DrivesUnhealthy: 12, DrivesKnown: true},
			[]string{"Drives: 12 not healthy!", "Survives: 1 more failure", "Data at risk: no"},
		},
		"at risk": {
			collector.Facts{RemainingKnown: true, DataAtRisk: true, RiskKnown: true, DrivesUnhealthy: 1, DrivesKnown: true},
			[]string{"Drives: 1 not healthy!", "Survives: no more failures!", "Data at risk: yes!"},
		},
		"replication": {
			collector.Facts{ReplicationKnown: true, ReplicationBehind: 2}, []string{"Replication: 2 behind!"},
		},
		"one node":   {collector.Facts{Nodes: 1, RemainingKnown: true}, []string{"Survives: no more failures"}},
		"risk alone": {collector.Facts{RiskKnown: true}, []string{"Data at risk: no"}},
		"absurd":     {collector.Facts{RemainingFailures: 1e300, RemainingKnown: true}, []string{"Survives: 1e+300 more failures"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range healthOf(c.facts) {
				text := f.Title + ": " + f.Text
				if f.Bad {
					text += "!"
				}
				if f.Known {
					got = append(got, text)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
