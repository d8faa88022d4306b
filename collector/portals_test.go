package collector_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	hubsPath, spokesPath     = "/v2/portal/hubs/", "/v2/portal/spokes/"
	hubsV1Path, spokesV1Path = "/v1/portal/hubs/", "/v1/portal/spokes/"
)

// portalIs is what the page has of a portal, without the states that do not hold; what is "" or
// below zero is not there.
func portalIs(id, role, access, peer, uuid, state, status string, pending float64) testutil.Page {
	page := testutil.Page{}
	labels := fmt.Sprintf(`{id="%s",role="%s"`, id, role)
	page["qumulo_portal_info"+labels+fmt.Sprintf(`,access="%s",peer_cluster="%s",peer_cluster_uuid="%s"}`, access, peer, uuid)] = 1
	page["qumulo_portal_state"+labels+`,state="`+state+`"}`] = 1
	if status != "" {
		page["qumulo_portal_status"+labels+`,status="`+status+`"}`] = 1
	}
	if pending >= 0 {
		page["qumulo_portal_pending_roots"+labels+"}"] = pending
	}
	return page
}

func TestPortals(t *testing.T) {
	for name, c := range map[string]struct {
		hubs, spokes string // rows; "": none
		v1           bool
		want         testutil.Page
		said         []string
	}{
		"none":    {want: testutil.Page{}},
		"none v1": {v1: true, want: testutil.Page{}},
		"both with one id": {
			hubs: `{"id":1,"type":"PORTAL_READ_WRITE","state":"ACCEPTED","status":"ACTIVE","spoke_hosts":[],"spoke_cluster_uuid":"u","spoke_cluster_name":"n",
				"pending_roots":["3","4"],"authorized_roots":["5"]}`,
			spokes: `{"id":"1","type":"PORTAL_READ_ONLY","state":"DELETING","status":"DEGRADED","hub_hosts":[],"hub_id":7,"hub_cluster_uuid":"h",
				"roots":[{"local_root":"1","remote_root":"2","authorized":true},{"local_root":"3","remote_root":"4","authorized":false},{"authorized":"false"}]}`,
			want: pages(portalIs("1", "hub", "read_write", "n", "u", "accepted", "active", 2), portalIs("1", "spoke", "read_only", "", "h", "deleting", "degraded", 2)),
		},
		"null while pending": {
			hubs: `{"id":2,"type":null,"state":"PENDING","status":"INACTIVE","spoke_cluster_uuid":null,"spoke_cluster_name":null,"pending_roots":[]}`,
			spokes: `{"id":3,"type":null,"state":"PENDING","status":null,"hub_cluster_uuid":null,"roots":[]},
				{"id":4,"state":"PENDING","roots":null}`,
			want: pages(portalIs("2", "hub", "", "", "", "pending", "inactive", 0), portalIs("3", "spoke", "", "", "", "pending", "", 0),
				portalIs("4", "spoke", "", "", "", "pending", "", -1)),
		},
		"only ids": {hubs: `{"id":2}`, want: portalIs("2", "hub", "", "", "", "unknown", "", -1)},
		"v1 of 7.7": {
			v1:     true,
			hubs:   `{"id":1,"spoke_type":"SPOKE_READ_ONLY","state":"AUTHORIZED","status":"ACTIVE","root":"3","root_path":"/a","spoke_cluster_uuid":"u","spoke_cluster_name":"n"}`,
			spokes: `{"id":1,"spoke_type":"SPOKE_READ_WRITE","state":"UNLINKED","status":"INACTIVE","hub_id":null,"hub_cluster_uuid":"h"}`,
			want:   pages(portalIs("1", "hub", "read_only", "n", "u", "authorized", "active", -1), portalIs("1", "spoke", "read_write", "", "h", "unlinked", "inactive", -1)),
		},
		"v1 of 7.2.3": {
			v1:     true,
			hubs:   `{"id":1,"root":"3","root_path":"/a","state":"ACTIVE","spoke_cluster_uuid":"u","spoke_cluster_name":"n","spoke_address":"192.0.2.1","spoke_port":3712}`,
			spokes: `{"id":1,"spoke_root":"3","spoke_root_path":"/a","state":"ENDED","hub_root":"4","hub_address":"192.0.2.1","hub_port":3712}`,
			want:   pages(portalIs("1", "hub", "", "n", "u", "active", "", -1), portalIs("1", "spoke", "", "", "", "ended", "", -1)),
		},
		"new words": {
			hubs: `{"id":1,"type":"PORTAL_WRITE_ONCE","state":"SLEEPING","status":"LOST"}`,
			want: portalIs("1", "hub", "write_once", "", "", "unknown", "unknown", -1),
			said: []string{`the word \"SLEEPING\" is new`, `the word \"LOST\" is new`},
		},
		"twice, without an id, and what is none": {
			hubs: `{"id":1,"state":"ACCEPTED"},{"id":1,"state":"PENDING"},{"state":"PENDING"},7`, spokes: `{"id":1,"state":"ACCEPTED"},{"id":1}`,
			want: pages(portalIs("1", "hub", "", "", "", "accepted", "", -1), portalIs("1", "spoke", "", "", "", "accepted", "", -1)),
			said: []string{`a hub portal is left out: its id \"1\"`, `a hub portal is left out: its id \"\"`, `a spoke portal is left out: its id \"1\"`, "JSON number"},
		},
		"a root of which it is not known": {
			spokes: `{"id":1,"state":"ACCEPTED","roots":[{"authorized":true},{"authorized":null}]},{"id":2,"state":"ACCEPTED","roots":[{"authorized":"perhaps"}]}`,
			want:   pages(portalIs("1", "spoke", "", "", "", "accepted", "", -1), portalIs("2", "spoke", "", "", "", "accepted", "", -1)),
			said:   []string{"roots of the spoke portal 1: authorized is missing", "roots of the spoke portal 2: authorized is missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			hubs, spokes, none := hubsPath, spokesPath, "[]"
			answers := map[string]string{hubsV1Path: none, spokesV1Path: none} // not to be asked: they are no objects
			if c.v1 {
				hubs, spokes = hubsV1Path, spokesV1Path
				answers[hubsPath], answers[spokesPath] = "404", "404"
			}
			answers[hubs], answers[spokes] = `{"entries":[`+c.hubs+`]}`, `{"entries":[`+c.spokes+`]}`
			w := answering(t, "portals", answers)
			got := w.scrape(t)
			success(t, got, "portals", 1)
			checkStateSets(t, got)
			if diff := cmp.Diff(c.want, seriesOf(got, "qumulo_portal_")); diff != "" {
				t.Errorf("page differs (-want +got):\n%s", diff)
			}
			checkSaid(t, w, "portals", c.said)
		})
	}
}

// TestPortalsSides: hubs and spokes stand each for themselves, and only a 404 leads to v1.
func TestPortalsSides(t *testing.T) {
	const hubs, spokes = `qumulo_portal_info{id="1",role="hub"`, `qumulo_portal_info{id="1",role="spoke"`
	is := func(paths ...string) func(status int) map[string]qumulotest.Fault {
		return func(status int) map[string]qumulotest.Fault {
			faults := map[string]qumulotest.Fault{}
			for _, path := range paths {
				faults[path] = qumulotest.Fault{Status: status}
			}
			return faults
		}
	}
	join := func(all ...map[string]qumulotest.Fault) map[string]qumulotest.Fault {
		joined := map[string]qumulotest.Fault{}
		for _, faults := range all {
			maps.Copy(joined, faults)
		}
		return joined
	}
	for name, c := range map[string]struct {
		faults             map[string]qumulotest.Fault
		there, absent      []string
		success, supported float64
		said               []string
	}{
		"hubs forbidden":       {is(hubsPath)(403), []string{spokes}, []string{`qumulo_portal_state{id="1",role="hub"`}, 0, 1, []string{"no hub portals", "PRIVILEGE_PORTAL_GLOBAL_READ"}},
		"spokes broken":        {is(spokesPath)(500), []string{hubs}, []string{spokes}, 0, 1, []string{"no spoke portals", "500"}},
		"hubs only in v1":      {is(hubsPath)(404), []string{hubs, spokes}, nil, 1, 1, nil},
		"no spokes":            {is(spokesPath, spokesV1Path)(404), []string{hubs}, []string{spokes}, 1, 1, nil},
		"v1 forbidden":         {join(is(hubsPath)(404), is(hubsV1Path)(403)), []string{spokes}, []string{hubs}, 0, 1, []string{"no hub portals", "list hub portals v1"}},
		"both forbidden":       {is(hubsPath, spokesPath)(403), nil, []string{"qumulo_portal_"}, 0, 1, []string{"PRIVILEGE_PORTAL_GLOBAL_READ"}},
		"one forbidden, alone": {join(is(hubsPath, hubsV1Path)(404), is(spokesPath)(403)), nil, []string{"qumulo_portal_"}, 0, 1, []string{"list spoke portals"}},
		"nothing of it":        {is(hubsPath, hubsV1Path, spokesPath, spokesV1Path)(404), nil, []string{"qumulo_portal_"}, 1, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.OnPremises(), nil, "portals")
			for path, fault := range c.faults {
				w.server.SetFault(path, fault)
			}
			got := areaPage(t, w, "portals", c.success, c.supported)
			for _, prefix := range c.there {
				if !strings.Contains(fmt.Sprint(got), prefix) {
					t.Errorf("there is no %s", prefix)
				}
			}
			for _, prefix := range c.absent {
				got.Absent(t, prefix)
			}
			checkSaid(t, w, "portals", c.said)
			for newer, older := range map[string]string{hubsPath: hubsV1Path, spokesPath: spokesV1Path} {
				if asked := w.server.CallCount(older) > 0; asked != (c.faults[newer].Status == 404) {
					t.Errorf("%s asked: %t", older, asked)
				}
			}
		})
	}
}

// TestPortalsForms: v1 gives the series of v2, but for the roots and the word of what v2 calls accepted.
func TestPortalsForms(t *testing.T) {
	page := func(faults ...string) testutil.Page {
		w := watch(t, qumulotest.OnPremises(), nil, "portals")
		for _, path := range faults {
			w.server.SetFault(path, qumulotest.Fault{Status: 404})
		}
		return areaPage(t, w, "portals", 1, 1)
	}
	want := testutil.Page{}
	for series, value := range page() {
		switch {
		case strings.HasPrefix(series, "qumulo_portal_pending_roots"):
			continue
		case strings.Contains(series, `state="accepted"`):
			series = strings.Replace(series, "accepted", "authorized", 1)
		case strings.Contains(series, `state="authorized"`):
			series = strings.Replace(series, "authorized", "accepted", 1)
		}
		want[series] = value
	}
	if diff := cmp.Diff(want, page(hubsPath, spokesPath)); diff != "" || len(want) == 0 {
		t.Errorf("v1 differs (-v2 +v1):\n%s", diff)
	}
}

// TestPortalsOfTheExamples reads the hand-made examples.
func TestPortalsOfTheExamples(t *testing.T) {
	dir := filepath.Join(apidir.Find(t), "examples")
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	w := answering(t, "portals", map[string]string{hubsPath: read("handmade.portal_hubs.json"), spokesPath: read("handmade.portal_spokes.json")})
	want := pages(
		portalIs("1", "hub", "read_write", "spoke-cluster-1", "aaaaaaaa-1111-2222-3333-444444444444", "accepted", "active", 0),
		portalIs("2", "hub", "read_only", "", "", "pending", "inactive", 1),
		portalIs("5", "spoke", "read_write", "", "bbbbbbbb-1111-2222-3333-444444444444", "accepted", "active", 0),
	)
	if diff := cmp.Diff(want, seriesOf(areaPage(t, w, "portals", 1, 1), "qumulo_portal_")); diff != "" {
		t.Errorf("page differs (-want +got):\n%s", diff)
	}
	checkSaid(t, w, "portals", nil)
}
