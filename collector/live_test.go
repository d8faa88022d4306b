package collector_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestLive: every collector reads every simulated cluster at each stage of its life, and complains
// of nothing.
func TestLive(t *testing.T) {
	for name, model := range simulated() {
		t.Run(name, func(t *testing.T) {
			w, move := watchLive(t, model)
			for _, age := range []time.Duration{0, 61 * time.Second, 181 * time.Second, 25 * time.Hour} {
				move(age)
				page := w.scrape(t)
				for _, c := range w.On() {
					success(t, page, c, 1)
				}
				checkStateSets(t, page)
			}
			if logged := w.log.String(); strings.Contains(logged, "WARN") {
				t.Errorf("a healthy cluster is complained of:\n%s", logged)
			}
		})
	}
}

// TestLiveValues: what happens to a cluster is on its pages.
func TestLiveValues(t *testing.T) {
	w, move := watchLive(t, qumulotest.Release("7.8.0"))
	const (
		healthy  = `qumulo_drive_healthy{node_id="4",drive_bay="6"}`
		left     = `qumulo_protection_remaining_failures{component="drive"}`
		running  = `qumulo_restriper_state{state="running"}`
		finished = `qumulo_restriper_state{state="finished"}`
		info     = `qumulo_drive_info{node_id="4",drive_bay="6",slot="6",slot_type="HDD",disk_type="HDD",disk_model="NORDDISK_ND6000H",`
		free     = 30601641984000
	)
	for _, c := range []struct {
		age    time.Duration
		serial string
		want   testutil.Page
	}{
		{0, "ND6H0004006", testutil.Page{healthy: 1, left: 2, running: 0, finished: 0, "qumulo_filesystem_free_bytes": free}},
		{61 * time.Second, "ND6H0004006", testutil.Page{healthy: 0, left: 1, running: 1, finished: 0, "qumulo_filesystem_free_bytes": free - 61e8}},
		{181 * time.Second, "ND6H0004006R", testutil.Page{healthy: 1, left: 2, running: 0, finished: 1, "qumulo_filesystem_free_bytes": free - 181e8}},
	} {
		move(c.age)
		page := w.scrape(t)
		for series, value := range c.want {
			page.Want(t, series, value)
		}
		page.Want(t, info+`disk_serial_number="`+c.serial+`",high_endurance="false"}`, 1)
		page.Want(t, "qumulo_restriper_data_at_risk", 0)
		if got := w.Status().DrivesUnhealthy; float64(got) != 1-c.want[healthy] || !w.Status().DrivesKnown {
			t.Errorf("after %s: %d drives are not healthy", c.age, got)
		}
	}
}

// watchLive watches a cluster that lives, with all collectors, each of which reads in each scrape;
// move sets the time since its beginning, for both.
func watchLive(t *testing.T, model *qumulotest.Model) (w *watched, move func(age time.Duration)) {
	t.Helper()
	begin := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	var age atomic.Int64
	clock := func() time.Time { return begin.Add(time.Duration(age.Load())) }
	server := qumulotest.NewServer(model.SetClock(clock).Live())
	t.Cleanup(server.Close)
	always := map[string]time.Duration{}
	for _, name := range collector.Names() {
		always[name] = 0
	}
	password := qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
	w = watchWith(t, server, password, scrape.Options{Now: clock, Collectors: collector.Names(), Intervals: always})
	return w, func(d time.Duration) { age.Store(int64(d)) }
}
