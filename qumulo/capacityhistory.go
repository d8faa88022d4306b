package qumulo

import (
	"context"
	"time"
)

// CapacityHistoryEndpoint returns a row for each day.
var CapacityHistoryEndpoint = Endpoint{
	Name: "get capacity history", Path: "/v1/analytics/capacity-history/?begin-time={begin-time}&interval=daily", Privilege: "PRIVILEGE_ANALYTICS_READ",
}

// CapacityRow is what the cluster's file system held at the first hour of a day that was
// measured, in bytes.
type CapacityRow struct {
	Begin    Number `json:"period_start_time"` // Unix time in seconds
	Used     Number `json:"capacity_used"`     // live data and metadata
	Snapshot Number `json:"snapshot_used"`
}

// CapacityHistory lists the days from a time on, by the cluster's clock; those that were not
// measured are missing: GET /v1/analytics/capacity-history/?begin-time=&interval=daily.
func (c *Client) CapacityHistory(ctx context.Context, begin time.Time) (List[CapacityRow], error) {
	return getList[CapacityRow](ctx, c, CapacityHistoryEndpoint, begin.Unix())
}
