package collector_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const historyPath = "/v1/analytics/capacity-history/"

// capacityRow is a row of the answer.
func capacityRow(at time.Time, used, snapshots string) string {
	return fmt.Sprintf(`{"period_start_time":%d,"capacity_used":%s,"snapshot_used":%s,"details_status":"UNAVAILABLE"}`, at.Unix(), used, snapshots)
}

// ages wants, of each age, what was used and when; "" is no series.
func ages(page testutil.Page, want map[string]string) (wanted testutil.Page, absent []string) {
	for _, age := range []string{"0d", "1d", "7d", "30d"} {
		used, at, found := strings.Cut(want[age], "@")
		usedSeries := `qumulo_capacity_history_used_bytes{age="` + age + `"}`
		atSeries := `qumulo_capacity_history_timestamp_seconds{age="` + age + `"}`
		if !found {
			absent = append(absent, usedSeries, atSeries)
			continue
		}
		page[usedSeries], _ = strconv.ParseFloat(used, 64)
		moment, err := time.Parse("2006-01-02T15:04", at)
		if err != nil {
			panic(err)
		}
		page[atSeries] = float64(moment.Unix())
	}
	return page, absent
}

func backwards(rows []string) []string {
	rows = slices.Clone(rows)
	slices.Reverse(rows)
	return rows
}

func TestCapacityHistory(t *testing.T) {
	day := func(text string) time.Time {
		moment, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for name, c := range map[string]struct {
		rows []string
		want map[string]string // used@when by age
		said []string
	}{
		"the nearest, unordered, at the first hour that was measured": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `"1000"`, `"1"`), capacityRow(day("2026-01-03T22:00"), `"100"`, `"4"`),
				capacityRow(day("2026-01-03T00:00"), `"90"`, `"4"`), capacityRow(day("2026-02-02T23:00"), `990`, `2`),
				capacityRow(day("2026-02-01T20:00"), `"980"`, `"2"`), capacityRow(day("2026-01-28T00:00"), `"700"`, `"3"`),
			},
			// One day ago is four hours from the row of the day before, and an hour less from that of the same day.
			want: map[string]string{"0d": "1001@2026-02-03T00:00", "1d": "982@2026-02-01T20:00", "7d": "703@2026-01-28T00:00", "30d": "104@2026-01-03T22:00"},
		},
		"no more than a day off": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `"5"`, `"0"`), capacityRow(day("2026-01-28T00:01"), `"4"`, `"0"`),
				capacityRow(day("2026-01-05T00:01"), `"3"`, `"0"`), capacityRow(day("2026-01-02T23:59"), `"2"`, `"0"`),
			},
			want: map[string]string{"0d": "5@2026-02-03T00:00"},
		},
		"two rows of one time are one day: the larger": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `"5"`, `"0"`), capacityRow(day("2026-02-03T00:00"), `"6"`, `"0"`),
				capacityRow(day("2026-01-27T00:00"), `"4"`, `"0"`), capacityRow(day("2026-01-27T00:00"), `"3"`, `"0"`),
			},
			want: map[string]string{"0d": "6@2026-02-03T00:00", "7d": "4@2026-01-27T00:00"},
		},
		"as near on both sides: the newer": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `"5"`, `"0"`), capacityRow(day("2026-01-26T12:00"), `"1"`, `"0"`), capacityRow(day("2026-01-27T12:00"), `"2"`, `"0"`),
			},
			want: map[string]string{"0d": "5@2026-02-03T00:00", "7d": "2@2026-01-27T12:00"},
		},
		// As at music in the recordings: whole days are missing, and a day begins with the first hour that was measured.
		"days that were not measured": {
			rows: []string{
				capacityRow(day("2026-01-17T00:00"), `"1"`, `"0"`), capacityRow(day("2026-01-18T03:00"), `"2"`, `"0"`), capacityRow(day("2026-01-20T16:00"), `"4"`, `"0"`),
			},
			want: map[string]string{"0d": "4@2026-01-20T16:00"},
		},
		"yesterday was not measured, and the day before is no more than a day off": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `"5"`, `"0"`), capacityRow(day("2026-02-01T00:00"), `"3"`, `"0"`), capacityRow(day("2026-01-31T00:00"), `"2"`, `"0"`),
			},
			want: map[string]string{"0d": "5@2026-02-03T00:00", "1d": "3@2026-02-01T00:00"},
		},
		"nothing": {},
		"a row that says less is none": {
			rows: []string{
				capacityRow(day("2026-02-03T00:00"), `null`, `"0"`), capacityRow(day("2026-02-02T00:00"), `"7"`, `"0"`),
				capacityRow(day("2026-02-01T00:00"), `"6"`, `""`),
			},
			want: map[string]string{"0d": "7@2026-02-02T00:00"},
		},
		"not a number": {
			rows: []string{capacityRow(day("2026-02-03T00:00"), `"much"`, `"0"`), capacityRow(day("2026-02-02T00:00"), `"-1"`, `"0"`), `7`},
			said: []string{`capacity_used is \"much\"`, "capacity_used is negative", "not an object"},
		},
	} {
		for order, rows := range map[string][]string{"": c.rows, ", the other way round": backwards(c.rows)} {
			r := oneReading{collector: "capacity_history", answers: map[string]string{historyPath: "[" + strings.Join(rows, ",") + "]"}, said: c.said}
			r.want, r.absent = ages(testutil.Page{}, c.want)
			t.Run(name+order, r.check)
		}
	}
	for status, r := range map[int]oneReading{403: {failed: true, said: []string{"PRIVILEGE_ANALYTICS_READ"}}, 404: {missing: true}, 500: {failed: true, said: []string{"500"}}} {
		r.collector, r.faults, r.absent = "capacity_history", map[string]qumulotest.Fault{historyPath: {Status: status}}, []string{"qumulo_capacity_history"}
		t.Run(strconv.Itoa(status), r.check)
	}
}

// TestCapacityHistoryByTheClock: a history that has ended is not that of today, by the cluster's clock, and the time
// of day makes no row that of another day.
func TestCapacityHistoryByTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		now  string // by the cluster's clock
		want map[string]string
	}{
		"after midnight":   {"2026-02-03T00:00", map[string]string{"0d": "2000@2026-02-02T00:00", "1d": "1000@2026-02-01T00:00"}},
		"at night":         {"2026-02-02T23:59", map[string]string{"0d": "2000@2026-02-02T00:00", "1d": "1000@2026-02-01T00:00"}},
		"three days later": {"2026-02-05T00:01", nil},
		"a week later":     {"2026-02-08T23:00", map[string]string{"7d": "2000@2026-02-02T00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, err := time.Parse("2006-01-02T15:04", c.now)
			if err != nil {
				t.Fatal(err)
			}
			model := qumulotest.Release("7.10.0").SetClock(func() time.Time { return cluster })
			exporter := cluster.Add(-time.Hour)
			w := watch(t, model, func() time.Time { return exporter }, "time", "capacity_history")
			w.Scrape(t.Context(), []string{"time"})
			model.Set(historyPath, []byte("["+capacityRow(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), "1000", "0")+","+
				capacityRow(time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC), "2000", "0")+"]"))
			got := w.scrape(t)
			want, absent := ages(testutil.Page{}, c.want)
			for series, value := range want {
				got.Want(t, series, value)
			}
			for _, series := range absent {
				got.Absent(t, series)
			}
			if begun := queries(t, w, historyPath, "begin-time"); len(begun) != 1 || begun[0] != fmt.Sprint(cluster.AddDate(0, 0, -31).Unix()) {
				t.Errorf("asked from %q", begun)
			}
			if interval := queries(t, w, historyPath, "interval"); interval[0] != "daily" {
				t.Errorf("interval %q", interval)
			}
		})
	}
}

// TestCapacityHistoryClockBehind: a clock that is behind the exporter's hides no age, whether it is known or not: by one call.
func TestCapacityHistoryClockBehind(t *testing.T) {
	exporter := time.Date(2026, 2, 10, 12, 0, 0, 0, time.UTC)
	for _, known := range []bool{false, true} {
		for _, days := range []int{0, 2, 5, 40} {
			t.Run(fmt.Sprintf("known %t, %d days", known, days), func(t *testing.T) {
				cluster := exporter.AddDate(0, 0, -days)
				w := watch(t, qumulotest.Release("7.10.0").SetClock(func() time.Time { return cluster }), func() time.Time { return exporter }, "time", "capacity_history")
				if known {
					w.Scrape(t.Context(), []string{"time"})
				}
				got := testutil.PageOf(t, w.Scrape(t.Context(), []string{"capacity_history"}))
				success(t, got, "capacity_history", 1)
				for age, days := range map[string]int{"0d": 0, "1d": 1, "7d": 7, "30d": 30} {
					got.Want(t, `qumulo_capacity_history_timestamp_seconds{age="`+age+`"}`, float64(cluster.Truncate(24*time.Hour).AddDate(0, 0, -days).Unix()))
				}
				if calls := w.server.CallCount(historyPath); calls != 1 {
					t.Errorf("%d calls, want one", calls)
				}
				if strings.Contains(w.log.String(), "WARN") {
					t.Errorf("complaints:\n%s", w.log)
				}
			})
		}
	}
}
