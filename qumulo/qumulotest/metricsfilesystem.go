package qumulotest

import "slices"

// fileSystemMetrics are those of what is stored and how it is protected.
func fileSystemMetrics() []documentedMetric {
	const tolerance = "qumulo_fault_tolerance_metrics_current_remaining_"
	size := func(of func(fs fileSystem) string) func(*subject) metricSamples {
		return one(func(s *subject) float64 { return float64(bytesOf(of(s.fileSystem))) })
	}
	return []documentedMetric{
		{
			name: tolerance + "disk_failures", kind: gaugeKind, since: "7.5.2", help: "Disks that may fail now without a loss of data",
			samples: one(func(s *subject) float64 { return s.tolerates("disks", s.protected.LeftDrives) }),
		},
		{
			name: tolerance + "fault_domain_failures", kind: gaugeKind, since: "7.5.2", on: onlyCloud,
			help:    "Fault domains that may fail now without a loss of data",
			samples: one(func(s *subject) float64 { return s.tolerates("fault_domains", 0) }),
		},
		{
			name: tolerance + "node_failures", kind: gaugeKind, since: "7.5.2", help: "Nodes that may fail now without a loss of data",
			samples: one(func(s *subject) float64 { return s.tolerates("nodes", s.protected.LeftNodes) }),
		},
		{
			name: "qumulo_fs_capacity_bytes", kind: gaugeKind, help: "Size of the cluster",
			samples: size(func(fs fileSystem) string { return fs.Total }),
		},
		{name: "qumulo_fs_directory_tree_entries", kind: gaugeKind, help: "Objects in the file system", samples: treeEntries},
		{name: "qumulo_fs_directory_used_bytes", kind: gaugeKind, help: "Space that the directory uses", samples: treeBytes},
		{
			name: "qumulo_fs_free_bytes", kind: gaugeKind, help: "Free space",
			samples: size(func(fs fileSystem) string { return fs.Free }),
		},
		{name: "qumulo_fs_portal_count", kind: gaugeKind, since: "7.4.2.1", help: "Portals that are authorized or being deleted", samples: portalCount},
		{
			name: "qumulo_fs_portal_root_shared_bytes", kind: gaugeKind, since: "7.5.3", help: "Data that the portal root shares with the other cluster",
			samples: sharedRoots,
		},
		{
			name: "qumulo_fs_snapshots", kind: gaugeKind, help: "Snapshots",
			samples: one(func(s *subject) float64 {
				return float64(len(slices.DeleteFunc(snapshotsOf(s.cluster), func(s snapshot) bool { return s.inDelete })))
			}),
		},
		{name: "qumulo_fs_used_bytes", kind: gaugeKind, since: "7.4.2.1", help: "Space that a file system uses", samples: usedBytes},
	}
}

// one is a metric without labels.
func one(value func(s *subject) float64) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		samples.add(value(s))
		return samples
	}
}

// tolerates is how many failures the data survive: of a cluster that is no object store in the cloud, what its
// protection has left.
func (s *subject) tolerates(what string, protection int) float64 {
	if n, has := s.tolerated[what]; has {
		return float64(n)
	}
	return float64(protection)
}

func treeEntries(s *subject) (samples metricSamples) {
	for _, e := range []struct{ kind, count string }{
		{"alternate_data_stream", s.root.NamedStreams},
		{"directory", s.root.Directories},
		{"file", s.root.FileCount},
		{"other", s.root.OtherObjects},
		{"symlink", s.root.Symlinks},
	} {
		samples.add(float64(bytesOf(e.count)), "entry_type", e.kind, "path", "/")
	}
	return samples
}

func treeBytes(s *subject) (samples metricSamples) {
	samples.add(float64(bytesOf(s.root.Data)), "path", "/", "usage_type", "data")
	samples.add(float64(bytesOf(s.root.Metadata)), "path", "/", "usage_type", "metadata")
	samples.add(float64(bytesOf(s.fileSystem.Snapshot)), "path", "/", "usage_type", "snapshot")
	return samples
}

// portalCount counts those that are linked, in the two states that the vendor names.
func portalCount(s *subject) (samples metricSamples) {
	hubs, spokes := portalsOf(s.cluster)
	for _, state := range []struct{ label, word string }{{"authorized", "ACCEPTED"}, {"deleting", "DELETING"}} {
		count := func(portals []portal) (n float64) {
			for _, p := range portals {
				n += flag(p.state == state.word)
			}
			return n
		}
		samples.add(count(hubs), "portal_state", state.label, "portal_type", "hub")
		samples.add(count(spokes), "portal_state", state.label, "portal_type", "spoke")
	}
	return samples
}

// sharedRoots are the roots of hubs that the other cluster may read.
func sharedRoots(s *subject) (samples metricSamples) {
	hubs, _ := portalsOf(s.cluster)
	for _, p := range hubs {
		for _, root := range p.authorized {
			samples.add(float64(p.id)*10_000_000_000, "portal_peer", otherUUID, "portal_root", root, "portal_type", "hub")
		}
	}
	return samples
}

// spokeCache is what the spokes of a cluster cache that does not say.
const spokeCache = 10_737_418_240

// usedBytes are those of the file system, whose UUID no answer has and which is here the cluster's, and those that
// its spokes cache of the other cluster.
func usedBytes(s *subject) (samples metricSamples) {
	cache := bytesOf(s.fileSystem.PortalCache)
	if _, spokes := portalsOf(s.cluster); cache == 0 && len(spokes) > 0 {
		cache = spokeCache
	}
	samples.add(float64(bytesOf(s.fileSystem.Total)-bytesOf(s.fileSystem.Free)), "fs_type", "local", "fs_uuid", s.uuid)
	if cache > 0 {
		samples.add(float64(cache), "fs_type", "spoke", "fs_uuid", otherUUID)
	}
	return samples
}
