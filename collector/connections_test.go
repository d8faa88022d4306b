package collector_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const connectionsPath = "/v2/network/connections/"

func TestConnections(t *testing.T) {
	for name, c := range map[string]struct {
		sent string
		want testutil.Page // without zeros
		ids  []string      // of the nodes that have zeros too
		said []string
	}{
		"no node answers": {sent: `[]`},
		"nodes without clients, some by loopback": {
			sent: `[{"id":3,"connections":[]},{"id":"2","connections":[{"type":"CONNECTION_TYPE_REST","network_address":"127.0.0.1"},
				{"type":"CONNECTION_TYPE_NFS","network_address":"127.8.9.10"},{"type":"CONNECTION_TYPE_S3","network_address":"::1"},
				{"type":"CONNECTION_TYPE_S3","network_address":"::ffff:127.0.0.1"}]}]`,
			ids: []string{"2", "3"},
		},
		"nodes that do not say": {
			sent: `[{"id":3},{"id":4,"connections":null},{"id":5,"connections":""},{"id":2,"connections":[{"type":"CONNECTION_TYPE_S3","network_address":"10.0.0.1"}]}]`,
			ids:  []string{"2"},
			want: testutil.Page{
				`qumulo_client_connections{node_id="2",protocol="s3"}`: 1, `qumulo_clients{node_id="2",protocol="s3"}`: 1, `qumulo_cluster_clients{protocol="s3"}`: 1,
			},
		},
		"no node says": {sent: `[{"id":3,"connections":null}]`},
		"one client on two nodes": {
			sent: `[{"id":2,"connections":[{"type":"CONNECTION_TYPE_NFS","network_address":"10.0.0.1"},{"type":"CONNECTION_TYPE_NFS","network_address":"10.0.0.1"},
				{"type":"CONNECTION_TYPE_NFS","network_address":"fe80::1","tenant_id":1},{"type":"CONNECTION_TYPE_SMB","network_address":"10.0.0.1","tenant_id":null}]},
				{"id":3,"connections":[{"type":"CONNECTION_TYPE_NFS","network_address":"10.0.0.1"}]}]`,
			ids: []string{"2", "3"},
			want: testutil.Page{
				`qumulo_client_connections{node_id="2",protocol="nfs"}`: 3, `qumulo_client_connections{node_id="2",protocol="smb"}`: 1,
				`qumulo_client_connections{node_id="3",protocol="nfs"}`: 1, `qumulo_clients{node_id="2",protocol="nfs"}`: 2,
				`qumulo_clients{node_id="2",protocol="smb"}`: 1, `qumulo_clients{node_id="3",protocol="nfs"}`: 1,
				`qumulo_cluster_clients{protocol="nfs"}`: 2, `qumulo_cluster_clients{protocol="smb"}`: 1,
			},
		},
		"odd rows": {
			sent: `[{"id":2,"connections":[{"type":"CONNECTION_TYPE_NVME","network_address":"10.0.0.1"},{"network_address":"10.0.0.2"},"what",
				{"type":"CONNECTION_TYPE_FTP"},{"type":"CONNECTION_TYPE_FTP","network_address":"no address"}]},
				{"id":2,"connections":[{"type":"CONNECTION_TYPE_FTP","network_address":"10.0.0.3"}]},{"connections":[]},7]`,
			ids: []string{"2"},
			want: testutil.Page{
				`qumulo_client_connections{node_id="2",protocol="unknown"}`: 2, `qumulo_clients{node_id="2",protocol="unknown"}`: 2, `qumulo_cluster_clients{protocol="unknown"}`: 2,
				`qumulo_client_connections{node_id="2",protocol="ftp"}`: 2, `qumulo_clients{node_id="2",protocol="ftp"}`: 1, `qumulo_cluster_clients{protocol="ftp"}`: 1,
			},
			said: []string{"collector=connections", `CONNECTION_TYPE_NVME\" is new`, `id \"2\" is missing or taken`, `id \"\" is missing`, "a JSON string", "a JSON number"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.NewModel().Set(connectionsPath, json.RawMessage(c.sent)), nil, "connections")
			want := testutil.Page{}
			for _, protocol := range []string{"nfs", "smb", "ftp", "rest", "s3"} {
				for _, id := range c.ids {
					want[`qumulo_client_connections{node_id="`+id+`",protocol="`+protocol+`"}`] = 0
					want[`qumulo_clients{node_id="`+id+`",protocol="`+protocol+`"}`] = 0
					want[`qumulo_cluster_clients{protocol="`+protocol+`"}`] = 0
				}
			}
			maps.Copy(want, c.want)
			if diff := cmp.Diff(want, areaPage(t, w, "connections", 1, 1)); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			wantSaid(t, w, c.said)
		})
	}
}

func TestConnectionsFail(t *testing.T) { wantFailures(t, "connections", connectionsPath) }
