package qumulo

import "context"

// FileSystem is the capacity of the cluster's file system, in bytes:
// Total = live data and metadata + Snapshots + Free.
type FileSystem struct {
	BlockSize   Number `json:"block_size_bytes"`
	Total       Number `json:"total_size_bytes"`
	Free        Number `json:"free_size_bytes"`
	Snapshots   Number `json:"snapshot_size_bytes"`     // not sent by old releases
	PortalCache Number `json:"portal_cache_size_bytes"` // since 7.10.0; does not count against Free
}

// FileSystem asks for the capacity: GET /v1/file-system.
func (c *Client) FileSystem(ctx context.Context) (FileSystem, error) {
	var f FileSystem
	err := c.get(ctx, operation{
		name: "get file system", path: "/v1/file-system", privilege: "PRIVILEGE_FS_ATTRIBUTES_READ", maxBytes: smallBody,
	}, objectInto(&f))
	return f, err
}

// CapacityClamp is a limit set on the capacity of a cloud cluster, in bytes.
type CapacityClamp struct {
	Clamp Number `json:"capacity_clamp"`
}

// CapacityClamp asks for the limit: GET /v1/capacity/clamp, since 7.3.0.
func (c *Client) CapacityClamp(ctx context.Context) (CapacityClamp, error) {
	var clamp CapacityClamp
	err := c.get(ctx, operation{
		name: "get capacity clamp", path: "/v1/capacity/clamp", privilege: "PRIVILEGE_CAPACITY_READ", maxBytes: smallBody,
	}, objectInto(&clamp))
	return clamp, err
}
