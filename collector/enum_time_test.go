package collector_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestTimeToLicenseWords: each word that a definition knows is a word of the metric too.
func TestTimeToLicenseWords(t *testing.T) {
	definitions := apidir.ReadDefinitions(t)
	for _, row := range []struct {
		collector, release string
		path, field        string // where the definitions have the words; lists are walked through
		answer             string // with the word in it
	}{
		{"time", "7.10.0", "/v2/time/status", "node_statuses.status", `{"node_statuses":[{"node_id":1,"status":%q}]}`},
		{"time", "7.8.0", "/v1/time/status", "status", `{"status":%q}`},
		{"identity", "7.10.0", "/v1/ad/status", "status", `{"status":%q}`},
		{"identity", "7.10.0", "/v1/ad/status", "ldap_connection_states.health", `{"ldap_connection_states":[{"node_id":1,"health":%q}]}`},
		{"identity", "7.10.0", "/v1/ldap/status", "health", `[{"node_id":1,"health":%q}]`},
		{
			"audit", "7.10.0", "/v2/audit/destinations/{id}/status", "node_statuses.status.connection_status",
			`{"node_statuses":[{"node_id":1,"status":{"connection_status":%q}}]}`,
		},
		{"audit", "7.8.0", "/v1/audit/syslog/status", "connection_status", `{"connection_status":%q}`},
		{"encryption", "7.10.0", "/v2/encryption/key-store/status", "status", `{"status":%q}`},
		{"encryption", "6.2.0", "/v1/encryption/status", "status", `{"status":%q}`},
		{"license", "7.10.0", "/v1/license/status", "state", `{"state":%q}`},
	} {
		t.Run(row.path+" "+row.field, func(t *testing.T) {
			words := definitions.Words(t, row.path, row.field)
			model := qumulotest.Release(row.release)
			path := strings.ReplaceAll(row.path, "{id}", "1")
			if path != row.path { // the list that has the object
				model.Set(auditPath, json.RawMessage(`{"destinations":[{"id":"1"}]}`))
			}
			for _, word := range words {
				model.Set(path, json.RawMessage(fmt.Sprintf(row.answer, word)))
				w := watch(t, model, nil, row.collector)
				for series, value := range w.scrape(t) {
					if strings.Contains(series, `="unknown"`) && value != 0 {
						t.Errorf("%q is %s", word, series)
					}
				}
				if w.server.CallCount(path) != 1 || strings.Contains(w.log.String(), word) {
					t.Errorf("%q: asked %d times, logged %s", word, w.server.CallCount(path), w.log)
				}
			}
		})
	}
}
