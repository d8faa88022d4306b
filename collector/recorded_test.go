package collector_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestRecorded reads the recorded answers by plain means and expects exactly
// what it finds on the page: every element, every value, and nothing else.
func TestRecorded(t *testing.T) {
	dir := filepath.Join(apidir.Find(t), "examples")
	for _, name := range []string{"onprem-a", "cnq-aws", "azure-single"} {
		t.Run(name, func(t *testing.T) {
			model, err := qumulotest.Recorded(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			w := watch(t, model, nil)
			got := w.scrape(t)
			comparePages(t, expected(t, model), got)
			if strings.Contains(w.log.String(), "WARN") {
				t.Errorf("complaints about a recorded cluster:\n%s", w.log)
			}
		})
	}
}

// TestOldNode is the vendor's own example of a node with its capacity.
func TestOldNode(t *testing.T) {
	dir := apidir.Find(t)
	data, err := os.ReadFile(filepath.Join(dir, "examples", "doc.cluster_nodes_with_capacity.json"))
	if err != nil {
		t.Fatal(err)
	}
	model := qumulotest.NewModel().Set("/v1/cluster/nodes/", json.RawMessage(data))
	got := watch(t, model, nil).scrape(t)
	got.Want(t, `qumulo_node_capacity_bytes{node_id="1"}`, 2.5605032656896e+13)
	comparePages(t, expected(t, model), got)
}

func comparePages(t *testing.T, want, got testutil.Page) {
	t.Helper()
	for series := range got {
		// Which privileges are needed depends on what the collectors find out side by side.
		if strings.HasPrefix(series, "qumulo_scrape_") || strings.HasPrefix(series, "qumulo_tls_") || strings.HasPrefix(series, "qumulo_privilege_") {
			delete(got, series)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page differs (-answers +page):\n%s", diff)
	}
}

// readings are the expected series of each area, read without any of the client's or
// collectors' code.
func readings() []func(*testing.T, *qumulotest.Model, testutil.Page) {
	return []func(*testing.T, *qumulotest.Model, testutil.Page){
		expectVersion,
		expectCluster,
		expectFilesystem,
		expectNodes,
		expectDrives,
		expectPSU,
		expectProtection,
		expectRestriper,
		expectConnections,
		expectCapacityHistory,
		expectNetwork,
		expectSnapshots,
	}
}

// expected is the whole page but what the engine says of the scrape.
func expected(t *testing.T, m *qumulotest.Model) testutil.Page {
	t.Helper()
	p := testutil.Page{
		"qumulo_up": 1, "qumulo_credentials_accepted": 1, `qumulo_cluster_web_ui_info{url="` + webUI + `"}`: 1,
		`qumulo_credentials_info{user="exporter",id="1000"}`: 1, // the simulated user, which no recording has
	}
	for _, read := range readings() {
		read(t, m, p)
	}
	return p
}

func expectVersion(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	if v := object(t, m, "/v1/version"); v != nil {
		revision, _ := v["revision_id"].(string)
		p[fmt.Sprintf(`qumulo_version_info{version="%s",revision_id="%s",build_id="%v",flavor="%v",build_date="%v"}`,
			strings.Fields(revision)[2], revision, v["build_id"], v["flavor"], v["build_date"])] = 1
	}
}

func expectCluster(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	if v, state := object(t, m, "/v1/cluster/settings"), object(t, m, "/v1/node/state"); v != nil && state != nil {
		p[fmt.Sprintf(`qumulo_cluster_info{name="%v",uuid="%v"}`, v["cluster_name"], state["cluster_id"])] = 1
	}
}

func expectFilesystem(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	if v := object(t, m, "/v1/file-system"); v != nil {
		for field, series := range map[string]string{
			"total_size_bytes": "size", "free_size_bytes": "free", "snapshot_size_bytes": "snapshot",
			"block_size_bytes": "block_size", "portal_cache_size_bytes": "portal_cache",
		} {
			if _, sent := v[field]; sent {
				p["qumulo_filesystem_"+series+"_bytes"] = number(t, v[field])
			}
		}
	}
}

func expectNodes(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	p[`qumulo_cluster_nodes{status="online"}`] = 0
	p[`qumulo_cluster_nodes{status="offline"}`] = 0
	p[`qumulo_cluster_nodes{status="unknown"}`] = 0
	for _, n := range list(t, m, "/v1/cluster/nodes/") {
		id := fmt.Sprint(n["id"])
		status, _ := n["node_status"].(string)
		for _, word := range []string{"online", "offline", "unknown"} {
			p[`qumulo_node_status{node_id="`+id+`",status="`+word+`"}`] = 0
		}
		p[`qumulo_node_status{node_id="`+id+`",status="`+status+`"}`] = 1
		p[`qumulo_cluster_nodes{status="`+status+`"}`]++
		p[fmt.Sprintf(`qumulo_cluster_node_info{node_id="%s",node_name="%v",uuid="%v",label="%v",model_number="%v",serial_number="%v",mac_address="%v"}`,
			id, n["node_name"], n["uuid"], n["label"], n["model_number"], n["serial_number"], n["mac_address"])] = 1
		if n["capacity_in_bytes"] != nil {
			p[`qumulo_node_capacity_bytes{node_id="`+id+`"}`] = number(t, n["capacity_in_bytes"])
			continue
		}
		for _, s := range list(t, m, "/v1/cluster/slots/") {
			if fmt.Sprint(s["node_id"]) == id {
				p[`qumulo_node_capacity_bytes{node_id="`+id+`"}`] += number(t, s["raw_capacity"])
			}
		}
	}
}

func expectDrives(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	for _, s := range list(t, m, "/v1/cluster/slots/") {
		p[fmt.Sprintf(`qumulo_drives{node_id="%v",disk_type="%v",state="%v"}`, s["node_id"], s["disk_type"], s["state"])]++
		if s["state"] == "empty" {
			continue
		}
		place := fmt.Sprintf(`{node_id="%v",drive_bay="%v"`, s["node_id"], s["drive_bay"])
		healthy := 0.0
		if s["state"] == "healthy" {
			healthy = 1
		}
		p["qumulo_drive_healthy"+place+"}"] = healthy
		p["qumulo_drive_capacity_bytes"+place+"}"] = number(t, s["capacity"])
		p["qumulo_drive_raw_capacity_bytes"+place+"}"] = number(t, s["raw_capacity"])
		p[fmt.Sprintf(`qumulo_drive_state_info%s,state="%v"}`, place, s["state"])] = 1
		p[fmt.Sprintf(`qumulo_drive_info%s,slot="%v",slot_type="%v",disk_type="%v",disk_model="%v",disk_serial_number="%v",high_endurance="%v"}`,
			place, s["slot"], s["slot_type"], s["disk_type"], s["disk_model"], s["disk_serial_number"], s["high_endurance"])] = 1
	}
}

func object(t *testing.T, m *qumulotest.Model, path string) map[string]any {
	t.Helper()
	return decode[map[string]any](t, m, path)
}

func list(t *testing.T, m *qumulotest.Model, path string) []map[string]any {
	t.Helper()
	return decode[[]map[string]any](t, m, path)
}

func decode[T any](t *testing.T, m *qumulotest.Model, path string) (v T) {
	t.Helper()
	data, ok := m.Answer(path)
	if !ok {
		return v
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(path, err)
	}
	return v
}

func number(t *testing.T, v any) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.Trim(fmt.Sprintf("%v", v), `"`), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
