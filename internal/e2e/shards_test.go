package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestShards: two Prometheus servers share the clusters of one /sd, as docs/scaling.md says: each
// cluster is a target of exactly one, and neither has none.
func TestShards(t *testing.T) {
	t.Parallel() // it waits most of the time
	const clusters = 20
	g := startGroup(t, clusters, clusters)
	var shards [2]prometheus
	for i := range shards {
		dir := t.TempDir()
		config := fmt.Sprintf(`
global: {scrape_interval: 10m}
scrape_configs:
  - job_name: qumulo
    http_sd_configs: [{url: "http://%s/sd", refresh_interval: 1s}]
    relabel_configs:
      - {source_labels: [__tmp_hash], modulus: 2, target_label: __tmp_shard, action: hashmod}
      - {source_labels: [__tmp_shard], regex: %d, action: keep}
`, g.address, i)
		shards[i] = prometheus{address: testutil.FreeAddress(t)}
		start(t, tool(t, "prometheus", "PROMETHEUS"),
			"--config.file="+testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config),
			"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+shards[i].address)
	}
	var found [2]map[string]bool
	testutil.Eventually(t, "the shards have all clusters", func() bool {
		found = [2]map[string]bool{shards[0].targets(t), shards[1].targets(t)}
		return len(found[0])+len(found[1]) == clusters
	})
	if len(found[0]) == 0 || len(found[1]) == 0 {
		t.Errorf("one shard has %d clusters, the other %d", len(found[0]), len(found[1]))
	}
	for name := range found[0] {
		if found[1][name] {
			t.Errorf("%s is a target of both", name)
		}
	}
}

// targets are the instances that are scraped.
func (p prometheus) targets(t *testing.T) map[string]bool {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+"/api/v1/targets?state=active", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, body := do(&http.Client{Timeout: 10 * time.Second}, req)
	var answer struct {
		Data struct {
			ActiveTargets []struct{ Labels struct{ Instance string } }
		}
	}
	names := map[string]bool{}
	if json.Unmarshal([]byte(body), &answer) == nil {
		for _, target := range answer.Data.ActiveTargets {
			names[target.Labels.Instance] = true
		}
	}
	return names
}
