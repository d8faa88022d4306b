package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func expectConnections(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	counted := map[string]bool{} // each client of a node, and of the cluster, counts once
	once := func(series, address string) {
		if !counted[series+address] {
			p[series]++
		}
		counted[series+address] = true
	}
	for _, node := range list(t, m, "/v2/network/connections/") {
		for _, protocol := range []string{"nfs", "smb", "ftp", "rest", "s3"} {
			for _, metric := range []string{"qumulo_client_connections", "qumulo_clients"} {
				p[fmt.Sprintf(`%s{node_id="%v",protocol="%s"}`, metric, node["id"], protocol)] = 0
			}
			p[`qumulo_cluster_clients{protocol="`+protocol+`"}`] += 0
		}
		for _, row := range node["connections"].([]any) {
			c := row.(map[string]any)
			address := c["network_address"].(string)
			if address == "127.0.0.1" {
				continue
			}
			protocol := strings.ToLower(strings.TrimPrefix(c["type"].(string), "CONNECTION_TYPE_"))
			p[fmt.Sprintf(`qumulo_client_connections{node_id="%v",protocol="%s"}`, node["id"], protocol)]++
			once(fmt.Sprintf(`qumulo_clients{node_id="%v",protocol="%s"}`, node["id"], protocol), address)
			once(`qumulo_cluster_clients{protocol="`+protocol+`"}`, address)
		}
	}
}
