//go:build !race

package collector_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestEndpointsListed: a collector calls all that it lists, of one cluster or another, and nothing
// else: documents and privileges are made from the list.
func TestEndpointsListed(t *testing.T) {
	called := map[string]map[string]bool{} // by collector
	for name, model := range simulated() {
		w := watchAll(t, model, nil)
		for _, c := range w.On() {
			_, trace := w.ScrapeTraced(t.Context(), []string{c})
			if len(trace.Calls) == 0 {
				t.Errorf("%s: %s calls nothing", name, c)
			}
			for _, call := range trace.Calls {
				if called[c] == nil {
					called[c] = map[string]bool{}
				}
				called[c][call.Operation] = true
			}
		}
	}
	for _, c := range collector.All() {
		// The engine's own: who may ask, and whether the cluster is up.
		allowed := map[string]bool{qumulo.LoginEndpoint.Name: true, qumulo.NodesEndpoint.Name: true}
		for _, e := range c.Endpoints {
			allowed[e.Name] = true
			if !called[c.Name][e.Name] {
				t.Errorf("%s lists %q and does not call it", c.Name, e.Name)
			}
		}
		for _, operation := range slices.Sorted(maps.Keys(called[c.Name])) {
			if !allowed[operation] {
				t.Errorf("%s calls %q and does not list it", c.Name, operation)
			}
		}
	}
}

// TestPrivileges: each is named once, and none for what is public.
func TestPrivileges(t *testing.T) {
	c := collector.Collector{Endpoints: []qumulo.Endpoint{
		{Name: "z", Privilege: "Z"}, {Name: "public", Public: true}, {Name: "a", Privilege: "A"}, {Name: "z again", Privilege: "Z"},
	}}
	if got := c.Privileges(); !reflect.DeepEqual(got, []string{"Z", "A"}) {
		t.Errorf("the privileges are %q", got)
	}
	if got := (collector.Collector{}).Privileges(); got != nil {
		t.Errorf("without an endpoint they are %q", got)
	}
}
