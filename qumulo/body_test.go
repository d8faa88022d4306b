package qumulo_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	mostNodes = 10_000  // rows of a node list
	mostBytes = 1 << 20 // of an answer that does not grow with the cluster
)

func TestLimits(t *testing.T) {
	nodes := func(n int) string { return "[" + strings.Repeat(`{},`, n-1) + `{"id":1}]` }
	version := func(size int) string {
		const frame = `{"revision_id":"Qumulo Core 7.8.0","x":""}`
		return strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1)
	}
	tests := []struct {
		name, path, body string
		limit            qumulo.LimitError // zero: none
	}{
		{"as many rows as may be", nodesPath, nodes(mostNodes), qumulo.LimitError{}},
		{"one row more", nodesPath, nodes(mostNodes + 1), qumulo.LimitError{Limit: mostNodes, Unit: "rows"}},
		{"as many bytes as may be", "/v1/version", version(mostBytes), qumulo.LimitError{}},
		{"one byte more", "/v1/version", version(mostBytes + 1), qumulo.LimitError{Limit: mostBytes, Unit: "bytes"}},
		{"white space", "/v1/version", strings.Repeat(" ", mostBytes) + "{}", qumulo.LimitError{Limit: mostBytes, Unit: "bytes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newTokenRig(t, alone)
			r.Model().Set(test.path, []byte(test.body))
			var err error
			if test.path == nodesPath {
				_, err = r.client.Nodes(soon(t))
			} else {
				_, err = r.client.Version(soon(t))
			}
			if test.limit == (qumulo.LimitError{}) {
				ok(t, err)
				return
			}
			if e := as[*qumulo.LimitError](t, err); *e != test.limit {
				t.Errorf("%+v, want %+v", *e, test.limit)
			}
			if want := fmt.Sprintf("the answer has more than %d %s", test.limit.Limit, test.limit.Unit); !strings.HasSuffix(err.Error(), want) {
				t.Errorf("error is %q, want %q", err, want)
			}
			if c := r.hookCalls(); len(c) != 1 || c[0].Status != 200 || c[0].Err == nil || c[0].Bytes > int64(len(test.body)) {
				t.Errorf("the hook was told %+v", c)
			}
		})
	}
}

// TestRaisedLimits: the bounds can be raised.
func TestRaisedLimits(t *testing.T) {
	body := []byte("[" + strings.Repeat(`{},`, mostNodes) + `{"id":1}]`)
	for _, c := range []struct {
		raise func(*qumulo.Config)
		unit  string // of the bound that is met; "": the answer is taken
	}{
		{func(*qumulo.Config) {}, "rows"},
		{func(cfg *qumulo.Config) { cfg.MaxRows = mostNodes + 1 }, ""},
		{func(cfg *qumulo.Config) { cfg.MaxRows, cfg.MaxBytes = mostNodes+1, 1000 }, "bytes"},
	} {
		r := newTokenRig(t, alone, c.raise)
		r.Model().Set(nodesPath, body)
		list, err := r.client.Nodes(soon(t))
		if c.unit == "" {
			ok(t, err)
			if len(list.Items) != mostNodes+1 {
				t.Errorf("%d nodes", len(list.Items))
			}
			continue
		}
		if e := as[*qumulo.LimitError](t, err); e.Unit != c.unit {
			t.Errorf("%v, want the bound of %s", err, c.unit)
		}
	}
}

// An answer without an end is given up at its limit.
func TestEndlessList(t *testing.T) {
	gone := make(chan int, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent, _ := io.WriteString(w, "[{}")
		for {
			n, err := io.WriteString(w, strings.Repeat(`,{"node_name":"x"}`, 100))
			sent += n
			if err != nil {
				gone <- sent
				return
			}
		}
	}))
	defer server.Close()
	r := newTokenRig(t, func(cfg *qumulo.Config) { cfg.URLs = []string{server.URL} })
	_, err := r.client.Nodes(soon(t))
	if e := as[*qumulo.LimitError](t, err); e.Limit != mostNodes || e.Unit != "rows" {
		t.Errorf("%+v, want %d rows", e, mostNodes)
	}
	select {
	case sent := <-gone:
		if sent > 64<<20 {
			t.Errorf("the server could send %d bytes", sent)
		}
	case <-time.After(5 * time.Second):
		t.Error("the connection is still open")
	}
}

func TestOddElementsDoNotHideTheOthers(t *testing.T) {
	r := newTokenRig(t)
	r.Model().Set(nodesPath, []byte(`[1, {"id":1}, null, "x", [{"id":9}], {"id":"2","node_status":{"odd":1}}, true, {}]`))
	list, err := r.client.Nodes(soon(t))
	ok(t, err)
	if len(list.Items) != 3 || list.Items[0].ID != "1" || list.Items[1].ID != "2" || list.Items[2].ID != "" {
		t.Errorf("nodes are %+v, want 1, 2 and one without an id", list.Items)
	}
	if got := list.Items[1].Status; got != `{"odd":1}` {
		t.Errorf("the odd status is %q", got)
	}
	var texts []string
	for _, e := range list.Malformed {
		texts = append(texts, strings.TrimPrefix(e.Error(), "an element of the list is "))
	}
	want := "a JSON number, not an object; null; a JSON string, not an object; a JSON array, not an object; a JSON bool, not an object"
	if got := strings.Join(texts, "; "); got != want {
		t.Errorf("malformed: %s; want %s", got, want)
	}
	if c := r.hookCalls(); len(c) != 1 || c[0].Err != nil {
		t.Errorf("the hook was told %+v, want one good call", c)
	}
}

// TestOddFieldsOfElements: an element is left out where a list or an object in it is something else,
// which is named; an odd element of a list in it costs no more than that.
func TestOddFieldsOfElements(t *testing.T) {
	r := newTokenRig(t)
	r.Model().Set("/v2/network/connections/", []byte(`[{"id":1,"connections":"x"}, {"id":2,"connections":[7]}, {"id":3,"connections":[null,{"type":"a"}]}]`)).
		Set("/v1/analytics/time-series/", []byte(`[{"id":"a","times":{}}, {"id":"b","times":[{}]}]`))
	nodes, err := r.client.Connections(soon(t))
	ok(t, err)
	if len(nodes.Items) != 2 || len(nodes.Items[0].Connections.Malformed) != 1 || len(nodes.Items[1].Connections.Items) != 1 {
		t.Errorf("%+v, want two nodes and what is odd of their connections", nodes.Items)
	}
	series, err := r.client.TimeSeries(soon(t), time.Time{})
	ok(t, err)
	if len(series.Items) != 1 || series.Items[0].ID != "b" {
		t.Errorf("%+v, want b", series.Items)
	}
	for want, got := range map[string][]error{
		`an element of the list: field "connections": JSON string instead of a JSON list`: nodes.Malformed,
		`an element of the list: field "times" is a JSON object`:                          series.Malformed,
	} {
		if len(got) != 1 || got[0].Error() != want {
			t.Errorf("malformed: %v; want %s", got, want)
		}
	}
}

func TestFewMalformedElementsAreKept(t *testing.T) {
	r := newTokenRig(t)
	r.Model().Set(nodesPath, []byte(`[{"id":1}`+strings.Repeat(",5", 1000)+`,{"id":2}]`))
	list, err := r.client.Nodes(soon(t))
	ok(t, err)
	if len(list.Items) != 2 || len(list.Malformed) != 10 {
		t.Errorf("%d nodes and %d faults, want 2 and the first 10", len(list.Items), len(list.Malformed))
	}
}

func TestEmptyListIsNoError(t *testing.T) {
	r := newTokenRig(t)
	r.Model().Set(slotsPath, []byte(" [ ] \n"))
	list, err := r.client.Slots(soon(t))
	ok(t, err)
	if len(list.Items) != 0 || len(list.Malformed) != 0 {
		t.Errorf("%+v, want an empty list", list)
	}
}

// A call repeated after a 401 starts with nothing of the first answer.
func TestRepeatedCallStartsAfresh(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.RevokeTokens()
	list, err := r.client.Nodes(soon(t))
	ok(t, err)
	if len(list.Items) != 5 {
		t.Errorf("%d nodes, want 5", len(list.Items))
	}
}

func TestTwoClientsShareNothing(t *testing.T) {
	a, b := newRig(t), newRig(t)
	a.SetPassword(qumulotest.DefaultUser, "another")
	refused(t, a.call(t))
	ok(t, b.batch(t, 8)...)
	if !a.client.State().LoginPaused || b.client.State().LoginPaused {
		t.Errorf("states are %+v and %+v, want the first one paused", a.client.State(), b.client.State())
	}
	a.checkSent(t, sent{refusedLogins: 1})
	b.checkSent(t, sent{logins: 1, nodeCalls: 8})
	a.write(t, "another")
	b.RevokeTokens()
	ok(t, a.call(t), b.call(t))
	for _, c := range b.Calls() {
		for _, other := range a.Calls() {
			if c.Token != "" && c.Token == other.Token {
				t.Error("both clients sent the same token")
			}
		}
	}
	a.client.Close()
	b.reset()
	ok(t, b.batch(t, 8)...)
	b.checkSent(t, sent{nodeCalls: 8})

	// Two clients of one cluster log in each for itself.
	c := newClient(t, qumulo.Config{
		URLs: []string{b.URL()}, TLS: b.tls(t),
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(markerPassword)},
	})
	ok(t, listNodes(soon(t), c))
	if n := b.Logins(); n != 1 {
		t.Errorf("%d logins of the second client, want 1", n)
	}
}

// Public operations are answered while the credentials are bad, and carry no token.
func TestPublicOperations(t *testing.T) {
	r := newRig(t)
	ok(t, r.call(t))
	r.SetPassword(qumulotest.DefaultUser, "another")
	r.RevokeTokens()
	refused(t, r.call(t))
	r.reset()
	version, err := r.client.Version(soon(t))
	ok(t, err)
	settings, err := r.client.ClusterSettings(soon(t))
	ok(t, err)
	state, err := r.client.NodeState(soon(t))
	ok(t, err)
	if version.Release() != "7.8.0" || settings.Name != "tundra" || state.State != "ACTIVE" || state.NodeID != "2" {
		t.Errorf("%+v, %+v, %+v", version, settings, state)
	}
	calls := r.Calls()
	if len(calls) != 3 {
		t.Errorf("%d calls sent, want 3", len(calls))
	}
	for _, c := range calls {
		if c.Token != "" || c.Method != http.MethodGet {
			t.Errorf("%s %s with token %q", c.Method, c.Path, c.Token)
		}
	}
}

func TestAnswers(t *testing.T) {
	r := newTokenRig(t)
	r.Model().Set(nodesPath, []byte(`[{"id":2,"node_status":"online","node_name":"n-2","uuid":"u","label":"l",
		"model_number":"Q0626","serial_number":"s","mac_address":"m","capacity_in_bytes":"25605032656896","new":{}}]`))
	nodes, err := r.client.Nodes(soon(t))
	ok(t, err)
	if want := (qumulo.Node{
		ID: "2", Status: "online", Name: "n-2", UUID: "u", Label: "l", ModelNumber: "Q0626", SerialNumber: "s",
		MACAddress: "m", Capacity: qumulo.NumberOf(25605032656896),
	}); len(nodes.Items) != 1 || nodes.Items[0] != want {
		t.Errorf("nodes are %+v, want %+v", nodes.Items, want)
	}
	r.Model().Set(slotsPath, []byte(`[{"id":"2.1","node_id":2,"slot":1,"drive_bay":"b","state":"healthy","slot_type":"SSD",
		"disk_type":"HDD","disk_model":"m","disk_serial_number":"s","high_endurance":true,"capacity":"1000",
		"raw_capacity":2000,"minimum_raw_capacity":"1","led_pattern":"LED_PATTERN_NORMAL","slot_command_capacity":32}]`))
	slots, err := r.client.Slots(soon(t))
	ok(t, err)
	if want := (qumulo.Slot{
		ID: "2.1", NodeID: "2", Slot: "1", DriveBay: "b", State: "healthy", SlotType: "SSD", DiskType: "HDD", DiskModel: "m",
		DiskSerialNumber: "s", HighEndurance: "true", Capacity: qumulo.NumberOf(1000), RawCapacity: qumulo.NumberOf(2000),
	}); len(slots.Items) != 1 || slots.Items[0] != want {
		t.Errorf("slots are %+v, want %+v", slots.Items, want)
	}
	r.Model().Set(fileSystemPath, []byte(`{"block_size_bytes":4096,"total_size_bytes":"81604378624000",
		"free_size_bytes":"23089744183296","snapshot_size_bytes":"4398046511104"}`))
	fs, err := r.client.FileSystem(soon(t))
	ok(t, err)
	want := qumulo.FileSystem{
		BlockSize: qumulo.NumberOf(4096), Total: qumulo.NumberOf(81604378624000),
		Free: qumulo.NumberOf(23089744183296), Snapshots: qumulo.NumberOf(4398046511104),
	}
	if fs != want {
		t.Errorf("file system is %+v, want %+v", fs, want)
	}
	user, err := r.client.WhoAmI(soon(t))
	ok(t, err)
	if user.Name != qumulotest.DefaultUser || user.ID != "1000" || len(user.Privileges) < 10 {
		t.Errorf("user is %+v", user)
	}
	if _, err := r.client.CapacityClamp(soon(t)); !errors.Is(err, qumulo.ErrNotSupported) {
		t.Errorf("capacity clamp: %v, want that this release has none", err)
	}
	r.Model().Set("/v1/capacity/clamp", map[string]string{"capacity_clamp": "1000"})
	r.clock.advance(time.Hour + time.Second) // it is not asked again at once
	clamp, err := r.client.CapacityClamp(soon(t))
	ok(t, err)
	if clamp.Clamp != qumulo.NumberOf(1000) {
		t.Errorf("capacity clamp is %+v, want 1000", clamp)
	}
}
