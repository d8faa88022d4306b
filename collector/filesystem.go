package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	filesystemSize = gauge("qumulo_filesystem_size_bytes",
		"Usable size of the file system in bytes: live data and metadata, snapshots and free space, from /v1/file-system.")
	filesystemFree        = gauge("qumulo_filesystem_free_bytes", "Free space of the file system in bytes, from /v1/file-system.")
	filesystemSnapshots   = gauge("qumulo_filesystem_snapshot_bytes", "Space that all snapshots use in bytes, from /v1/file-system.")
	filesystemPortalCache = gauge("qumulo_filesystem_portal_cache_bytes",
		"Space that portals use as cache in bytes, not counted against the free space, from /v1/file-system (since Qumulo Core 7.10).")
	filesystemBlockSize = gauge("qumulo_filesystem_block_size_bytes", "Block size of the file system in bytes, from /v1/file-system.")
	filesystemClamp     = gauge("qumulo_filesystem_capacity_clamp_bytes",
		"Limit set on the capacity of a cloud cluster in bytes, from /v1/capacity/clamp (since Qumulo Core 7.3).")
)

func filesystem() Collector {
	return Collector{
		Name: "filesystem", Help: "Capacity of the file system.", Enabled: true,
		Cost: "nothing", Query: `1 - qumulo_filesystem_free_bytes / qumulo_filesystem_size_bytes`,
		Endpoints: []qumulo.Endpoint{qumulo.FileSystemEndpoint, qumulo.CapacityClampEndpoint},
		Metrics: []*Metric{
			filesystemSize, filesystemFree, filesystemSnapshots, filesystemPortalCache, filesystemBlockSize, filesystemClamp,
		},
		Read: readFilesystem,
	}
}

func readFilesystem(ctx context.Context, src *Source, out *Output) error {
	capacityClamp := async(src, func() (qumulo.CapacityClamp, error) { return src.CapacityClamp(ctx) })
	f, err := src.FileSystem(ctx)
	if err != nil {
		return err
	}
	out.Facts.SizeBytes = out.number(filesystemSize, "total_size_bytes", f.Total)
	out.Facts.FreeBytes = out.number(filesystemFree, "free_size_bytes", f.Free)
	out.number(filesystemSnapshots, "snapshot_size_bytes", f.Snapshots)
	out.number(filesystemPortalCache, "portal_cache_size_bytes", f.PortalCache)
	out.number(filesystemBlockSize, "block_size_bytes", f.BlockSize)
	// The limit is one value more, and of some clusters only: the capacity does
	// not wait for it.
	out.Checkpoint()
	clamp, err := capacityClamp()
	if out.Part("no capacity clamp", err) {
		out.number(filesystemClamp, "capacity_clamp", clamp.Clamp)
	}
	return nil
}
