package qumulo

import "context"

// ActivityEndpoint says what clients do. A busy cluster has 1,400 rows of each type.
var ActivityEndpoint = Endpoint{
	Name: "list activity", Path: "/v1/analytics/activity/current", Privilege: "PRIVILEGE_ANALYTICS_READ", MaxBytes: 32 << 20, MaxRows: 100_000,
}

// Activity is what one client does with one file, as far as the cluster has sampled it.
type Activity struct {
	Client Text `json:"ip"`
	// Type is file-iops-read, file-iops-write, metadata-iops-read, metadata-iops-write,
	// file-throughput-read or file-throughput-write.
	Type Text `json:"type"`
	// Rate is operations or bytes a second, the mean of a minute.
	Rate Number `json:"rate"`
}

// Activity lists what the clients do, of all types: GET /v1/analytics/activity/current.
func (c *Client) Activity(ctx context.Context) (List[Activity], error) {
	return getMember[Activity](ctx, c, ActivityEndpoint, "entries")
}
