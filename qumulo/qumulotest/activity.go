package qumulotest

import (
	"net/url"
	"slices"
	"strconv"
	"time"
)

// activityRow is a row of /v1/analytics/activity/current: one client and file.
type activityRow struct {
	ID   string  `json:"id"`
	IP   string  `json:"ip"`
	Rate float64 `json:"rate"` // a second, sampled over a minute
	Type string  `json:"type"`
}

// currentActivity is the answer of /v1/analytics/activity/current.
type currentActivity struct {
	Entries []activityRow `json:"entries"`
}

// activity are the answers on what clients do. In the busy cluster two clients do all there is, the
// first with two files; in the others nobody does anything.
func activity(c cluster, m *Model) {
	rows := []activityRow{}
	if c.busy {
		for i, kind := range []string{
			"file-iops-read", "file-iops-write", "metadata-iops-read", "metadata-iops-write", "file-throughput-read", "file-throughput-write",
		} {
			unit := 1.0
			if i >= 4 {
				unit = 4096 // throughput comes in blocks
			}
			for file, ip := range []string{"192.0.2.10", "192.0.2.10", "192.0.2.11"} {
				rows = append(rows, activityRow{strconv.Itoa(4000001 + file), ip, unit * float64(30*(i+1)*(file+1)) / 60, kind})
			}
		}
	}
	m.SetFunc("/v1/analytics/activity/current", func(_ time.Time, query url.Values) any {
		shown := slices.DeleteFunc(slices.Clone(rows), func(r activityRow) bool {
			return query.Has("type") && query.Get("type") != r.Type
		})
		return currentActivity{shown}
	})
}
