//go:build !race

package qumulotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// wantSame compares what the page says with what the other answers do.
func wantSame(t *testing.T, what string, page, answers map[string]float64) {
	t.Helper()
	if !maps.Equal(page, answers) || len(answers) == 0 {
		t.Errorf("%s: the page has %v, the answers %v", what, page, answers)
	}
}

// TestMetricsAreTheAnswers: what other answers say too is the same on the page, at each stage of a cluster's life.
func TestMetricsAreTheAnswers(t *testing.T) {
	for name, m := range map[string]*Model{
		"on premises": OnPremises(), "CNQ": CNQ(), "release": Release("7.8.0"), "generated": Generate(GenerateOptions{Nodes: 7, Bays: 13, Gaps: true}),
	} {
		t.Run(name, func(t *testing.T) {
			m.SetNodeStatus(nodesOf(t, m)[1].ID, "offline")
			l := live(m)
			for _, age := range ages() {
				page := l.at(age).page(t)
				l.checkNodes(t, page)
				l.checkDrives(t, page)
				l.checkFileSystem(t, page)
				l.checkNetwork(t, page)
			}
		})
	}
}

func (l *lived) checkNodes(t *testing.T, page readPage) {
	t.Helper()
	offline, serials, supplies := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, n := range nodesOf(t, l.Model) {
		offline[strconv.Itoa(n.ID)] = map[bool]float64{true: 1}[n.Status == "offline"]
		serials[fmt.Sprint(n.ID, " ", n.Model, " ", n.Serial, " ", n.UUID)] = 1
	}
	wantSame(t, "offline", page.by("qumulo_quorum_node_is_offline", "node_id"), offline)
	if info := page.by("qumulo_node", "node_id", "node_model", "serial_number", "node_uuid"); len(info) > 0 {
		wantSame(t, "nodes", info, serials)
	}
	var rows []chassis
	l.read(t, "/v1/cluster/nodes/chassis/", &rows)
	for _, row := range rows {
		for _, p := range row.PSUs {
			supplies[fmt.Sprint(row.ID, " ", p.Location)] = map[string]float64{"FAILED": 1, "NO AC": 1, "MISSING": 1, "UNKNOWN": 1}[p.State]
		}
	}
	if got := page.by("qumulo_power_supply_is_unhealthy", "node_id", "location"); !maps.Equal(got, supplies) {
		t.Errorf("power supplies: the page has %v, the answers %v", got, supplies)
	}
}

func (l *lived) checkDrives(t *testing.T, page readPage) {
	t.Helper()
	unhealthy, flash := map[string]float64{}, map[string]float64{}
	for _, s := range slotsOf(t, l.Model) {
		if s.State == "empty" {
			continue
		}
		kind := map[bool]string{true: "hdd", false: "ssd"}[s.DiskType == "HDD"]
		unhealthy[fmt.Sprint(s.NodeID, " ", s.DriveBay, " ", kind)] = map[bool]float64{true: 1}[s.State == "dead"]
		if kind == "ssd" {
			flash[fmt.Sprint(s.NodeID, " ", s.DriveBay)] = 0
		}
	}
	wantSame(t, "drives", page.by("qumulo_disk_is_unhealthy", "node_id", "drive_bay", "disk_type"), unhealthy)
	left := page.by("qumulo_disk_endurance_percent", "node_id", "drive_bay")
	for drive, percent := range left {
		if _, is := flash[drive]; !is || percent < 70 || percent > 100 {
			t.Errorf("drive %s has %v %% of its endurance", drive, percent)
		}
	}
	if len(left) != len(flash) {
		t.Errorf("endurance of %d drives, want %d", len(left), len(flash))
	}
	for _, family := range []string{"qumulo_disk_transport_errors", "qumulo_disk_uncorrectable_media_errors"} {
		errors := page.by(family, "node_id", "drive_bay", "disk_type")
		if !slices.Equal(slices.Sorted(maps.Keys(errors)), slices.Sorted(maps.Keys(unhealthy))) {
			t.Errorf("%s of %d drives, want %d", family, len(errors), len(unhealthy))
		}
	}
}

func (l *lived) checkFileSystem(t *testing.T, page readPage) {
	t.Helper()
	var fs fileSystem
	l.read(t, "/v1/file-system", &fs)
	var left protectionNumbers
	l.read(t, "/v1/cluster/protection/status", &left)
	tolerated := map[string]int{"disks": left.LeftDrives, "nodes": left.LeftNodes}
	if _, cloud := l.Answer("/v1/cluster/object-backed/protection/fault-tolerance"); cloud {
		l.read(t, "/v1/cluster/object-backed/protection/fault-tolerance", &tolerated)
	}
	var root directoryTotals
	l.read(t, "/v1/files/%2F/aggregates/", &root)
	for family, want := range map[string]float64{
		"qumulo_fs_capacity_bytes": float64(bytesOf(fs.Total)),
		"qumulo_fs_free_bytes":     float64(bytesOf(fs.Free)),
		"qumulo_fault_tolerance_metrics_current_remaining_disk_failures": float64(tolerated["disks"]),
		"qumulo_fault_tolerance_metrics_current_remaining_node_failures": float64(tolerated["nodes"]),
	} {
		wantSame(t, family, page.by(family), map[string]float64{"": want})
	}
	entries := page.by("qumulo_fs_directory_tree_entries", "entry_type")
	if entries["file"] != float64(bytesOf(root.FileCount)) || entries["directory"] != float64(bytesOf(root.Directories)) || len(entries) != 5 {
		t.Errorf("entries %v, the answer %+v", entries, root)
	}
	used := page.by("qumulo_fs_directory_used_bytes", "usage_type")
	if used["snapshot"] != float64(bytesOf(fs.Snapshot)) || used["data"]+used["metadata"] != float64(bytesOf(root.Capacity)) {
		t.Errorf("used %v, the answers %+v, %+v", used, fs, root)
	}
	var snapshots struct{ Entries []any }
	l.read(t, "/v4/snapshots/status/", &snapshots)
	inDelete := map[bool]float64{true: 1}[len(snapshots.Entries) > 4] // of the busy cluster
	wantSame(t, "snapshots", page.by("qumulo_fs_snapshots"), map[string]float64{"": float64(len(snapshots.Entries)) - inDelete})
}

func (l *lived) checkNetwork(t *testing.T, page readPage) {
	t.Helper()
	var nodes []struct {
		ID      int `json:"node_id"`
		Devices []struct {
			Name, Speed string
			Received    string `json:"bytes_received"`
			Sent        string `json:"bytes_sent"`
			Status      string `json:"interface_status"`
		}
	}
	l.read(t, "/v3/network/status", &nodes)
	received, sent, down := map[string]float64{}, map[string]float64{}, map[string]bool{}
	for _, n := range nodes {
		for _, d := range n.Devices {
			if bond := fmt.Sprint(n.ID, " ", d.Name); strings.HasPrefix(d.Name, "bond") {
				received[bond], sent[bond], down[bond] = float64(bytesOf(d.Received)), float64(bytesOf(d.Sent)), d.Status != "UP"
			}
		}
	}
	wantSame(t, "received", page.by("qumulo_network_interface_received_bytes", "node_id", "bond"), received)
	wantSame(t, "sent", page.by("qumulo_network_interface_transmitted_bytes", "node_id", "bond"), sent)
	for bond, n := range page.by("qumulo_network_interface_is_down", "node_id", "bond") {
		if is, known := down[bond]; is != (n > 0) || !known {
			t.Errorf("%v interfaces of bond %s are down; is the bond: %v", n, bond, is)
		}
	}
}

// TestMetricsClients: those that have come and not gone are those that are connected.
func TestMetricsClients(t *testing.T) {
	l := live(OnPremises()).at(time.Hour)
	page := l.page(t)
	came, went := page.by("qumulo_protocol_client_connections", "protocol"), page.by("qumulo_protocol_client_disconnections", "protocol")
	for protocol, want := range map[string]float64{"nfs": 12, "smb": 4, "ftp": 4, "rest": 4, "s3": 4, "replication": 0} {
		if went[protocol] <= 0 || came[protocol]-went[protocol] != want {
			t.Errorf("%s: %v have come and %v gone, want %v left", protocol, came[protocol], went[protocol], want)
		}
	}
}

// TestMetricsFollowWhatIsSet: what a test sets is seen on the page, what it only sends is not.
func TestMetricsFollowWhatIsSet(t *testing.T) {
	l := live(OnPremises())
	if now := l.page(t).by("qumulo_time_is_not_synchronizing", "node_id"); now["5"] != 0 || now["6"] != 1 || len(now) != 5 {
		t.Errorf("clocks: %v", now)
	}
	gone := func(id int) bool { return id == 2 || id == 3 }
	l.Set(nodesPath, append(slices.DeleteFunc(nodesOf(t, l.Model), func(n node) bool { return gone(n.ID) }), onlineNode(9, "n", "C72T", "S9", "m", "u")))
	l.Set("/v1/cluster/slots/", slices.DeleteFunc(slotsOf(t, l.Model), func(s slot) bool { return gone(s.NodeID) }))
	l.Set("/v1/cluster/settings", map[string]string{"cluster_name": `a "b" \ c`})
	l.Set("/v1/version", map[string]string{"revision_id": "Qumulo Core odd"})
	page := l.page(t)
	for family, want := range map[string][]string{
		"qumulo_node": {"4", "5", "6", "9"}, "qumulo_time_is_not_synchronizing": {"4", "5", "6", "9"}, "qumulo_fan_speed_rpm": {"4", "5", "6", "9"},
		"qumulo_network_interface_is_down": {"4", "5", "6", "9"}, "qumulo_disk_endurance_percent": {"4", "5", "6"},
	} {
		if ids := slices.Sorted(maps.Keys(page.by(family, "node_id"))); !slices.Equal(ids, want) {
			t.Errorf("%s is of nodes %q, want %q", family, ids, want)
		}
	}
	if info := page.by("qumulo", "name", "version"); info[`a \"b\" \\ c Qumulo Core odd`] != 1 {
		t.Errorf("identity %v", info)
	}
	before := l.metrics(t)
	l.Edit(nodesPath, func([]byte) []byte { return []byte(`[]`) })
	l.Set("/v1/file-system", json.RawMessage(`"odd"`))
	if after := l.metrics(t); !maps.Equal(after, before) {
		t.Error("what is sent wrongly changes the page")
	}
	if n := len(live(Release("7.10.0")).page(t).by("qumulo_power_supply_is_unhealthy", "node_id", "location")); n != 8 {
		t.Errorf("without the answer of the chassis there are %d power supplies, want 8", n)
	}
}

// TestMetricsOfReplacedDrive: the drive that replaces another has its own wear.
func TestMetricsOfReplacedDrive(t *testing.T) {
	l := live(CNQ())
	before := l.page(t).by("qumulo_disk_endurance_percent", "node_id", "drive_bay")
	after := l.at(driveReplaced).page(t).by("qumulo_disk_endurance_percent", "node_id", "drive_bay")
	drive := "3 nvme9n1"
	if before[drive] == after[drive] || before[drive] == 0 || after[drive] == 0 {
		t.Errorf("the replaced drive has %v %%, and had %v %%", after[drive], before[drive])
	}
	before[drive], after[drive] = 0, 0
	wantSame(t, "the others", after, before)
}

// TestMetricsSeries: a page has exactly as many series as it shall.
func TestMetricsSeries(t *testing.T) {
	for _, form := range []MetricsForm{{}, {NoBuckets: true}, {Classic: true, Counters: CounterBare}} {
		own := countSeries([]byte(mustAnswer(t, SingleNode().SetMetricsForm(form))))
		for _, n := range []int{own, own + 1, 2001, 2002, 2003, 2004, 2005} {
			m := SingleNode().SetMetricsForm(form).SetClock(time.Now).SetMetricsSeries(n).CacheMetrics(time.Now)
			page := mustAnswer(t, m)
			got := 0
			for _, f := range readMetrics(t, page, form) {
				got += len(f.samples)
			}
			if got != n || page != mustAnswer(t, m) {
				t.Errorf("%+v: %d series, want %d, or two pages", form, got, n)
			}
		}
	}
	if size := len(mustAnswer(t, OnPremises().SetMetricsSeries(100_000))); size < 7_600_000 || size > 8_000_000 {
		t.Errorf("100,000 series are %d bytes", size)
	}
	for name, set := range map[string]func(){
		"too few": func() { SingleNode().SetMetricsSeries(10) }, "no page": func() { NewModel().SetMetricsSeries(2000) },
		"an old release": func() { OldRelease().SetMetricsSeries(2000) },
	} {
		if !panics(set) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func BenchmarkMetricsPage(b *testing.B) {
	m := Generate(GenerateOptions{Nodes: 100, Bays: 36})
	for b.Loop() {
		m.Answer(metricsPath)
	}
}
