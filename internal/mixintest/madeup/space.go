package main

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// usage is what is written into a cluster, in bytes a second, the share that is free now, and how busy it is.
type usage struct{ growth, free, load float64 }

var use = map[string]usage{
	"paris":      {1.1e7, 0.31, 1},
	"berlin":     {3.4e7, 0.117, 1.7},
	"aws-east":   {2.2e6, 0.55, 0.6},
	"azure-eu":   {-4e5, 0.72, 0.35},
	"lisbon":     {1.5e5, 0.62, 0.1},
	exporterPage: {load: 1},
}

// first is the value of the first series of this name, or 0.
func (p page) first(name string) float64 {
	for _, s := range p {
		if s.name == name {
			return s.value
		}
	}
	return 0
}

// filled is the page of a cluster that is as full as it is told to be, with the history to it and without empty directories.
func (p page) filled(u usage) page {
	size := p.first("qumulo_filesystem_size_bytes")
	var empty []string
	for i, s := range p {
		switch s.name {
		case "qumulo_filesystem_free_bytes":
			p[i].value = size * u.free
		case "qumulo_capacity_history_used_bytes":
			days, _ := strconv.Atoi(strings.TrimSuffix(s.labels["age"], "d")) // all are days
			slower := 1 - 0.01*float64(days)                                  // it grows faster than it did
			p[i].value = size*(1-u.free) - slower*u.growth*86400*float64(days)
		case "qumulo_directory_capacity_bytes":
			if s.labels["content"] == "data" && s.value == 0 {
				empty = append(empty, s.labels["path"])
			}
		}
	}
	return slices.DeleteFunc(p, func(s series) bool {
		return strings.HasPrefix(s.name, "qumulo_directory_") && slices.Contains(empty, s.labels["path"])
	})
}

// space is how much a part of the file system holds, where growth is what is written to the cluster, in bytes a second.
func (s series) space(d day, t time.Time, growth float64) float64 {
	since := t.Sub(d.now).Seconds()
	switch s.name {
	case "qumulo_directory_capacity_bytes", "qumulo_fs_directory_used_bytes":
		share := 0.01 // of metadata
		switch kind := s.labels["content"] + s.labels["usage_type"]; {
		case kind == "data" && s.labels["path"] == "/":
			share = 0.95
		case kind == "data":
			share = 0.6 * s.spread()
		}
		return s.value + share*growth*since
	default:
		return s.value * (1 + 0.03*s.spread()*since/86400)
	}
}
