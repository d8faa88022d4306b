package main

import (
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"
)

// day is the time that the data are of; now is when one looks.
type day struct{ now, begin, end time.Time }

// wave is how busy a cluster is, 1 on average: little at night, most in the early afternoon, and never quite the same.
func wave(t time.Time, phase float64) float64 {
	s := unix(t)
	daily := math.Sin(2 * math.Pi * (s - 9*3600) / 86400)
	return 1 + 0.55*daily + 0.12*math.Sin(s/1100+phase) + 0.06*math.Sin(s/311+2.3*phase)
}

// waved is the integral of wave over time: a counter that counts one a second on average.
func waved(t time.Time, phase float64) float64 {
	s := unix(t)
	daily := -math.Cos(2*math.Pi*(s-9*3600)/86400) * 86400 / (2 * math.Pi)
	return s - 1.7e9 + 0.55*daily - 0.12*1100*math.Cos(s/1100+phase) - 0.06*311*math.Cos(s/311+2.3*phase)
}

// counted is how fast a counter of the page counts, in the first second of it: what it shows is of no use for that.
func (s series) counted() float64 {
	switch s.name {
	case "qumulo_network_device_receive_bytes_total":
		return 1.6e8
	case "qumulo_network_device_transmit_bytes_total":
		return 2.9e8
	case "qumulo_exporter_api_requests_total", "qumulo_exporter_api_request_duration_seconds_count":
		return 1.0 / 60
	case "qumulo_exporter_api_request_duration_seconds_sum":
		return (0.02 + 0.3*s.spread()*s.spread()) / 60
	case "qumulo_exporter_api_response_bytes_total":
		return s.value / 60
	case "process_cpu_seconds_total":
		return 0.03
	default:
		if strings.HasPrefix(s.name, "qumulo_exporter_") {
			return 0
		}
		return s.value // made here: see native.go
	}
}

// spread is between 0 and 1, always the same for a series.
func (s series) spread() float64 { return spread(s.key("")) }

func spread(text string) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // it never fails
	return float64(h.Sum32()%1000) / 1000
}

// varied are gauges that go with the load, by how much of them does.
var varied = map[string]float64{
	"qumulo_cluster_operations_per_second": 1, "qumulo_cluster_throughput_bytes_per_second": 1,
	"qumulo_client_activity_operations_per_second": 1, "qumulo_client_activity_bytes_per_second": 1,
	"qumulo_cpu_temperature_celsius": 0.08, "qumulo_fan_speed_rpm": 0.05,
	"qumulo_scrape_collector_duration_seconds": 0.4, "qumulo_scrape_duration_seconds": 0.3, "process_resident_memory_bytes": 0.04,
}

// countedClients are likewise, and whole numbers.
var countedClients = map[string]float64{
	"qumulo_client_connections": 0.6, "qumulo_clients": 0.5, "qumulo_cluster_clients": 0.5, "qumulo_smb_sessions": 0.6,
	"qumulo_smb_sessions_encrypted": 0.6, "qumulo_smb_open_handles": 0.8,
}

// spaces are parts of the file system.
var spaces = []string{"qumulo_quota_used_bytes", "qumulo_directory_capacity_bytes", "qumulo_filesystem_snapshot_bytes", "qumulo_fs_directory_used_bytes"}

// moves reports whether the series is worth a sample each minute. Those of drives are too many.
func (s series) moves() bool {
	switch {
	case strings.HasPrefix(s.name, "qumulo_disk_"):
		return false
	case strings.HasPrefix(s.name, "qumulo_network_interface_"):
		return s.counted() > 0
	default:
		return s.isCounter() || varied[s.name] > 0 || countedClients[s.name] > 0 || s.name == "qumulo_filesystem_free_bytes" ||
			strings.HasPrefix(s.name, "qumulo_replication_job_")
	}
}

func (s series) isCounter() bool {
	return strings.HasSuffix(s.name, "_total") || strings.HasSuffix(s.name, "_seconds_sum") || strings.HasSuffix(s.name, "_seconds_count")
}

// at is the value of the series at a time, without troubles. growth is what is written, in bytes a second, and
// load how busy the cluster is.
func (s series) at(d day, t time.Time, growth, load float64) float64 {
	phase := 6 * s.spread()
	if strings.HasPrefix(s.name, "qumulo_protocol_operation") { // bytes and operations of one kind go together; the busier, the slower
		phase = float64(len(s.labels["protocol"]) + len(s.labels["op_name"]))
		if strings.HasSuffix(s.name, "_seconds_sum") {
			phase++
		}
	}
	base := s.value
	switch {
	case s.name == "qumulo_filesystem_free_bytes":
		return base - growth*(t.Sub(d.now).Seconds()+9000*math.Sin(unix(t)/30000))
	case s.name == "qumulo_scrape_collector_duration_seconds":
		base = 0.02 + 0.35*s.spread()*s.spread()
	case s.name == "qumulo_scrape_duration_seconds":
		base = 0.42 + 0.2*s.spread()
	case s.name == "qumulo_scrape_collector_read_timestamp_seconds", s.name == "qumulo_time_seconds":
		return unix(t)
	case s.name == "qumulo_exporter_session_token_expiration_timestamp_seconds":
		return math.Ceil((unix(t)+3600)/32400)*32400 + 3600
	case strings.HasPrefix(s.name, "qumulo_replication_"):
		return s.replication(t)
	case s.name == "qumulo_snapshot_policy_newest_timestamp_seconds":
		return math.Floor(unix(t)/3600)*3600 - 120
	case slices.Contains(spaces, s.name):
		return s.space(d, t, growth)
	}
	if s.isCounter() {
		return s.counted() * load * waved(t, phase)
	}
	if share := varied[s.name]; share > 0 {
		return base * (1 - share + share*wave(t, phase))
	}
	if share := countedClients[s.name]; share > 0 { // the simulated clusters have few
		return math.Round(30 * load * base * (1 - share + share*wave(t, phase)))
	}
	return base
}
