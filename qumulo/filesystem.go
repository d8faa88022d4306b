package qumulo

import "context"

// FileSystemEndpoint says how full the cluster is.
var FileSystemEndpoint = Endpoint{Name: "get file system", Path: "/v1/file-system", Privilege: "PRIVILEGE_FS_ATTRIBUTES_READ"}

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
	return getObject[FileSystem](ctx, c, FileSystemEndpoint)
}

// CapacityClampEndpoint says to what the capacity of a cloud cluster is limited.
var CapacityClampEndpoint = Endpoint{Name: "get capacity clamp", Path: "/v1/capacity/clamp", Privilege: "PRIVILEGE_CAPACITY_READ", Since: "7.3.0"}

// CapacityClamp is a limit set on the capacity of a cloud cluster, in bytes.
type CapacityClamp struct {
	Clamp Number `json:"capacity_clamp"`
}

// CapacityClamp asks for the limit: GET /v1/capacity/clamp, since 7.3.0.
func (c *Client) CapacityClamp(ctx context.Context) (CapacityClamp, error) {
	return getObject[CapacityClamp](ctx, c, CapacityClampEndpoint)
}
