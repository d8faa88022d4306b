package qumulotest

import (
	"fmt"
	"strconv"
)

// networkMetrics are those of memory, network interfaces and power supplies.
func networkMetrics() []documentedMetric {
	const prefix = "qumulo_network_interface_"
	counter := func(name, help string, value func(s *subject, p port) float64) documentedMetric {
		return documentedMetric{name: prefix + name, kind: counterKind, on: notAzure, help: help, samples: ofPorts(value)}
	}
	packet := 1500.0
	return []documentedMetric{
		{
			name: "qumulo_memory_correctable_ecc_errors", kind: counterKind, on: notAzure, help: "Memory errors that were corrected",
			samples: memoryErrors,
		},
		{
			name: prefix + "is_down", kind: gaugeKind, on: notAzure, help: "Whether the interface is down (1) or up (0)",
			samples: ofPorts(func(_ *subject, p port) float64 { return flag(p.status != "UP") }),
		},
		{
			name: prefix + "link_speed_bits_per_second", kind: gaugeKind, on: notAzure, help: "Speed that the link has negotiated",
			samples: linkSpeed,
		},
		counter("receive_errors", "Errors in receiving", func(s *subject, p port) float64 { return s.at(flag(p.status != "UP") / 300) }),
		counter("received_bytes", "Bytes received", func(_ *subject, p port) float64 { return p.received }),
		counter("received_packets", "Packets received", func(_ *subject, p port) float64 { return float64(int64(p.received / packet)) }),
		counter("transmit_errors", "Errors in sending", func(s *subject, p port) float64 { return s.at(flag(p.status != "UP") / 900) }),
		counter("transmitted_bytes", "Bytes sent", func(_ *subject, p port) float64 { return p.sent }),
		counter("transmitted_packets", "Packets sent", func(_ *subject, p port) float64 { return float64(int64(p.sent / packet)) }),
		{
			name: "qumulo_power_supply_is_unhealthy", kind: gaugeKind, on: notAzure,
			help: "Whether the power supply is unplugged, removed or not responding (1) or not (0)", samples: powerSupplies,
		},
	}
}

// memoryErrors are none in a virtual machine, which does not see its memory.
func memoryErrors(s *subject) (samples metricSamples) {
	if s.platform != onPremises {
		return nil
	}
	for _, n := range s.nodes {
		samples.add(s.at(float64(n.ID%3)/(24*3600)), "node_id", strconv.Itoa(n.ID))
	}
	return samples
}

// port is a network interface of a bond.
type port struct {
	labels         []string
	status         string
	speed          float64 // bits a second; 0: not known
	received, sent float64
}

// ports calls each with the interfaces of all nodes. The other answers know the bonds of a node in a rack, of
// which each has two interfaces here, with half of its load; they know those in the cloud by name.
func (s *subject) ports(each func(p port)) {
	s.listed(func(place int, n node) {
		for k, d := range devicesOf(s.built, place) {
			received := max(0, d.received(s.now)) // it begins later than the other counters
			p := port{status: d.status, speed: float64(d.speed) * 1e6, received: float64(received), sent: float64(received * 2 / 3)}
			role := "frontend"
			if d.useFor == "BACKEND" {
				role = "backend"
			}
			labels := func(name, bond string) []string {
				return []string{"bond", bond, "interface", name, "node_id", strconv.Itoa(n.ID), "role", role}
			}
			switch {
			case d.useFor == "UNDERLYING":
				p.labels = labels(d.name, "bond0")
				each(p)
			case d.applied != "" && s.platform == onPremises:
				half := port{status: p.status, speed: p.speed / 2}
				for i := range 2 {
					half.labels = labels(fmt.Sprintf("eth%d", 2*k+i), d.name)
					half.received, half.sent = float64((received+int64(i))/2), float64((received*2/3+int64(i))/2)
					each(half)
				}
			}
		}
	})
}

func ofPorts(value func(s *subject, p port) float64) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		s.ports(func(p port) { samples.add(value(s, p), p.labels...) })
		return samples
	}
}

func linkSpeed(s *subject) (samples metricSamples) {
	s.ports(func(p port) {
		if p.speed > 0 {
			samples.add(p.speed, p.labels...)
		}
	})
	return samples
}

// powerSupplies are those in the listing of the chassis; one that predicts its failure still works.
func powerSupplies(s *subject) (samples metricSamples) {
	for _, row := range s.chassis {
		for _, supply := range row.PSUs {
			healthy := supply.State == "GOOD" || supply.State == "PREFAIL"
			samples.add(flag(!healthy), "location", supply.Location, "node_id", strconv.Itoa(row.ID))
		}
	}
	return samples
}
