package qumulotest

import "strconv"

// infoMetrics are the identities of the cluster and its nodes.
func infoMetrics() []documentedMetric {
	return []documentedMetric{
		{
			name: "qumulo", kind: infoKind, every: infoEvery, samples: clusterInfo,
			help: "Identity of the cluster, and the failures that its protection is configured to survive",
		},
		{
			name: "qumulo_kernel", kind: infoKind, since: "7.2.0.4", on: onlyRacks, every: infoEvery, samples: kernelInfo,
			help: "Version and command line of the kernel",
		},
		{
			name: "qumulo_node", kind: infoKind, since: "6.0.2", on: onlyRacks, every: infoEvery, samples: nodeInfo,
			help: "Identity of the node",
		},
	}
}

// clusterInfo has words of platforms and service models that are invented.
func clusterInfo(s *subject) (samples metricSamples) {
	platform, service := "on_premises", "self_managed"
	switch s.platform {
	case aws:
		platform = "aws"
	case azure:
		platform, service = "azure", "managed"
	}
	var labels []string
	if s.isAtLeast("7.6.3.1") {
		labels = append(labels, "cluster_type", "protected_cluster")
	}
	if s.platform != azure {
		labels = append(labels, "max_drive_failures", strconv.Itoa(s.protected.MaxDrives), "max_node_failures", strconv.Itoa(s.protected.MaxNodes))
	}
	samples.add(1, append(labels, "name", s.name, "platform", platform, "service_model", service, "uuid", s.uuid, "version", s.shown.RevisionID)...)
	return samples
}

// kernelInfo has a command line with quotation marks, as real ones may.
func kernelInfo(s *subject) (samples metricSamples) {
	for _, n := range s.nodes {
		samples.add(1, "cmdline", `root=LABEL=qumulo ro dyndbg="file drivers/nvme/* +p"`, "node_id", strconv.Itoa(n.ID), "version", "5.15.0-119-generic")
	}
	return samples
}

func nodeInfo(s *subject) (samples metricSamples) {
	for _, n := range s.nodes {
		var labels []string
		if s.isAtLeast("7.2.2") {
			labels = append(labels, "form_factor", "2U")
		}
		labels = append(labels, "hardware_detection_mode", "chassis")
		if s.isAtLeast("7.5.1.2") {
			labels = append(labels, "network_management_mode", "qumulo_managed")
		}
		samples.add(1, append(labels, "node_id", strconv.Itoa(n.ID), "node_model", n.Model, "node_uuid", n.UUID, "serial_number", n.Serial)...)
	}
	return samples
}
