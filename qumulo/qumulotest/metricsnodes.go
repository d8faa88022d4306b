package qumulotest

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// hardwareMetrics are those of processors, drives and fans.
func hardwareMetrics() []documentedMetric {
	return []documentedMetric{
		{
			name: "qumulo_cpu_crit_temperature_celsius", kind: gaugeKind, since: "7.2.0.4", on: notAzure,
			help: "Critical temperature of the processor", samples: ofProcessors(func(*subject, int) float64 { return 95 }),
		},
		{
			name: "qumulo_cpu_max_temperature_celsius", kind: gaugeKind, since: "5.3.1", on: notAzure,
			help: "Maximum temperature of the processor", samples: ofProcessors(func(*subject, int) float64 { return 85 }),
		},
		{
			name: "qumulo_cpu_temperature_celsius", kind: gaugeKind, on: notAzure, help: "Temperature of the processor",
			samples: ofProcessors(func(s *subject, number int) float64 { return float64(41+(7*number)%11) + s.wave()/2 }),
		},
		{
			name: "qumulo_disk_endurance_percent", kind: gaugeKind, since: "5.3.1", on: notAzure, every: drivesEvery,
			help: "Endurance left: 100 is new, 0 is worn out", samples: endurance,
		},
		{
			name: "qumulo_disk_transport_errors", kind: counterKind, since: "5.3.2", on: notAzure, every: drivesEvery,
			help: "Errors between the drive and its host", samples: ofDrives(slot.transportErrors),
		},
		{
			name: "qumulo_disk_uncorrectable_media_errors", kind: counterKind, since: "5.3.2", on: notAzure, every: drivesEvery,
			help: "Errors on the drive's medium that could not be corrected", samples: ofDrives(slot.mediaErrors),
		},
		{
			name: "qumulo_disk_is_unhealthy", kind: gaugeKind, on: notAzure, help: "Whether the drive is unhealthy (1) or healthy (0)",
			samples: ofDrives(func(d slot, _ *subject) float64 { return flag(d.State != "healthy") }),
		},
		{
			name: "qumulo_disk_operation_latency_seconds", kind: histogramKind, on: notAzure, help: "Time that operations of the drive took",
			samples: diskLatency,
		},
		{
			name: "qumulo_fan_speed_rpm", kind: gaugeKind, on: notAzure, help: "Speed of the fan", samples: fans,
		},
	}
}

// nodeMetrics are those of quorum and clocks.
func nodeMetrics() []documentedMetric {
	return []documentedMetric{
		{
			name: "qumulo_quorum_node_is_offline", kind: gaugeKind, on: notAzure, help: "Whether the node is offline (1) or online (0)",
			samples: func(s *subject) (samples metricSamples) {
				for _, n := range s.nodes {
					samples.add(flag(n.Status != "online"), "node_id", strconv.Itoa(n.ID))
				}
				return samples
			},
		},
		{
			name: "qumulo_time_is_not_synchronizing", kind: gaugeKind, on: notAzure, help: "Whether the node does not synchronize its clock (1) or does (0)",
			samples: func(s *subject) (samples metricSamples) {
				clocks := nodeTimes(s.built)
				s.listed(func(place int, n node) {
					samples.add(flag(clocks[place].Status != "TIME_SYNCHRONIZING"), "node_id", strconv.Itoa(n.ID))
				})
				return samples
			},
		},
	}
}

// flag is 1 for true.
func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// wave goes from 0 to 15 and begins anew every 80 seconds, as the load of a busy cluster does.
func (s *subject) wave() float64 { return float64(s.now.Unix() / sampleSeconds % 16) }

// ofProcessors gives each node two. Virtual machines show none.
func ofProcessors(value func(s *subject, number int) float64) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		if s.platform != onPremises {
			return nil
		}
		for _, n := range s.nodes {
			for number := range 2 {
				samples.add(value(s, 2*n.ID+number), "cpu", strconv.Itoa(number), "node_id", strconv.Itoa(n.ID))
			}
		}
		return samples
	}
}

// fans are six in each node, and none in a virtual machine.
func fans(s *subject) (samples metricSamples) {
	if s.platform != onPremises {
		return nil
	}
	for _, n := range s.nodes {
		for number := 1; number <= 6; number++ {
			samples.add(float64(5200+100*((n.ID+number)%7))+10*s.wave(), "fan", fmt.Sprintf("system fan %d", number), "node_id", strconv.Itoa(n.ID))
		}
	}
	return samples
}

// drives calls each with the slots that have a drive, and the labels of that.
func (s *subject) drives(each func(d slot, labels []string)) {
	for _, d := range s.slots {
		if d.State == "empty" || d.DiskType == "" {
			continue
		}
		kind := "ssd"
		if strings.Contains(d.DiskType, "HDD") {
			kind = "hdd"
		}
		each(d, []string{"disk_type", kind, "drive_bay", d.DriveBay, "node_id", strconv.Itoa(d.NodeID)})
	}
}

func ofDrives(value func(d slot, s *subject) float64) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		s.drives(func(d slot, labels []string) { samples.add(value(d, s), labels...) })
		return samples
	}
}

// endurance is that of flash: nothing wears out in the other drives.
func endurance(s *subject) (samples metricSamples) {
	s.drives(func(d slot, labels []string) {
		if labels[1] == "ssd" {
			samples.add(float64(100-d.character()%31), labels...)
		}
	})
	return samples
}

// character is a number that goes with the drive, not with its slot: one that replaces another has its own.
func (d slot) character() uint32 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(d.ID + " " + d.DiskSerial))
	return sum.Sum32()
}

// transportErrors are some a year, and many more once the drive is dead.
func (d slot) transportErrors(s *subject) float64 {
	return s.at(float64(d.character()%5)/(365*24*3600)) + 4000*flag(d.State == "dead")
}

// mediaErrors are none of most drives that live.
func (d slot) mediaErrors(*subject) float64 {
	return float64(d.character()%8/7) + 17*flag(d.State == "dead")
}

// diskLatency: flash does more than other drives, and faster.
func diskLatency(s *subject) (samples metricSamples) {
	s.drives(func(d slot, labels []string) {
		rate, mean := 140.0, 0.0002
		if labels[1] == "hdd" {
			rate, mean = 12, 0.008
		}
		rate += float64(d.character()%16) / 16
		for _, io := range []struct {
			kind         string
			rate, factor float64
		}{{"read", rate, 1}, {"write", rate / 3, 1.5}} {
			samples.addTimes(s.at(io.rate), mean*io.factor, "disk_type", labels[1], "drive_bay", labels[3], "io_type", io.kind, "node_id", labels[5])
		}
	})
	return samples
}
