//go:build !race

package collector_test

import (
	"fmt"
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

// perMinute counts the calls a minute that a cluster gets in a steady state from one Prometheus or a pair, whose second
// scrapes a third of the interval after the first: with other external labels it has other moments.
func perMinute(t *testing.T, every time.Duration, pair bool, intervals map[string]time.Duration) float64 {
	t.Helper()
	var passed atomic.Int64
	began := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	clock := func() time.Time { return began.Add(time.Duration(passed.Load())) }
	server := qumulotest.NewServer(fiveNodes().SetClock(clock))
	t.Cleanup(server.Close)
	password := qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
	w := watchWith(t, server, password, scrape.Options{Now: clock, Intervals: intervals})
	steps := []time.Duration{every}
	if pair {
		steps = []time.Duration{every / 3, every - every/3}
	}
	scrapes := func(during time.Duration) {
		for range during / every {
			for _, step := range steps {
				passed.Add(int64(step))
				testutil.PageOf(t, w.Scrape(t.Context(), w.On())).Want(t, "qumulo_up", 1)
			}
		}
	}
	scrapes(10 * time.Minute)
	before := len(server.Calls())
	scrapes(10 * time.Minute)
	calls := server.Calls()[before:]
	byPath := map[string]int{}
	for _, call := range calls {
		byPath[call.Path]++
	}
	t.Logf("a scrape every %s, pair: %t, %d intervals: %v", every, pair, len(intervals), byPath) // seen where the table differs
	return float64(len(calls)) / 10
}

// withoutInterval are the collectors that the documents advise to leave without a long interval, and why: qumulo_up comes of the call of nodes,
// an upgrade that is seen late mutes alerts late, and rates of counters that are read every five minutes are nothing and then a peak.
var withoutInterval = []string{"nodes", "upgrade", "network", "native"}

// TestCallsOfPairs: what a second Prometheus costs, and what intervals save, is what the table in the documents says.
func TestCallsOfPairs(t *testing.T) {
	rows := []struct {
		name    string
		atLeast time.Duration
		own     bool // the collectors' own intervals, where they are longer
	}{
		{"none: every collector `0s`", 0, false},
		{"those that collectors have by themselves", 0, true},
		{"at least `1m` for every collector", time.Minute, true},
		{"at least `5m` for every collector but `nodes`, `upgrade`, `network` and `native`", 5 * time.Minute, true},
	}
	var b strings.Builder
	b.WriteString("| intervals | one, at 1m | a pair, at 1m | one, at 15s |\n|---|---|---|---|\n")
	for _, row := range rows {
		intervals := map[string]time.Duration{}
		for _, c := range collector.All() {
			if row.own {
				intervals[c.Name] = max(c.Interval, row.atLeast)
			} else {
				intervals[c.Name] = 0
			}
		}
		if row.atLeast > time.Minute {
			for _, name := range withoutInterval {
				intervals[name] = 0
			}
		}
		fmt.Fprintf(&b, "| %s | %.4g | %.4g | %.4g |\n", row.name,
			perMinute(t, time.Minute, false, intervals), perMinute(t, time.Minute, true, intervals), perMinute(t, 15*time.Second, false, intervals))
	}
	generatedPart(t, "../docs/scaling.md", "pairs", b.String())
}
