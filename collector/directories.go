package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// fromAggregates ends the help of each.
const fromAggregates = ", from /v1/files/{path}/aggregates/, read at most every 5m."

var (
	directoryCapacity = gauge("qumulo_directory_capacity_bytes",
		"Space that data or metadata of the directory and all below it use in bytes, without snapshots"+fromAggregates, "path", "content")
	directoryNamedStreams = gauge("qumulo_directory_named_stream_bytes",
		"Space that named streams in the directory and all below it use in bytes, which is a part of the data"+fromAggregates, "path")
	directoryEntries = gauge("qumulo_directory_entries",
		"How many entries of the kind there are in the directory and all below it"+fromAggregates, "path", "kind")
)

// DirectoriesOptions say which directories are read.
type DirectoriesOptions struct {
	Paths []AbsolutePath `yaml:"paths" flag:"path" required:"true" doc:"Path of a directory whose totals are read."`
}

func directories() Collector {
	return Collector{
		Name: "directories", Help: "Capacity and entries of chosen directories, with all below them.", Interval: 5 * time.Minute,
		Cost: "the configured paths", Query: `sum by (path) (qumulo_directory_capacity_bytes)`,
		Endpoints: []qumulo.Endpoint{qumulo.DirectoryEndpoint},
		Metrics:   []*Metric{directoryCapacity, directoryNamedStreams, directoryEntries},
		Options:   func() any { return &DirectoriesOptions{} },
		Read:      readDirectories,
	}
}

func readDirectories(ctx context.Context, src *Source, out *Output) error {
	paths := slices.Compact(slices.Sorted(slices.Values(optionsOf[DirectoriesOptions](src).Paths)))
	waits := make([]func() (qumulo.DirectoryTotals, error), len(paths))
	for i, path := range paths {
		waits[i] = async(src, func() (qumulo.DirectoryTotals, error) { return src.DirectoryTotals(ctx, string(path)) })
	}
	var failed []error
	for i, path := range paths {
		totals, err := waits[i]()
		switch {
		case err == nil:
			addDirectory(out, string(path), totals)
		case errors.Is(err, qumulo.ErrNoObject): // an answer too: the last values don't stay
			out.Missing(fmt.Sprintf("directory %s is not there", path), err)
		default:
			failed = append(failed, fmt.Errorf("directory %s: %w", path, err))
		}
	}
	if len(failed) > 0 && len(failed) == len(paths) {
		return failed[0]
	}
	for _, err := range failed {
		out.Missing("no totals", err)
	}
	return nil
}

func addDirectory(out *Output, path string, t qumulo.DirectoryTotals) {
	out.number(directoryCapacity, "total_data", t.Data, path, "data")
	out.number(directoryCapacity, "total_meta", t.Metadata, path, "metadata")
	out.number(directoryNamedStreams, "total_named_stream_data", t.NamedStreamData, path)
	out.number(directoryEntries, "total_files", t.Files, path, "file")
	out.number(directoryEntries, "total_directories", t.Directories, path, "directory")
	out.number(directoryEntries, "total_symlinks", t.Symlinks, path, "symlink")
	out.number(directoryEntries, "total_other_objects", t.OtherObjects, path, "other")
	out.number(directoryEntries, "total_named_streams", t.NamedStreams, path, "named_stream")
}
