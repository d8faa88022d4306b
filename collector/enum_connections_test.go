package collector_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestWordsOfClients: every protocol and every type of activity that a definition knows has a
// label of its own.
func TestWordsOfClients(t *testing.T) {
	dir := apidir.Find(t)
	for _, file := range []string{"openapi-7.2.3.json", "openapi-7.7.2.json"} {
		for _, c := range []struct{ path, field, collector, answer string }{
			{connectionsPath, "items.properties.connections.items.properties.type", "connections", `[{"id":1,"connections":[{"type":"%","network_address":"192.0.2.1"}]}]`},
			{activityPath, "properties.entries.items.properties.type", "activity", `{"entries":[{"ip":"192.0.2.1","rate":1,"type":"%"}]}`},
		} {
			words := enumOf(t, filepath.Join(dir, file), c.path, c.field)
			if len(words) < 5 {
				t.Errorf("%s: %s has the words %q", file, c.path, words)
			}
			shown := map[string]bool{}
			for _, word := range words {
				w := watch(t, qumulotest.NewModel().Set(c.path, json.RawMessage(strings.Replace(c.answer, "%", word, 1))), nil, c.collector)
				for series, value := range areaPage(t, w, c.collector, 1, 1) {
					if strings.Contains(series, "unknown") {
						t.Errorf("%s: %s is shown as %s", file, word, series)
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
				t.Errorf("%s: %d words of %s are %d series", file, len(words), c.path, n)
			}
		}
	}
}

// enumOf returns the words of a field of the answer of path in a definition.
func enumOf(t *testing.T, file, path, field string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	at := doc["paths"].(map[string]any)[path].(map[string]any)
	for _, key := range append([]string{"get", "responses", "200", "content", "application/json", "schema"}, strings.Split(field, ".")...) {
		at, _ = at[key].(map[string]any)
	}
	var words []string
	for _, word := range at["enum"].([]any) {
		words = append(words, word.(string))
	}
	return words
}
