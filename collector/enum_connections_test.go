package collector_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestWordsOfClients: every protocol and every type of activity that a definition knows has a
// label of its own.
func TestWordsOfClients(t *testing.T) {
	definitions := apidir.ReadDefinitions(t)
	for _, c := range []struct{ path, field, collector, answer string }{
		{connectionsPath, "connections.type", "connections", `[{"id":1,"connections":[{"type":"%","network_address":"192.0.2.1"}]}]`},
		{activityPath, "entries.type", "activity", `{"entries":[{"ip":"192.0.2.1","rate":1,"type":"%"}]}`},
	} {
		words := definitions.Words(t, c.path, c.field)
		if len(words) < 5 {
			t.Errorf("%s has the words %q", c.path, words)
		}
		shown := map[string]bool{}
		for _, word := range words {
			w := watch(t, qumulotest.NewModel().Set(c.path, json.RawMessage(strings.Replace(c.answer, "%", word, 1))), nil, c.collector)
			for series, value := range areaPage(t, w, c.collector, 1, 1) {
				if strings.Contains(series, "unknown") {
					t.Errorf("%s is shown as %s", word, series)
				}
				shown[series] = shown[series] || value == 1
			}
			wantSaid(t, w, nil)
		}
		n := 0
		for _, on := range shown {
			if on {
				n++
			}
		}
		if n < len(words) {
			t.Errorf("%d words of %s are %d series", len(words), c.path, n)
		}
	}
}
