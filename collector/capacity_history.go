package collector

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	daySeconds = 24 * 60 * 60
	// capacityHistoryDays is how far back the rows are asked for: the oldest age and a day off.
	capacityHistoryDays = 31
	// maxYearsBehind is how much farther back they are asked for until the cluster's clock is known: by one
	// that is behind the exporter's, the oldest age is farther back. A year is 100 kB.
	maxYearsBehind = 1
	// maxNewestAge is how old the newest row may be to be that of now: a row stands for the whole
	// day that it begins, and it may be one day off.
	maxNewestAge = 2 * daySeconds
)

var (
	capacityHistoryUsed = gauge("qumulo_capacity_history_used_bytes",
		"What live data, metadata and snapshots used in bytes, in the day that is so much older than the newest one, from /v1/analytics/capacity-history/, "+
			"read at most every 1h.", "age")
	capacityHistoryTimestamp = gauge("qumulo_capacity_history_timestamp_seconds",
		"When the capacity of that age was measured, as Unix time in seconds, from /v1/analytics/capacity-history/, read at most every 1h.", "age")
)

func capacityHistory() Collector {
	return Collector{
		Name: "capacity_history", Help: "The capacity that was used in the past, for growth without a history in Prometheus.", Enabled: true,
		Interval: time.Hour, Cost: "nothing",
		Query: `(qumulo_capacity_history_used_bytes{age="0d"} - ignoring (age) qumulo_capacity_history_used_bytes{age="7d"}) / ` +
			`(qumulo_capacity_history_timestamp_seconds{age="0d"} - ignoring (age) qumulo_capacity_history_timestamp_seconds{age="7d"})`,
		Endpoints: []qumulo.Endpoint{qumulo.CapacityHistoryEndpoint},
		Metrics:   []*Metric{capacityHistoryUsed, capacityHistoryTimestamp},
		Read:      readCapacityHistory,
	}
}

// usage is a row of the history that says all that is shown.
type usage struct{ at, bytes float64 }

func readCapacityHistory(ctx context.Context, src *Source, out *Output) error {
	now, known := src.clusterNow()
	begin := now.Add(-capacityHistoryDays * daySeconds * time.Second)
	if !known {
		begin = begin.AddDate(-maxYearsBehind, 0, 0)
	}
	list, err := src.CapacityHistory(ctx, begin)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	var rows []usage
	newest := math.Inf(-1)
	for _, r := range list.Items {
		at, dated := out.value("period_start_time", r.Begin)
		used, hasUsed := out.value("capacity_used", r.Used)
		snapshot, hasSnapshot := out.value("snapshot_used", r.Snapshot)
		if dated && hasUsed && hasSnapshot {
			rows = append(rows, usage{at: at, bytes: used + snapshot})
			newest = max(newest, at)
		}
	}
	// Ages are counted from the newest row, whose day is today: from now on, in the afternoon, the row
	// nearest to one day ago would be today's. Where the cluster's clock is not known, that row is its now.
	today := newest
	if known && math.Abs(Seconds(now)-newest) > maxNewestAge {
		today = Seconds(now)
	}
	// The newest first, and of one time the larger: what is shown does not depend on the order of the answer.
	slices.SortFunc(rows, func(a, b usage) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.bytes, a.bytes)) })
	younger := math.Inf(1) // when the last age that is shown was measured
	for _, days := range []int{0, 1, 7, 30} {
		if row, ok := nearest(rows, today-float64(days)*daySeconds, younger); ok {
			younger = row.at
			age := fmt.Sprintf("%dd", days)
			out.Add(capacityHistoryUsed, row.bytes, age)
			out.Add(capacityHistoryTimestamp, row.at, age)
		}
	}
	return nil
}

// nearest returns the row that is nearest to a time, no more than a day off and older than another one: where
// a day was not measured, today's row would stand for yesterday too, and growth were 0/0. Of two that are as
// near it is the newer, which comes first.
func nearest(rows []usage, at, younger float64) (row usage, ok bool) {
	for _, r := range rows {
		d := math.Abs(r.at - at)
		if r.at < younger && d <= daySeconds && (!ok || d < math.Abs(row.at-at)) {
			row, ok = r, true
		}
	}
	return row, ok
}
