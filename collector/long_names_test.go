package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestLongNames: a node has a name of five megabytes, two drives have bays that differ
// behind a kilobyte, and a number is a text without end. All else is on the page, which
// stays small, and each is one short warning.
func TestLongNames(t *testing.T) {
	name, bay := strings.Repeat("node", 5<<18), strings.Repeat("bay", 400)
	w := watch(t, with(
		fmt.Sprintf(`[{"id":1,"node_status":"online","node_name":%q,"capacity_in_bytes":"1"},{"id":2,"node_status":"online","node_name":"two","capacity_in_bytes":"1"}]`, name),
		fmt.Sprintf(`[{"node_id":1,"slot":1,"drive_bay":"%s1","state":"healthy"},{"node_id":1,"slot":2,"drive_bay":"%[1]s2","state":"dead"}]`, bay),
		fmt.Sprintf(`{"total_size_bytes":%q,"free_size_bytes":"7"}`, strings.Repeat("x", 500_000)),
	), nil, fixed()...)
	onPage := testutil.Text(t, w.Scrape(t.Context(), w.On()))
	p := testutil.ParsePage(t, onPage)
	if len(onPage) > 20_000 {
		t.Errorf("the page has %d bytes", len(onPage))
	}
	p.Want(t, "qumulo_up", 1)
	for _, name := range w.On() {
		success(t, p, name, 1)
	}
	p.Want(t, "qumulo_filesystem_free_bytes", 7)
	p.Want(t, `qumulo_node_status{node_id="1",status="online"}`, 1)
	p.Absent(t, "qumulo_filesystem_size_bytes")
	healthy, dead := 0, 0
	for series, value := range p {
		if strings.HasPrefix(series, "qumulo_drive_healthy{") {
			healthy, dead = healthy+int(value), dead+1-int(value)
		}
		if len(series) > 1100 && !strings.HasPrefix(series, "qumulo_drive") && !strings.HasPrefix(series, `qumulo_cluster_node_info{node_id="1",`) {
			t.Errorf("a long series: %.60s", series)
		}
	}
	if healthy != 1 || dead != 1 {
		t.Errorf("%d drives are healthy and %d dead, want one each", healthy, dead)
	}
	// Where all other answers are slow, the version is asked whether the missing clamp is the API's.
	if n := len(w.server.Calls()); n != 8 && n != 9 {
		t.Errorf("%d calls, want the login and one of each endpoint", n)
	}
	w.log.WaitFor(t, "level=WARN", "collector=nodes", "node_name")
	w.log.WaitFor(t, "level=WARN", "collector=drives", "drive_bay")
	w.log.WaitFor(t, "level=WARN", "collector=filesystem", "total_size_bytes")
	before := len(w.log.Lines())
	w.Scrape(t.Context(), w.On())
	for _, line := range w.log.Lines() {
		if len(line) > 800 {
			t.Errorf("a line of %d bytes: %.100s", len(line), line)
		}
	}
	if n := len(w.log.Lines()); n != before || n != 3 {
		t.Errorf("%d lines, and %d after the second scrape", before, n)
	}
}
