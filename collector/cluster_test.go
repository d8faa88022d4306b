package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestCluster: what one of the two endpoints says is served though the other one fails or is not there.
func TestCluster(t *testing.T) {
	const settings, state = "/v1/cluster/settings", "/v1/node/state"
	named := map[string]string{settings: `{"cluster_name":"paris"}`}
	known := map[string]string{state: `{"cluster_id":"u","node_id":1,"state":"ACTIVE"}`}
	both := map[string]string{settings: named[settings], state: known[state]}
	onlyName, onlyUUID := testutil.Page{`qumulo_cluster_info{name="paris",uuid=""}`: 1}, testutil.Page{`qumulo_cluster_info{name="",uuid="u"}`: 1}
	for name, c := range map[string]answersCase{
		"both":           {answers: both, want: testutil.Page{`qumulo_cluster_info{name="paris",uuid="u"}`: 1}},
		"no settings":    {answers: known, want: onlyUUID},
		"no state":       {answers: named, want: onlyName},
		"neither":        {absent: []string{"qumulo_cluster_info"}, unsupported: true},
		"settings fail":  {answers: both, faults: map[string]int{settings: 500}, want: onlyUUID, failed: true, said: []string{"no name of the cluster", "500"}},
		"the state 403s": {answers: both, faults: map[string]int{state: 403}, want: onlyName, failed: true, said: []string{"no UUID of the cluster", "403"}},
		"one fails, and there is no other": {
			answers: named, faults: map[string]int{settings: 500}, absent: []string{"qumulo_cluster_info"}, failed: true, said: []string{"get cluster settings", "500"},
		},
		"both fail": {
			answers: both, faults: map[string]int{settings: 500, state: 500}, absent: []string{"qumulo_cluster_info"},
			failed: true, said: []string{"get cluster settings", "500"},
		},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "cluster") })
	}
}
