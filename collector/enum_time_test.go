package collector_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestTimeToLicenseWords: each word that a definition knows is a word of the metric too.
func TestTimeToLicenseWords(t *testing.T) {
	dir := apidir.Find(t)
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
			words := enumWords(t, dir, row.path, row.field)
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

// enumWords returns the words that the definitions know of a field in the answer of path.
func enumWords(t *testing.T, dir, path, field string) []string {
	t.Helper()
	var words []string
	for _, file := range []string{"openapi-7.2.3.json", "openapi-7.7.2.json", "openapi-additions.json"} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var definition any
		if err := json.Unmarshal(data, &definition); err != nil {
			t.Fatal(file, err)
		}
		place := at(definition, "paths", path, "get", "responses", "200", "content", "application/json", "schema")
		for name := range strings.SplitSeq(field, ".") {
			if items := at(place, "items"); items != nil {
				place = items
			}
			place = at(place, "properties", name)
		}
		enum, _ := at(place, "enum").([]any)
		for _, word := range enum {
			words = append(words, word.(string))
		}
	}
	if len(words) == 0 {
		t.Fatalf("no definition has words of %s in %s", field, path)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// at goes down by names, to nil where there is nothing.
func at(place any, names ...string) any {
	for _, name := range names {
		object, _ := place.(map[string]any)
		place = object[name]
	}
	return place
}
