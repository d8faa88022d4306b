package collector

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestReplicationBehind: a failed last job counts, and so does what is enabled and not established.
func TestReplicationBehind(t *testing.T) {
	for sent, want := range map[string]int{
		`[]`: 0,
		`[{"id":"a","state":"ESTABLISHED","replication_enabled":true}]`:                                                        0,
		`[{"id":"a","state":"ESTABLISHED","replication_enabled":true,"error_from_last_job":"full"}]`:                           1,
		`[{"id":"a","state":"DISCONNECTED","replication_enabled":true,"error_from_last_job":"x"}]`:                             1,
		`[{"id":"a","state":"RECONNECTING","replication_enabled":true}]`:                                                       1,
		`[{"id":"a","state":"ENDED","replication_enabled":false}]`:                                                             0,
		`[{"id":"a","state":"ENDED"}]`:                                                                                         0,
		`[{"id":"a","state":"DISCONNECTED","replication_enabled":true},{"id":"b","state":"ENDED","replication_enabled":true}]`: 2,
	} {
		out := NewOutput(nil)
		list := decode[qumulo.List[qumulo.Relationship]](t, sent)
		addRelationships(out, list, "source")
		if out.Facts.ReplicationBehind != want {
			t.Errorf("%s: %d are behind, want %d", sent, out.Facts.ReplicationBehind, want)
		}
		if f := (Facts{Nodes: 1}).With(out.Facts); f.ReplicationBehind != want || f.Nodes != 1 {
			t.Errorf("%s: with others the facts are %+v", sent, f)
		}
	}
}
