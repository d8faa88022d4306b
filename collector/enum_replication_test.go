//go:build !race

package collector

import (
	"slices"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestDefinedWordsOfReplication: the words that the definitions list for a field are known.
func TestDefinedWordsOfReplication(t *testing.T) {
	definitions := apidir.ReadDefinitions(t)
	for _, side := range []string{"source", "target"} {
		path := "/v2/replication/" + side + "-relationships/status/"
		checkWords(t, definitions, path, "state", 7, showState(replicationState))
		checkWords(t, definitions, path, "job_state", 2, func(o *Output, w qumulo.Text) {
			addJob(o, w, qumulo.Time{}, qumulo.JobProgress{}, "a", side)
		})
	}
}

func showState(m *Metric) func(*Output, qumulo.Text) {
	return func(o *Output, w qumulo.Text) { o.stateSet(m, w, slices.Repeat([]string{"a"}, len(m.Labels)-1)...) }
}

// checkWords shows each word that a definition lists for a field, at least so many, and wants none
// of them unknown.
func checkWords(t *testing.T, definitions apidir.Definitions, path, field string, least int, show func(*Output, qumulo.Text)) {
	t.Helper()
	defined := definitions.Words(t, path, field)
	if len(defined) < least {
		t.Errorf("%s: %s has %d words in the definitions, want at least %d", path, field, len(defined), least)
	}
	for _, w := range defined {
		out := NewOutput(nil)
		show(out, qumulo.Text(w))
		if len(out.Warnings()) > 0 {
			t.Errorf("%s: %s: %q", path, field, out.Warnings())
		}
	}
}
