package qumulotest

import (
	"net/url"
	"strconv"
)

// directoryTotals is the answer of /v1/files/{ref}/aggregates/ with max-entries=0: sizes and counts
// as strings.
type directoryTotals struct {
	Path            string `json:"path"`
	ID              string `json:"id"`
	Files           []any  `json:"files"` // the entries, which nobody asked for
	Capacity        string `json:"total_capacity"`
	Data            string `json:"total_data"`
	Metadata        string `json:"total_meta"`
	NamedStreamData string `json:"total_named_stream_data"` // a part of the data
	FileCount       string `json:"total_files"`
	Directories     string `json:"total_directories"`
	Symlinks        string `json:"total_symlinks"`
	OtherObjects    string `json:"total_other_objects"`
	NamedStreams    string `json:"total_named_streams"`
}

// directories are the totals of the root, which are those of the file system, and of /projects: as
// much as its quota says on a busy cluster, and empty else.
func directories(c cluster, m *Model) {
	live := sizeOf(c.fileSystem.Total) - sizeOf(c.fileSystem.Free) - sizeOf(c.fileSystem.Snapshot)
	setDirectory(m, "/", "2", live)
	projects := int64(0)
	if c.busy {
		projects = 38400000000000
	}
	setDirectory(m, "/projects", "3000003", projects)
}

// setDirectory answers for a directory of that capacity: files have 1 MB, and the rest is in
// proportion.
func setDirectory(m *Model, path, id string, capacity int64) {
	decimal := func(n int64) string { return strconv.FormatInt(n, 10) }
	files := capacity / 1_000_000
	metadata := capacity / 128
	t := directoryTotals{
		Path: path, ID: id, Files: []any{}, Capacity: decimal(capacity), Data: decimal(capacity - metadata), Metadata: decimal(metadata),
		NamedStreamData: decimal(files / 1000 * 4096), NamedStreams: decimal(files / 1000),
		FileCount: decimal(files), Directories: decimal(files / 10), Symlinks: decimal(files / 50), OtherObjects: decimal(files / 100_000),
	}
	if path != "/" {
		t.Path += "/"
	}
	m.Set("/v1/files/"+url.PathEscape(path)+"/aggregates/", t)
}

// sizeOf returns a size in bytes that the API sends as a string; "" is 0.
func sizeOf(size string) int64 {
	n, _ := strconv.ParseInt(size, 10, 64)
	return n
}
