package main

import (
	"math"
	"strings"
	"time"
)

// What a job of a relationship copies.
const (
	jobBytes = 4e12
	jobFiles = 1.2e6
)

// replication is a value of a relationship, without troubles; where a job runs, the next one follows it.
func (s series) replication(t time.Time) float64 {
	of := spread(s.labels["id"])
	takes := 30000 + 30000*of
	done := math.Mod(unix(t)/takes+of, 1)
	switch name := strings.TrimPrefix(s.name, "qumulo_replication_"); name {
	case "job_completion_ratio":
		return done
	case "job_start_timestamp_seconds":
		return unix(t) - done*takes
	case "job_remaining_seconds":
		return (1 - done) * takes
	case "job_transferred_bytes":
		return done * jobBytes
	case "job_remaining_bytes":
		return (1 - done) * jobBytes
	case "job_transferred_files":
		return math.Round(done * jobFiles)
	case "job_remaining_files":
		return math.Round((1 - done) * jobFiles)
	case "job_throughput_bytes_per_second":
		return jobBytes / takes * (0.6 + 0.4*wave(t, 6*of))
	case "recovery_point_timestamp_seconds", "recovery_point_snapshot_timestamp_seconds":
		every := 1800 + 9000*of
		return math.Floor(unix(t)/every)*every - 60 - 240*of
	default:
		return s.value
	}
}
