package collector_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const wear = "qumulo_disk_endurance_percent"

// caching is a cluster that sends some metrics now and then. Of its drives there are three, in two nodes.
type caching struct {
	*watched

	passed atomic.Int64
}

// slots is the listing of drives, each as node, bay, state and serial number.
func slots(drives ...[4]string) []byte {
	var rows []string
	for i, d := range drives {
		rows = append(rows, fmt.Sprintf(`{"id":"%s.%d","node_id":%s,"slot":%d,"drive_bay":%q,"state":%q,"disk_serial_number":%q,"raw_capacity":"1","capacity":"1"}`,
			d[0], i+1, d[0], i+1, d[1], d[2], d[3]))
	}
	return []byte("[" + strings.Join(rows, ",") + "]")
}

func nodesOf(ids ...int) []byte {
	var rows []string
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"node_status":"online"}`, id))
	}
	return []byte("[" + strings.Join(rows, ",") + "]")
}

// threeDrives are those of the cluster, as long as nothing happens.
func threeDrives() [][4]string {
	return [][4]string{{"1", "b1", "healthy", "A"}, {"1", "b2", "healthy", "B"}, {"2", "b1", "healthy", "C"}}
}

// held are the series that such a cluster leaves out after the first page.
func held() []string {
	return []string{
		`qumulo_info{version="7"}`, `qumulo_node_info{node_id="1"}`, `qumulo_node_info{node_id="2"}`,
		wear + `{node_id="1",drive_bay="b1"}`, wear + `{node_id="1",drive_bay="b2"}`, wear + `{node_id="2",drive_bay="b1"}`,
	}
}

// watchCaching watches a cluster that has sent everything in a first scrape, and sends the rest no more.
func watchCaching(t *testing.T, names ...string) *caching {
	t.Helper()
	c := &caching{}
	clock := func() time.Time { return stopped().Add(time.Duration(c.passed.Load())) }
	all := "# TYPE qumulo info\n" + held()[0] + " 1\n# TYPE qumulo_node info\n" + held()[1] + " 1\n" + held()[2] + " 1\n# TYPE " + wear + " gauge\n"
	for i, series := range held()[3:] {
		all += fmt.Sprintf("%s %d\n", series, 90+i)
	}
	model := qumulotest.SingleNode().Set(slotsPath, slots(threeDrives()...)).Set(nodesPath, nodesOf(1, 2)).SetMetricsPage(all + "qumulo_always 1\n")
	c.watched = watch(t, model, clock, names...)
	page := c.at(t, 0)
	page.Want(t, "qumulo_native_held_families", 0)
	wantHeld(t, page, held()...)
	model.SetMetricsPage("# TYPE " + wear + " gauge\nqumulo_always 1\n")
	return c
}

// at is the page of a scrape some time after the first.
func (c *caching) at(t *testing.T, after time.Duration) testutil.Page {
	t.Helper()
	c.passed.Store(int64(after))
	page := testutil.PageOf(t, c.Scrape(t.Context(), c.On()))
	success(t, page, "native", 1)
	page.Want(t, "qumulo_always", 1)
	return page
}

// wantHeld wants these series, and of all others that may be held none.
func wantHeld(t *testing.T, page testutil.Page, series ...string) {
	t.Helper()
	for _, name := range held() {
		want := false
		for _, s := range series {
			want = want || s == name
		}
		if _, got := page[name]; got != want {
			t.Errorf("%s is there: %t", name, got)
		}
	}
}

// TestHeld: what the cluster leaves out is there at every scrape, with its age, as long as its time is; the real cluster sends it
// again then.
func TestHeld(t *testing.T) {
	c := watchCaching(t, "nodes", "drives", "native")
	for after := 15 * time.Minute; after < 26*time.Hour; after += 15 * time.Minute {
		page := c.at(t, after)
		switch {
		case after < 2*time.Hour:
			wantHeld(t, page, held()...)
			page.Want(t, "qumulo_native_held_families", 3)
			page.Want(t, `qumulo_native_held_age_seconds{family="`+wear+`"}`, after.Seconds())
			page.Want(t, wear+`{node_id="2",drive_bay="b1"}`, 92)
		case after < 24*time.Hour:
			wantHeld(t, page, held()[:3]...)
			page.Want(t, "qumulo_native_held_families", 2)
			page.Want(t, `qumulo_native_held_age_seconds{family="qumulo_node_info"}`, after.Seconds())
		default:
			wantHeld(t, page)
			page.Want(t, "qumulo_native_held_families", 0)
			page.Absent(t, "qumulo_native_held_age_seconds")
		}
	}
	if logged := c.log.String(); strings.Contains(logged, "WARN") {
		t.Errorf("logged is %q", logged)
	}
}

// TestHeldOfWhatIsGone: the series of a node or drive that the listing of the same scrape does not have are gone at once, those of a
// drive too that is another one; and they stay so.
func TestHeldOfWhatIsGone(t *testing.T) {
	drives := threeDrives()
	for name, c := range map[string]struct {
		slots [][4]string
		nodes []int
		gone  []int // of held
	}{
		"nothing":        {slots: drives, nodes: []int{1, 2}},
		"node":           {slots: drives[:2], nodes: []int{1}, gone: []int{2, 5}},
		"drive":          {slots: [][4]string{drives[0], drives[2]}, nodes: []int{1, 2}, gone: []int{4}},
		"empty slot":     {slots: [][4]string{drives[0], {"1", "b2", "empty", ""}, drives[2]}, nodes: []int{1, 2}, gone: []int{4}},
		"missing drive":  {slots: [][4]string{drives[0], {"1", "b2", "missing", "B"}, drives[2]}, nodes: []int{1, 2}, gone: []int{4}},
		"dead drive":     {slots: [][4]string{drives[0], {"1", "b2", "dead", "B"}, drives[2]}, nodes: []int{1, 2}},
		"replaced drive": {slots: [][4]string{drives[0], {"1", "b2", "healthy", "D"}, drives[2]}, nodes: []int{1, 2}, gone: []int{4}},
		"all drives":     {slots: [][4]string{{"2", "b9", "healthy", "E"}}, nodes: []int{1, 2}, gone: []int{3, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			w := watchCaching(t, "native")
			var left []string
			for i, series := range held() {
				if !strings.Contains(fmt.Sprint(c.gone), fmt.Sprint(i)) {
					left = append(left, series)
				}
			}
			w.server.Model().Set(slotsPath, slots(c.slots...)).Set(nodesPath, nodesOf(c.nodes...))
			wantHeld(t, w.at(t, time.Minute), left...)
			calls := w.server.CallCount(slotsPath)
			w.server.Model().Set(slotsPath, slots(threeDrives()...)).Set(nodesPath, nodesOf(1, 2))
			wantHeld(t, w.at(t, 2*time.Minute), left...)
			if calls != 2 {
				t.Errorf("%d calls of the slots in 2 scrapes", calls)
			}
		})
	}
}

// TestHeldWithoutListing: what can't be told to be gone stays: the listing fails, or names bays in another way.
func TestHeldWithoutListing(t *testing.T) {
	for name, fault := range map[string]qumulotest.Fault{
		"500": {Status: 500}, "403": {Status: 403}, "malformed": {Body: []byte(`[{"node_id":1,"drive_bay":"b9"},7]`)},
	} {
		t.Run(name, func(t *testing.T) {
			w := watchCaching(t, "native")
			w.server.SetFault(slotsPath, fault)
			wantHeld(t, w.at(t, time.Minute), held()...)
			w.server.ClearFaults()
			w.server.Model().Set(slotsPath, slots(threeDrives()[1:]...))
			wantHeld(t, w.at(t, 2*time.Minute), append(held()[:3], held()[4:]...)...)
		})
	}
	t.Run("other names", func(t *testing.T) {
		other := slots([4]string{"1", "1", "healthy", "A"}, [4]string{"1", "2", "healthy", "B"}, [4]string{"2", "1", "healthy", "C"})
		w := watch(t, qumulotest.SingleNode().Set(slotsPath, other).Set(nodesPath, nodesOf(1, 2)), nil, "native")
		w.server.Model().SetMetricsPage("# TYPE " + wear + " gauge\n" + held()[3] + " 90\n")
		w.scrape(t)
		w.server.Model().SetMetricsPage("# EOF\n")
		wantHeld(t, w.scrape(t), held()[3])
	})
}

// TestHeldWithSlowListing: a listing that hangs delays nothing that was sent, and takes nothing away.
func TestHeldWithSlowListing(t *testing.T) {
	w := watchCaching(t, "native", "version")
	w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	page := testutil.PageOf(t, w.Scrape(ctx, w.On()))
	page.Want(t, "qumulo_always", 1)
	page.Want(t, "qumulo_native_held_families", 3)
	success(t, page, "version", 1)
	success(t, page, "native", 0)
	wantHeld(t, page, held()...)
}
