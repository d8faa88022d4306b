package collector_test

import (
	"encoding/json"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestFactsOfDrives: what is not said of a drive counts neither as healthy nor as not healthy.
func TestFactsOfDrives(t *testing.T) {
	for name, c := range map[string]struct {
		slots     string
		unhealthy int
		known     bool
	}{
		"healthy":                  {`[{"node_id":1,"slot":1,"state":"healthy"},{"node_id":1,"slot":2,"state":"empty"}]`, 0, true},
		"not healthy":              {`[{"node_id":1,"slot":1,"state":"dead"},{"node_id":1,"slot":2,"state":"healthy"},{"node_id":2,"slot":1,"state":"missing"}]`, 2, true},
		"a new word":               {`[{"node_id":1,"slot":1,"state":"on_fire"}]`, 1, true},
		"no state":                 {`[{"node_id":1,"slot":1},{"node_id":1,"slot":2,"state":"healthy"}]`, 0, false},
		"no state, and a dead one": {`[{"node_id":1,"slot":1},{"node_id":1,"slot":2,"state":"dead"}]`, 1, true},
		"left out":                 {`[{"state":"dead"},{"node_id":1,"slot":2,"state":"healthy"}]`, 0, false},
		"malformed":                {`[7,{"node_id":1,"slot":2,"state":"healthy"}]`, 0, false},
		"no drives":                {`[{"node_id":1,"slot":2,"state":"empty"}]`, 0, false},
		"no slots":                 {`[]`, 0, false},
		"no list":                  {`{}`, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.OnPremises(), nil, "drives")
			w.server.Model().Set(slotsPath, json.RawMessage(c.slots))
			w.scrape(t)
			want := collector.Facts{DrivesUnhealthy: c.unhealthy, DrivesKnown: c.known}
			if got := w.Status().Facts; got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}
