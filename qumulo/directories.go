package qumulo

import "context"

// DirectoryEndpoint sums up a directory and all below it; max-entries=0 leaves out its entries.
var DirectoryEndpoint = Endpoint{
	Name: "get directory totals", Path: "/v1/files/{path}/aggregates/?max-entries=0", Privilege: "PRIVILEGE_FS_ATTRIBUTES_READ", Missing: NoObject,
}

// DirectoryTotals are those of a directory and all below it, without snapshots.
type DirectoryTotals struct {
	Data            Number `json:"total_data"`              // bytes
	Metadata        Number `json:"total_meta"`              // bytes
	NamedStreamData Number `json:"total_named_stream_data"` // bytes, a part of Data
	Files           Number `json:"total_files"`
	Directories     Number `json:"total_directories"`
	Symlinks        Number `json:"total_symlinks"`
	OtherObjects    Number `json:"total_other_objects"` // pipes, sockets and devices
	NamedStreams    Number `json:"total_named_streams"`
}

// DirectoryTotals asks for the totals of a directory by its path from the root:
// GET /v1/files/{path}/aggregates/. ErrNoObject: there is none of that path.
func (c *Client) DirectoryTotals(ctx context.Context, path string) (DirectoryTotals, error) {
	return getObject[DirectoryTotals](ctx, c, DirectoryEndpoint, path)
}
