package qumulotest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
)

// alwaysAnswered are the paths that every own cluster answers from its model; some answer more.
func alwaysAnswered() []string {
	return []string{
		"/v1/cluster/nodes/", "/v1/cluster/settings", "/v1/cluster/slots/", "/v1/file-system",
		"/v1/node/state", "/v1/version",
	}
}

// parameters are those that some paths need; the others ignore them.
func parameters() url.Values { return url.Values{"begin-time": {"0"}, "filter": {"all"}} }

// jsonPaths are all paths but the one whose answer is no JSON.
func jsonPaths(m *Model) []string {
	return slices.DeleteFunc(m.Paths(), func(path string) bool { return path == metricsPath })
}

func ownClusters() map[string]*Model {
	own := map[string]*Model{
		"on premises": OnPremises(), "CNQ": CNQ(), "ANQ": ANQ(), "single node": SingleNode(),
		"old release":         OldRelease(),
		"generated":           Generate(GenerateOptions{Nodes: 7, Bays: 13, Gaps: true}),
		"generated, capacity": Generate(GenerateOptions{Nodes: 2, Bays: 6, NodeCapacity: true}),
		"generated, no bays":  Generate(GenerateOptions{Nodes: 1}),
	}
	for _, version := range Releases() {
		own["release "+version] = Release(version)
	}
	return own
}

// The check above must be able to fail.
func TestCheckFindsFaults(t *testing.T) {
	dir := apidir.Find(t)
	known := readVendor(t, dir)
	for _, c := range []struct{ name, path, old, new, want string }{
		{"field", "/v1/cluster/nodes/", `"node_name"`, `"hostname"`, "field is unknown"},
		{"number for a string", "/v1/file-system", `"free_size_bytes":"23089744183296"`, `"free_size_bytes":1`, "no number here"},
		{"string for a number", "/v1/cluster/nodes/", `"id":2`, `"id":"2"`, "no string here"},
		{"null", "/v1/version", `"flavor":"release"`, `"flavor":null`, "no null here"},
		{"enum word", "/v1/cluster/slots/", `"state":"dead"`, `"state":"broken"`, `unknown word "broken"`},
		{"empty enum word", "/v1/node/state", `"state":"ACTIVE"`, `"state":""`, `unknown word ""`},
		{"shape", "/v1/cluster/settings", `{"cluster_name":"tundra"}`, `["tundra"]`, "no array here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, _ := OnPremises().Answer(c.path)
			wrong := strings.Replace(string(body), c.old, c.new, 1)
			if wrong == string(body) {
				t.Fatalf("%s has no %s", c.path, c.old)
			}
			faults := known.check(c.path, []byte(wrong))
			if len(faults) != 1 || !strings.Contains(faults[0], c.want) {
				t.Errorf("faults %q, want one with %q", faults, c.want)
			}
		})
	}
	if faults := known.check("/v1/no-such", []byte(`{}`)); len(faults) != 1 {
		t.Errorf("unknown path: faults %q", faults)
	}
}

func TestRecordedAnswersEqualTheFiles(t *testing.T) {
	dir := filepath.Join(apidir.Find(t), "examples")
	var index struct {
		Examples []struct{ File, Method, Path string }
	}
	readJSON(t, filepath.Join(dir, "index.json"), &index)
	for cluster, least := range map[string]int{"onprem-a": 15, "cnq-aws": 15, "azure-single": 5, "doc": 5} {
		m, err := Recorded(dir, cluster)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, m)
		token := s.login(t)
		served := map[string]bool{}
		for _, e := range index.Examples {
			path, _, _ := strings.Cut(e.Path, "?")
			if e.Method != http.MethodGet || !strings.HasPrefix(e.File, cluster+".") || strings.Contains(path, "{") || served[path] {
				continue
			}
			served[path] = true
			want, err := os.ReadFile(filepath.Join(dir, e.File))
			if err != nil {
				t.Fatal(err)
			}
			if got := s.get(t, e.Path, token); got.status != 200 || got.body != string(want) {
				t.Errorf("%s: status %d, body differs from %s", path, got.status, e.File)
			}
		}
		if len(served) < least {
			t.Errorf("%s: %d paths, want at least %d", cluster, len(served), least)
		}
	}
	if _, err := Recorded(dir, "nobody"); err == nil {
		t.Error("no error for a cluster that is not there")
	}
	if _, err := Recorded(t.TempDir(), "onprem-a"); err == nil {
		t.Error("no error for a folder without index.json")
	}
}

func nodesOf(t *testing.T, m *Model) (nodes []node) {
	t.Helper()
	body, _ := m.Answer(nodesPath)
	if err := json.Unmarshal(body, &nodes); err != nil {
		t.Fatal(err)
	}
	return nodes
}

func slotsOf(t *testing.T, m *Model) (slots []slot) {
	t.Helper()
	body, _ := m.Answer("/v1/cluster/slots/")
	if err := json.Unmarshal(body, &slots); err != nil {
		t.Fatal(err)
	}
	return slots
}

func TestOwnClusters(t *testing.T) {
	for name, c := range map[string]struct {
		ids   []int
		slots int
		kinds map[string]int
	}{
		"on premises":  {[]int{2, 3, 4, 5, 6}, 40, map[string]int{"HDD": 28, "SSD": 12}},
		"CNQ":          {[]int{1, 2, 3}, 27, map[string]int{"Ephemeral SSD": 3, "Write Tier SSD": 12, "SSD": 12}},
		"ANQ":          {[]int{5, 6, 7}, 27, map[string]int{"Ephemeral SSD": 3, "Write Tier SSD": 12, "SSD": 12}},
		"single node":  {[]int{1}, 6, map[string]int{"HDD": 4, "SSD": 2}},
		"old release":  {[]int{1, 2, 3, 4}, 24, map[string]int{"HDD": 16, "SSD": 8}},
		"generated":    {[]int{4, 5, 7, 8, 10, 11, 13}, 91, map[string]int{"HDD": 63, "SSD": 28}},
		"one per node": {[]int{4}, 1, map[string]int{"SSD": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := ownClusters()[name]
			if m == nil {
				m = Generate(GenerateOptions{Nodes: 1, Bays: 1, Gaps: true})
			}
			var ids []int
			for _, n := range nodesOf(t, m) {
				ids = append(ids, n.ID)
			}
			if !slices.Equal(ids, c.ids) {
				t.Errorf("node ids %v, want %v", ids, c.ids)
			}
			kinds, places := map[string]int{}, map[string]bool{}
			for _, s := range slotsOf(t, m) {
				kinds[s.SlotType]++
				places[strconv.Itoa(s.NodeID)+"/"+s.DriveBay] = true
				if !slices.Contains(c.ids, s.NodeID) || s.ID != strconv.Itoa(s.NodeID)+"."+strconv.Itoa(s.Slot) {
					t.Errorf("slot %q of node %d, slot %d", s.ID, s.NodeID, s.Slot)
				}
				if anq := name == "ANQ"; (s.DiskSerial == "") != (anq || s.State == "empty") {
					t.Errorf("slot %s: serial %q", s.ID, s.DiskSerial)
				}
			}
			if len(places) != c.slots {
				t.Errorf("%d places, want %d", len(places), c.slots)
			}
			for kind, n := range c.kinds {
				if kinds[kind] != n {
					t.Errorf("%d slots of %s, want %d", kinds[kind], kind, n)
				}
			}
		})
	}
	states := map[string]int{}
	for _, s := range slotsOf(t, OnPremises()) {
		states[s.State]++
	}
	if states["empty"] != 2 || states["dead"] != 1 || states["healthy"] != 37 {
		t.Errorf("states %v", states)
	}
}

// What an old release sends as a node's capacity is the sum of its slots.
func TestNodeCapacityIsTheSumOfSlots(t *testing.T) {
	for name, m := range map[string]*Model{
		"old release": OldRelease(),
		"generated":   Generate(GenerateOptions{Nodes: 3, Bays: 98, Gaps: true, NodeCapacity: true}),
	} {
		sums := map[int]int64{}
		for _, s := range slotsOf(t, m) {
			raw, err := strconv.ParseInt(s.RawCapacity, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sums[s.NodeID] += raw
		}
		for _, n := range nodesOf(t, m) {
			if n.Capacity != strconv.FormatInt(sums[n.ID], 10) {
				t.Errorf("%s: node %d: capacity %s, sum %d", name, n.ID, n.Capacity, sums[n.ID])
			}
		}
	}
	if got := nodesOf(t, OldRelease())[0].Capacity; got != q0626Capacity {
		t.Errorf("capacity %s", got)
	}
}

func TestModel(t *testing.T) {
	m := OnPremises()
	clone := m.Clone()
	m.SetNodeStatus(4, "offline")
	for _, n := range nodesOf(t, m) {
		if want := map[bool]string{true: "offline", false: "online"}[n.ID == 4]; n.Status != want {
			t.Errorf("node %d is %s, want %s", n.ID, n.Status, want)
		}
		if n.Name == "" || n.UUID == "" {
			t.Errorf("node %d has lost fields: %+v", n.ID, n)
		}
	}
	if n := nodesOf(t, clone)[2]; n.ID != 4 || n.Status != "online" {
		t.Errorf("the clone changed too: %+v", n)
	}
	if !panics(func() { m.SetNodeStatus(1, "offline") }) {
		t.Error("no panic for a node that is not there")
	}
	m.Set("/raw", []byte(` {"a" :1}`)).Set("/json", json.RawMessage(`[ ]`)).Set("/value", []int{1})
	for path, want := range map[string]string{"/raw": ` {"a" :1}`, "/json": `[ ]`, "/value": `[1]`} {
		if got, _ := m.Answer(path); string(got) != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	m.Remove("/raw")
	if _, ok := m.Answer("/raw"); ok {
		t.Error("/raw is still there")
	}
	if !panics(func() { m.Set("/never", func() {}) }) {
		t.Error("no panic for what is no JSON")
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		Generate(GenerateOptions{Nodes: 1000, Bays: 98})
	}
}
