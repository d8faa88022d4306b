package qumulo

import (
	"context"
	"time"
)

// TimeSeriesEndpoint returns what the cluster has measured every five seconds. It keeps about a day, of
// eleven rates: 6 MB.
var TimeSeriesEndpoint = Endpoint{
	Name: "get time series", Path: "/v1/analytics/time-series/?begin-time={begin-time}", Privilege: "PRIVILEGE_ANALYTICS_READ",
	Since: "4.3.0", MaxBytes: 64 << 20,
}

// TimeSeries is one rate over time.
type TimeSeries struct {
	ID Text `json:"id"` // "iops.read.rate", "throughput.write.rate" (bytes per second), ...
	// Times are Unix times in seconds, by the cluster's clock: the bounds of the intervals, one more
	// than there are values.
	Times Numbers `json:"times"`
	// Values are the means of the intervals, per second.
	Values Numbers `json:"values"`
}

// TimeSeries asks for the rates from a time on, by the cluster's clock:
// GET /v1/analytics/time-series/?begin-time=, since 4.3.0.
func (c *Client) TimeSeries(ctx context.Context, begin time.Time) (List[TimeSeries], error) {
	return getList[TimeSeries](ctx, c, TimeSeriesEndpoint, begin.Unix())
}
