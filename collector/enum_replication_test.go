//go:build !race

package collector

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestDefinedWordsOfReplication: the words that the definitions list for a field are known.
func TestDefinedWordsOfReplication(t *testing.T) {
	for _, side := range []string{"source", "target"} {
		path := "/v2/replication/" + side + "-relationships/status/"
		checkWords(t, path, "[].state", 7, showState(replicationState))
		checkWords(t, path, "[].job_state", 2, func(o *Output, w qumulo.Text) {
			addJob(o, w, qumulo.Time{}, qumulo.JobProgress{}, "a", side)
		})
	}
}

func showState(m *Metric) func(*Output, qumulo.Text) {
	return func(o *Output, w qumulo.Text) { o.stateSet(m, w, slices.Repeat([]string{"a"}, len(m.Labels)-1)...) }
}

// checkWords shows each word that a definition lists for a field, at least so many, and wants none
// of them unknown. The field is named from the answer's top: "entries[].state".
func checkWords(t *testing.T, path, field string, least int, show func(*Output, qumulo.Text)) {
	t.Helper()
	defined := map[string]bool{}
	for _, file := range []string{"openapi-7.2.3.json", "openapi-7.7.2.json"} {
		for _, w := range definedWords(t, file, path, field) {
			defined[w] = true
		}
	}
	if len(defined) < least {
		t.Errorf("%s: %s has %d words in the definitions, want at least %d", path, field, len(defined), least)
	}
	for w := range defined {
		out := NewOutput(nil)
		show(out, qumulo.Text(w))
		if len(out.Warnings()) > 0 {
			t.Errorf("%s: %s: %q", path, field, out.Warnings())
		}
	}
}

type definedSchema struct {
	Enum       []string
	Properties map[string]*definedSchema
	Items      *definedSchema
}

// definedWords returns the words of a field in one definition; none where it has no such path or field.
func definedWords(t *testing.T, file, path, field string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(apidir.Find(t), file))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema *definedSchema }
			}
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	at := doc.Paths[path]["get"].Responses["200"].Content["application/json"].Schema
	for step := range strings.SplitSeq(strings.ReplaceAll(field, "[]", ".[]"), ".") {
		switch {
		case at == nil:
			return nil
		case step == "[]":
			at = at.Items
		case step != "":
			at = at.Properties[step]
		}
	}
	if at == nil {
		return nil
	}
	return at.Enum
}
