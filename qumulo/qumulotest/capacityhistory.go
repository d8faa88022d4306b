package qumulotest

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// keptDays is how many days a cluster remembers its capacity.
const keptDays = 400

// capacityDay is a row of /v1/analytics/capacity-history/: sizes in bytes, as strings.
type capacityDay struct {
	Used      string `json:"capacity_used"`
	Data      string `json:"data_used"`
	Details   string `json:"details_status"`
	Metadata  string `json:"metadata_used"`
	Begin     int64  `json:"period_start_time"`
	Snapshots string `json:"snapshot_used"`
	Usable    string `json:"total_usable"`
}

// capacityHistory returns a row for each day at 00:00 UTC: today what the file system holds, and each day before
// that a 2000th less. A busy cluster has days that nothing was measured in, and ones without details.
func capacityHistory(c cluster, m *Model) {
	total, free, snapshots := bytesOf(c.fileSystem.Total), bytesOf(c.fileSystem.Free), bytesOf(c.fileSystem.Snapshot)
	m.SetFunc("/v1/analytics/capacity-history/", func(now time.Time, query url.Values) any {
		begin, ok := beginTime(query)
		if !ok {
			return errorAnswer(http.StatusBadRequest, "begin-time is required")
		}
		rows := []capacityDay{}
		today := now.UTC().Truncate(24 * time.Hour)
		for age := int64(keptDays); age >= 0; age-- {
			day := today.AddDate(0, 0, -int(age))
			if day.Before(begin) || c.busy && (age == 12 || age == 13) {
				continue
			}
			whole, rest := (total-free-snapshots)/2000, (total-free-snapshots)%2000 // the product alone is beyond an int64 for the largest cluster
			used := whole*(2000-age) + rest*(2000-age)/2000
			row := capacityDay{
				Used: text(used), Data: text(used - used/100), Metadata: text(used / 100), Details: "AVAILABLE",
				Begin: day.Unix(), Snapshots: text(snapshots), Usable: text(total),
			}
			switch {
			case c.busy && age == 0:
				row.Details = "PENDING"
			case c.busy && age == 7:
				row.Details = "UNAVAILABLE"
			}
			rows = append(rows, row)
		}
		return rows
	})
}

// bytesOf is a size as a number; one that is not sent is 0.
func bytesOf(size string) int64 {
	n, _ := strconv.ParseInt(size, 10, 64)
	return n
}

// text is a number as the API sends large ones.
func text(n int64) string { return strconv.FormatInt(n, 10) }
