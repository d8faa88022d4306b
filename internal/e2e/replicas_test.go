package e2e_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestReplicas: two Prometheus servers with other external labels scrape the same clusters. Each scrape of theirs costs a
// sweep, unless it joins one that has just begun; a collector with an interval is read once for both.
func TestReplicas(t *testing.T) {
	t.Parallel() // it waits most of the time
	g := startGroup(t, 2, 2)
	text := testutil.ReadFile(t, g.file)
	testutil.ReplaceFile(t, g.file, text+"    collectors: {filesystem: {interval: 10m}}\n") // of the last one, cluster-1
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/-/reload", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := do(http.DefaultClient, req); status != http.StatusOK {
		t.Fatal(status, body)
	}
	var replicas [2]prometheus
	var processes [2]*process
	for i := range replicas {
		dir := t.TempDir()
		config := fmt.Sprintf(`
global: {scrape_interval: 2s, scrape_timeout: 2s, external_labels: {replica: "%d"}}
scrape_configs:
  - job_name: qumulo
    http_sd_configs: [{url: "http://%s/sd", refresh_interval: 1s}]
`, i, g.address)
		replicas[i] = prometheus{address: testutil.FreeAddress(t)}
		processes[i] = start(t, tool(t, "prometheus", "PROMETHEUS"),
			"--config.file="+testutil.WriteFile(t, filepath.Join(dir, "prometheus.yml"), config),
			"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+replicas[i].address)
	}
	scrapes := func(cluster int) float64 {
		var n float64
		for _, p := range replicas {
			n += max(p.query(t, fmt.Sprintf(`count_over_time(qumulo_up{instance="cluster-%d"}[1h])`, cluster)), 0)
		}
		return n
	}
	testutil.Eventually(t, "both have scraped some times", func() bool {
		return scrapes(0) >= 10 && scrapes(1) >= 10 && replicas[0].query(t, "min(qumulo_up)") == 1 && replicas[1].query(t, "min(qumulo_up)") == 1
	})
	seen := [2]float64{scrapes(0), scrapes(1)}
	for _, p := range processes {
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	_, page := g.get(t, "/metrics")
	for i, cluster := range g.clusters {
		listings, reads := cluster.CallCount("/v1/cluster/nodes/"), cluster.CallCount("/v1/file-system")
		joined := testutil.ParsePage(t, page)[fmt.Sprintf(`qumulo_exporter_scrapes_joined_total{target="cluster-%d"}`, i)]
		t.Logf("cluster-%d: %v scrapes, of which %v joined, cost %d node listings and %d reads of the file system", i, seen[i], joined, listings, reads)
		// What was under way when they were stopped is among the calls, but not among their series.
		if all := float64(listings) + joined; all < seen[i] || all > seen[i]+6 {
			t.Errorf("cluster-%d: %v scrapes, %d node listings and %v joined scrapes", i, seen[i], listings, joined)
		}
		if want := [2]int{listings, 1}[i]; reads < want-2 || reads > want {
			t.Errorf("cluster-%d: the file system was read %d times, want %d", i, reads, want)
		}
	}
	if strings.Contains(g.exporter.stderr.String(), "level=WARN") {
		t.Error("a warning in the log")
	}
}
