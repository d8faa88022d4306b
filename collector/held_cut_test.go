package collector_test

import (
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	poolInfo = "# TYPE qumulo_pool info\nqumulo_pool_info{pool=\"1\",node_id=\"1\"} 1\nqumulo_pool_info{pool=\"2\",node_id=\"1\"} 1\n"
	free     = "# TYPE qumulo_fs_free_bytes gauge\nqumulo_fs_free_bytes 7\n"
)

// TestCutPageLeavesHeld: a fragment does not take the place of what was sent whole.
func TestCutPageLeavesHeld(t *testing.T) {
	m := qumulotest.SingleNode().SetMetricsPage(free + poolInfo)
	w := watch(t, m, nil, "native")
	success(t, w.scrape(t), "native", 1)
	m.SetMetricsPage(free + poolInfo[:strings.LastIndex(poolInfo, "2")])
	success(t, w.scrape(t), "native", 0)
	m.SetMetricsPage(free)
	page := w.scrape(t)
	success(t, page, "native", 1)
	page.Want(t, `qumulo_pool_info{pool="1",node_id="1"}`, 1)
	page.Want(t, `qumulo_pool_info{pool="2",node_id="1"}`, 1)
}

// TestEmptyListingLeavesHeld: a node listing without nodes tells nothing of what is gone.
func TestEmptyListingLeavesHeld(t *testing.T) {
	m := qumulotest.SingleNode().SetMetricsPage(free + poolInfo)
	w := watch(t, m, nil, "native")
	w.scrape(t)
	m.SetMetricsPage(free).Set(nodesPath, []any{map[string]any{"id": 1}})
	for range 2 {
		w.scrape(t).Want(t, `qumulo_pool_info{pool="1",node_id="1"}`, 1)
	}
}

// TestPageOfAProxy: a text that has no metric is no page, whoever sends it as one.
func TestPageOfAProxy(t *testing.T) {
	w := watch(t, qumulotest.SingleNode().SetMetricsPage("upstream connect error or disconnect/reset before headers\n"), nil, "native")
	success(t, w.scrape(t), "native", 0)
	if !strings.Contains(w.log.String(), "no line of it is a metric") {
		t.Errorf("the log does not say it: %s", w.log)
	}
}

// TestNamesOfCollectorsThatAreOff: the cluster's own families never stand under a name of ours, whether we show it now or not.
func TestNamesOfCollectorsThatAreOff(t *testing.T) {
	page := free + "# TYPE qumulo_cluster info\nqumulo_cluster_info{evil=\"1\"} 1\n"
	w := watch(t, qumulotest.SingleNode().SetMetricsPage(page), nil, "native")
	answer := w.scrape(t)
	answer.Want(t, "qumulo_fs_free_bytes", 7)
	answer.Absent(t, "qumulo_cluster_info")
}

// TestFailedPageLeavesHeld: while the page can't be read what is held is shown, and success says that the rest is missing.
func TestFailedPageLeavesHeld(t *testing.T) {
	w := watch(t, qumulotest.SingleNode().SetMetricsPage(free+poolInfo), nil, "native")
	w.scrape(t)
	for _, fault := range []qumulotest.Fault{{Status: 500}, {Body: []byte("<html>")}} {
		w.server.SetFault(metricsPath, fault)
		page := w.scrape(t)
		success(t, page, "native", 0)
		page.Want(t, `qumulo_pool_info{pool="2",node_id="1"}`, 1)
		page.Want(t, "qumulo_native_held_families", 1)
		page.Absent(t, "qumulo_fs_free_bytes")
	}
	w.server.SetFault(metricsPath, qumulotest.Fault{Status: 403})
	page := w.scrape(t)
	success(t, page, "native", 0)
	page.Absent(t, "qumulo_pool_info")
}
