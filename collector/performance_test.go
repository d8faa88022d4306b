package collector_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const seriesPath = "/v1/analytics/time-series/"

// series is a row of the answer.
func series(id string, times, values []any) string {
	text, err := json.Marshal(map[string]any{"id": id, "times": times, "values": values})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// every returns n numbers from the first on, each by a step more.
func every(first, step float64, n int) (numbers []any) {
	for i := range n {
		numbers = append(numbers, first+step*float64(i))
	}
	return numbers
}

func TestPerformance(t *testing.T) {
	const begin = 1770091500
	read, write := `qumulo_cluster_operations_per_second{operation="read"}`, `qumulo_cluster_throughput_bytes_per_second{operation="write"}`
	bounds := every(begin, 5, 25) // of 24 intervals
	for name, c := range map[string]struct {
		rows   string
		want   testutil.Page
		absent []string
		said   []string
	}{
		"the newest twelve of bounds": {
			// 12 to 23
			rows: series("iops.read.rate", bounds, every(0, 1, 24)) + "," + series("throughput.write.rate", bounds, every(100, 1, 24)),
			want: testutil.Page{read: 17.5, write: 117.5},
		},
		"moments, unordered": {
			rows: series("iops.read.rate", []any{begin, begin + 100, begin + 95, begin + 41, begin + 40}, []any{900, 1, 2, 6, 700}),
			want: testutil.Page{read: 3},
		},
		"intervals of several lengths weigh by their part of the minute": {
			rows: series("iops.read.rate", []any{begin, begin + 30, begin + 70, begin + 80}, []any{1000, 2, 8}), // 10 s of the first, 40, 10
			want: testutil.Page{read: (1000*10 + 2*40 + 8*10) / 60.0},
		},
		"less than a minute": {rows: series("iops.read.rate", []any{begin, begin + 5, begin + 10}, []any{1, 3}), want: testutil.Page{read: 2}},
		"one that lasts an hour": {
			rows: series("iops.read.rate", []any{begin, begin + 3600}, []any{7}), want: testutil.Page{read: 7},
		},
		"numbers as strings, null values": {
			rows: series("iops.read.rate", []any{"1770091500", "1770091505", "1770091510"}, []any{"3", nil}), want: testutil.Page{read: 3},
		},
		"nothing": {absent: []string{"qumulo_cluster_operations", "qumulo_cluster_throughput"}},
		"no values": {
			rows:   series("iops.read.rate", []any{begin}, []any{}) + "," + series("throughput.write.rate", nil, nil),
			absent: []string{"qumulo_cluster_operations", "qumulo_cluster_throughput"},
		},
		"only null": {rows: series("iops.read.rate", []any{begin, begin + 5}, []any{nil}), absent: []string{read}},
		"other ids": {
			rows:   series("iops.total.rate", bounds, every(0, 1, 24)) + "," + series("reclaim.total.rate", nil, []any{1, 2}),
			absent: []string{"qumulo_cluster_operations", "qumulo_cluster_throughput"},
		},
		"bounds that do not ascend": {
			rows:   series("iops.read.rate", []any{begin, begin + 10, begin + 5}, []any{1, 2}) + "," + series("throughput.write.rate", bounds, every(5, 0, 24)),
			want:   testutil.Page{write: 5},
			absent: []string{read}, said: []string{"iops.read.rate: its times do not ascend"},
		},
		"lengths that do not fit": {
			rows:   series("iops.read.rate", []any{begin, begin + 5, begin + 10}, []any{1}),
			absent: []string{read}, said: []string{"iops.read.rate: it has 3 times and 1 values"},
		},
		"a time that is none": {
			rows:   series("iops.read.rate", []any{begin, "noon"}, []any{1}),
			absent: []string{read}, said: []string{"iops.read.rate: one of its times is not a number"},
		},
		"a negative value, and one that is none": {
			rows: series("iops.read.rate", []any{begin, begin + 5, begin + 10, begin + 15}, []any{-1, "x", 4}),
			want: testutil.Page{read: 4}, said: []string{"values of iops.read.rate is negative", `values of iops.read.rate is \"x\"`},
		},
		"twice": {
			rows: series("iops.read.rate", []any{begin, begin + 5}, []any{1}) + "," + series("iops.read.rate", []any{begin, begin + 5}, []any{2}),
			want: testutil.Page{read: 1}, said: []string{"iops.read.rate is there twice"},
		},
		"a row that is none": {
			rows: `7,{"id":"iops.write.rate","times":5},` + series("iops.read.rate", []any{begin, begin + 5}, []any{1}),
			want: testutil.Page{read: 1}, said: []string{"not an object"},
		},
	} {
		t.Run(name, oneReading{
			collector: "performance", answers: map[string]string{seriesPath: "[" + c.rows + "]"},
			want: c.want, absent: c.absent, said: c.said,
		}.check)
	}
	for status, r := range map[int]oneReading{403: {failed: true, said: []string{"PRIVILEGE_ANALYTICS_READ"}}, 404: {missing: true}, 500: {failed: true, said: []string{"500"}}} {
		r.collector, r.faults, r.absent = "performance", map[string]qumulotest.Fault{seriesPath: {Status: status}}, []string{"qumulo_cluster_operations"}
		t.Run(strconv.Itoa(status), r.check)
	}
}

// TestClockOff: a cluster whose clock is off gives the same values, whether its clock is known or not, and
// once it is known each scrape asks for the last ten minutes by the cluster's clock.
func TestClockOff(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, skew := range []time.Duration{0, time.Hour, -time.Hour, -20 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			cluster := func() time.Time { return now.Add(skew) }
			want := watch(t, qumulotest.OnPremises().SetClock(cluster), cluster, "performance").scrape(t)
			w := watch(t, qumulotest.OnPremises().SetClock(cluster), func() time.Time { return now }, "time", "performance")
			for scrape := range 3 {
				before := w.server.CallCount(seriesPath)
				got := w.scrape(t)
				for name := range want {
					if strings.HasPrefix(name, "qumulo_cluster_") {
						got.Want(t, name, want[name])
					}
				}
				if scrape == 0 {
					continue
				}
				begun := queries(t, w, seriesPath, "begin-time")
				if asked := w.server.CallCount(seriesPath) - before; asked != 1 {
					t.Errorf("scrape %d: %d calls, want one", scrape, asked)
				}
				// The clock of the busy cluster is a second and a half ahead of its samples.
				if from, wanted := begun[len(begun)-1], fmt.Sprint(cluster().Add(1500*time.Millisecond-600*time.Second).Unix()); from != wanted {
					t.Errorf("scrape %d: asked from %s, want %s", scrape, from, wanted)
				}
			}
			if strings.Contains(w.log.String(), "WARN") {
				t.Errorf("complaints:\n%s", w.log)
			}
		})
	}
}

// TestClockForgotten: what a clock was is not used any more when the time status fails.
func TestClockForgotten(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	var skew atomic.Int64
	skew.Store(int64(time.Hour))
	w := watch(t, qumulotest.OnPremises().SetClock(func() time.Time { return now.Add(time.Duration(skew.Load())) }), func() time.Time { return now }, "time", "performance")
	w.scrape(t)
	skew.Store(0)
	w.server.SetFault(timeV1Path, qumulotest.Fault{Status: 500})
	w.scrape(t) // may still ask by what was known
	if w.scrape(t)[`qumulo_cluster_operations_per_second{operation="read"}`] == 0 {
		t.Error("no series where the clock is not known any more")
	}
}

// queries are the values of a parameter in the calls of path, oldest first.
func queries(t *testing.T, w *watched, path, parameter string) (values []string) {
	t.Helper()
	for _, call := range w.server.Calls() {
		if call.Path == path {
			query, err := url.ParseQuery(call.Query)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, query.Get(parameter))
		}
	}
	return values
}
