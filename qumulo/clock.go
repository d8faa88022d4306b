package qumulo

import (
	"context"
	"time"
)

// The forms of the time status: v2 tells it of each node, v1 of the cluster as a whole.
var (
	TimeStatusEndpoint   = Endpoint{Name: "get time status", Path: "/v2/time/status", Privilege: "PRIVILEGE_TIME_READ", Since: "7.8.4"}
	TimeStatusV1Endpoint = Endpoint{Name: "get time status v1", Path: "/v1/time/status", Privilege: "PRIVILEGE_TIME_READ"}
)

// TimeStatus is the cluster's clock, and whether its nodes keep it right.
type TimeStatus struct {
	Time  Time                 `json:"time"`
	Nodes List[NodeTimeStatus] `json:"node_statuses"`
	// Asked is the middle of the request that was answered, by the client's clock.
	Asked time.Time `json:"-"`
}

// NodeTimeStatus is whether a node synchronizes its clock.
type NodeTimeStatus struct {
	NodeID Text `json:"node_id"` // "" with v1: the cluster as a whole
	Status Text `json:"status"`  // TIME_SYNCHRONIZING, TIME_NOT_SYNCHRONIZING
}

// TimeStatus asks for the clock: GET /v2/time/status, since 7.8.4, else GET /v1/time/status.
func (c *Client) TimeStatus(ctx context.Context) (TimeStatus, error) {
	return firstSupported(ctx, c.timeStatus, c.timeStatusV1)
}

func (c *Client) timeStatus(ctx context.Context) (TimeStatus, error) {
	ctx, middle := measured(ctx, c.now(), TimeStatusEndpoint)
	s, err := getObject[TimeStatus](ctx, c, TimeStatusEndpoint)
	s.Asked = middle()
	return s, err
}

func (c *Client) timeStatusV1(ctx context.Context) (TimeStatus, error) {
	ctx, middle := measured(ctx, c.now(), TimeStatusV1Endpoint)
	s, err := getObject[struct {
		Time   Time `json:"time"`
		Status Text `json:"status"`
	}](ctx, c, TimeStatusV1Endpoint)
	return TimeStatus{Time: s.Time, Nodes: List[NodeTimeStatus]{Items: []NodeTimeStatus{{Status: s.Status}}}, Asked: middle()}, err
}
