//go:build !race

package collector_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestManyQuotas: a hundred thousand in pages of a thousand. The fullest are shown whatever page
// they are on, the counts are of all, and memory holds little more than those to show.
func TestManyQuotas(t *testing.T) {
	const count, size, shown = 100_000, 1000, 100
	rows := make([]map[string]any, count)
	for i := range rows {
		used := i % 70
		if i%size == 7 { // one in each page
			used = 100 + i/size
		}
		rows[i] = map[string]any{"id": strconv.Itoa(i + 1), "path": fmt.Sprintf("/home/user-%d/", i), "limit": "100", "capacity_usage": strconv.Itoa(used)}
	}
	model := qumulotest.NewModel().SetPages(quotasPath, "quotas", rows, size)
	w := watchOptions(t, model, "quotas", &collector.QuotasOptions{Max: shown})
	before := inUse()
	p := quotasPage(t, w, 1)
	if grown := int64(inUse()) - int64(before); grown > 4<<20 {
		t.Errorf("%d KiB are in use after it", grown>>10)
	}
	p.Want(t, "qumulo_quotas", count)
	p.Want(t, "qumulo_quotas_omitted", count-shown)
	p.Want(t, `qumulo_quotas_over{ratio="1"}`, count/size)
	for i := 7; i < count; i += size {
		p.Want(t, fmt.Sprintf(`qumulo_quota_used_bytes{id="%d",path="/home/user-%d/"}`, i+1, i), float64(100+i/size))
	}
	if n := w.server.CallCount(quotasPath); n != count/size {
		t.Errorf("%d calls, want one a page", n)
	}
}

// TestManySnapshots: as many as the vendor allows, and more than the bound takes.
func TestManySnapshots(t *testing.T) {
	const row = `{"id":%d,"name":"%[1]d_home-hourly_%[2]s","timestamp":"2026-01-02T03:04:05.123456789Z","source_file_id":"131072291465916581209563463331",` +
		`"source_file_path":"/home/%[2]s/","policy_id":1,"policy_name":"home","expiration":null,"owners":[],"in_delete":false,"lock_key":null}`
	list := func(rows []string) json.RawMessage {
		return json.RawMessage(`{"entries":[` + strings.Join(rows, ",") + `]}`)
	}
	rows := make([]string, 40_000)
	for i := range rows {
		rows[i] = fmt.Sprintf(row, i+1, strings.Repeat("x", 40))
	}
	m := qumulotest.SingleNode().Set(snapshotsPath, list(rows))
	p := areaPage(t, watch(t, m, nil, "snapshots"), "snapshots", 1, 1)
	for series, value := range pageOf(snapshotTotals(40_000, 0, 0, 40_000), policyRow("snapshots", "1", 40_000)) {
		p.Want(t, series, value)
	}
	w := watch(t, qumulotest.SingleNode().Set(snapshotsPath, list(slices.Repeat([]string{"{}"}, 100_001))), nil, "snapshots")
	areaPage(t, w, "snapshots", 0, 1).Absent(t, "qumulo_snapshots")
	wantSaid(t, w, []string{"the answer has more than 100000 rows"})
}

// TestManyConnections: 50,000 on one node are counted, and don't stay in memory.
func TestManyConnections(t *testing.T) {
	const count, clients = 50_000, 10_000
	rows := make([]string, count)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"type":"CONNECTION_TYPE_NFS","network_address":"10.0.%d.%d","tenant_id":1}`, i%clients/100, i%100)
	}
	w := watch(t, qumulotest.NewModel().Set(connectionsPath, json.RawMessage(`[{"id":1,"connections":[`+strings.Join(rows, ",")+`]}]`)), nil, "connections")
	before := inUse()
	p := areaPage(t, w, "connections", 1, 1)
	if grown := int64(inUse()) - int64(before); grown > 4<<20 {
		t.Errorf("%d KiB are in use after it", grown>>10)
	}
	p.Want(t, `qumulo_client_connections{node_id="1",protocol="nfs"}`, count)
	p.Want(t, `qumulo_clients{node_id="1",protocol="nfs"}`, clients)
	p.Want(t, `qumulo_cluster_clients{protocol="nfs"}`, clients)
}

// TestManyExports: as many as the vendor allows.
func TestManyExports(t *testing.T) {
	const count = 64_000
	row := `{"id":"1","export_path":"/` + strings.Repeat("x", 200) + `","tenant_id":1,"fs_path":"/","restrictions":[{"read_only":false}]}`
	model := qumulotest.OnPremises().Set("/v3/nfs/exports/", json.RawMessage(`{"entries":[`+strings.Repeat(row+",", count-1)+row+`]}`))
	areaPage(t, watch(t, model, nil, "protocols"), "protocols", 1, 1).Want(t, "qumulo_nfs_exports", count)
}

// TestManySessions: sessions are counted over all pages, and none is kept.
func TestManySessions(t *testing.T) {
	rows := make([]map[string]any, 20_000)
	for i := range rows {
		rows[i] = map[string]any{"location": i, "num_opens": 2, "is_encrypted": i%4 == 0}
	}
	model := qumulotest.OnPremises().SetPages("/v1/smb/sessions/", "session_infos", rows, 1000)
	w := watch(t, model, nil, "protocols")
	p := areaPage(t, w, "protocols", 1, 1)
	p.Want(t, "qumulo_smb_sessions", 20_000)
	p.Want(t, "qumulo_smb_sessions_encrypted", 5_000)
	p.Want(t, "qumulo_smb_open_handles", 40_000)
	if n := w.server.CallCount("/v1/smb/sessions/"); n != 20 {
		t.Errorf("%d calls, want one a page", n)
	}
}

// TestPortalsLargest: 32 portals of each of 265 nodes, with some roots each, are within the bounds.
func TestPortalsLargest(t *testing.T) {
	const portals, rootsEach = 265 * 32, 6
	roots := strings.TrimSuffix(strings.Repeat(`{"local_root":"18446744073709551615","remote_root":"18446744073709551615","authorized":false},`, rootsEach), ",")
	var rows strings.Builder
	for id := range portals {
		fmt.Fprintf(&rows, `,{"id":%d,"type":"PORTAL_READ_ONLY","state":"ACCEPTED","status":"ACTIVE","hub_id":%d,"hub_cluster_uuid":"h","roots":[%s]}`, id+1, id+1, roots)
	}
	w := answering(t, "portals", map[string]string{hubsPath: `{"entries":[]}`, spokesPath: `{"entries":[` + rows.String()[1:] + `]}`})
	got := areaPage(t, w, "portals", 1, 1)
	if n := len(got.With("qumulo_portal_info", "")); n != portals {
		t.Errorf("there are %d portals, want %d", n, portals)
	}
	got.Want(t, fmt.Sprintf(`qumulo_portal_pending_roots{id="%d",role="spoke"}`, portals), rootsEach)
}

// TestManyDomainControllers: each of 265 nodes lists the 32 servers of its domain, in the API's indented form.
func TestManyDomainControllers(t *testing.T) {
	const nodes, servers = 265, 32
	type server struct {
		BindURI string `json:"bind_uri"`
		KDC     string `json:"kdc_address"`
	}
	rows := make([]map[string]any, nodes)
	for i := range rows {
		controllers := make([]server, servers)
		for n := range controllers {
			controllers[n] = server{fmt.Sprintf("ldap://controller%02d.emea.corp.example.com:389", n), fmt.Sprintf("10.10.%d.10", n)}
		}
		rows[i] = map[string]any{
			"node_id": i + 1, "bind_domain": "emea.corp.example.com", "bind_account": "QUMULO$@EMEA.CORP.EXAMPLE.COM",
			"base_dn_vec": []string{"DC=emea,DC=corp,DC=example,DC=com"}, "health": "NO_RECENT_ERROR", "servers": controllers,
		}
	}
	answers := map[string]string{}
	for path, answer := range map[string]any{adPath: map[string]any{"status": "JOINED_TO_DOMAIN", "ldap_connection_states": rows}, ldapPath: rows} {
		body, err := json.MarshalIndent(answer, "", "  ")
		if err != nil || len(body) < 1<<20 {
			t.Fatalf("%s has %d bytes: %v", path, len(body), err)
		}
		answers[path] = string(body)
	}
	got := areaPage(t, answering(t, "identity", answers), "identity", 1, 1)
	for _, metric := range []string{"qumulo_ad_connection_health", "qumulo_ldap_connection_health"} {
		if n := len(got.With(metric, `health="no_recent_error"`)); n != nodes {
			t.Errorf("%s: %d nodes, want %d", metric, n, nodes)
		}
	}
}

// TestManyAuditErrors: each of 265 nodes tells at length why it does not reach the destination. That must not hide that it doesn't.
func TestManyAuditErrors(t *testing.T) {
	const nodes = 265
	reason := map[string]any{
		"connection_status": "AUDIT_DESTINATION_DISCONNECTED", "error_message": "no route to host", "error_details": strings.Repeat("frame\n", 1000),
	}
	list, byID := make([]map[string]any, nodes), map[string]any{}
	for i := range list {
		list[i] = map[string]any{"node_id": i + 1, "status": reason}
		byID[strconv.Itoa(i+1)] = map[string]any{"last_seen_error": reason}
	}
	body := func(statuses any) string {
		text, err := json.Marshal(map[string]any{"node_statuses": statuses})
		if err != nil || len(text) < 1<<20 {
			t.Fatalf("%d bytes: %v", len(text), err)
		}
		return string(text)
	}
	for path, answer := range map[string]string{auditStatusPath("a"): body(list), auditCloudWatchPath: body(byID)} {
		r := oneReading{collector: "audit", release: "7.8.0", answers: map[string]string{path: answer}, want: testutil.Page{}}
		destination := "cloudwatch"
		if path == auditStatusPath("a") {
			r.release, r.answers[auditPath], destination = "", `{"destinations":[{"id":"a","config":{"type":"SYSLOG"}}]}`, "a"
		}
		for i := range nodes {
			r.want[auditError(strconv.Itoa(i+1), destination)] = 1
		}
		t.Run(destination, r.check)
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestTooLargeToHold: a metric of more bytes than may be held is shown as long as it is sent, and the log says that it is not held.
func TestTooLargeToHold(t *testing.T) {
	var huge strings.Builder
	huge.WriteString("# TYPE qumulo_huge info\n")
	for i := range 20_000 {
		fmt.Fprintf(&huge, "qumulo_huge_info{number=\"%d\",text=%q} 1\n", i, strings.Repeat("x", 900))
	}
	m := qumulotest.SingleNode().SetMetricsPage(free + huge.String() + poolInfo)
	w := watch(t, m, nil, "native")
	page := w.scrape(t)
	success(t, page, "native", 1)
	last := `qumulo_huge_info{number="19999",text="` + strings.Repeat("x", 900) + `"}`
	page.Want(t, last, 1)
	if n := strings.Count(w.log.String(), "1000 metrics and 16 MiB of them are held at most: the others are shown only when the cluster sends them"); n != 1 {
		t.Errorf("it is %d times in the log: %s", n, w.log)
	}
	m.SetMetricsPage(free)
	page = w.scrape(t)
	success(t, page, "native", 1)
	page.Want(t, "qumulo_native_held_families", 1)
	page.Want(t, `qumulo_pool_info{pool="1",node_id="1"}`, 1)
	page.Absent(t, last)
}
