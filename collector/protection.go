package collector

import (
	"context"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// The schemes of protection: erasure coding, and two kinds of object store.
const (
	schemeEC               = "ec"
	schemeObjectBacked     = "object_backed"
	schemeColdObjectBacked = "cold_object_backed"
)

var (
	protectionInfo = info("qumulo_protection_info",
		"How data are protected, from /v1/cluster/protection/status", "scheme")
	protectionMaxFailures = gauge("qumulo_protection_max_failures",
		"How many failures of the component the configuration is meant to survive, from /v1/cluster/protection/status; erasure-coded clusters only.",
		"component")
	protectionRemaining = gauge("qumulo_protection_remaining_failures",
		"How many more failures of the component the cluster survives now, from /v1/cluster/protection/status or, where data are object-backed, "+
			"/v1/cluster/object-backed/protection/fault-tolerance.", "component")
	protectionBlocks = gauge("qumulo_protection_blocks_per_stripe",
		"How many blocks a stripe has, with those for parity, from /v1/cluster/protection/status; erasure-coded clusters only.")
	protectionDataBlocks = gauge("qumulo_protection_data_blocks_per_stripe",
		"How many blocks of a stripe hold data, from /v1/cluster/protection/status; erasure-coded clusters only.")
	protectionDriveSpares = gauge("qumulo_protection_drive_spares",
		"About how many drives' worth of space is kept spare, from /v1/cluster/protection/status; erasure-coded clusters only.")
	protectionReconfigures = gauge("qumulo_protection_reconfiguration_pending",
		"Whether the cluster is being changed to another protection (1) or not (0), from /v1/cluster/protection/status.")
)

func protection() Collector {
	return Collector{
		Name: "protection", Help: "How data are protected, and how many failures the cluster survives.", Enabled: true,
		Cost: "nothing", Query: `min by (instance) (qumulo_protection_remaining_failures{component!="fault_domain"}) == 0`,
		Endpoints: []qumulo.Endpoint{qumulo.ProtectionEndpoint, qumulo.FaultToleranceEndpoint},
		Metrics: []*Metric{
			protectionInfo, protectionMaxFailures, protectionRemaining, protectionBlocks, protectionDataBlocks, protectionDriveSpares,
			protectionReconfigures,
		},
		Read: readProtection,
	}
}

func readProtection(ctx context.Context, src *Source, out *Output) error {
	p, err := src.Protection(ctx)
	if err != nil {
		return err
	}
	scheme := optionalWord(qumulo.Text(strings.TrimPrefix(string(p.Type), "PROTECTION_SYSTEM_TYPE_")))
	if scheme != "" {
		out.Add(protectionInfo, 1, scheme)
	}
	switch scheme {
	case schemeEC:
		out.flag(protectionReconfigures, "pending_configuration", p.Pending())
		addErasureCoding(out, p)
	case schemeObjectBacked, schemeColdObjectBacked:
		out.flag(protectionReconfigures, "pending_configuration", p.Pending())
		out.Checkpoint()
		addFaultTolerance(ctx, src, out)
	case unknown:
		if !isUnknown(p.Type) {
			out.warnf("protection_system_type is %.40q, not a word: no other series", string(p.Type))
		}
	}
	return nil
}

func addErasureCoding(out *Output, p qumulo.Protection) {
	out.number(protectionMaxFailures, "max_node_failures", p.MaxNodeFailures, "node")
	out.number(protectionMaxFailures, "max_drive_failures", p.MaxDriveFailures, "drive")
	addRemaining(out, "remaining_node_failures", p.RemainingNodeFailures, "node")
	addRemaining(out, "remaining_drive_failures", p.RemainingDriveFailures, "drive")
	out.number(protectionBlocks, "blocks_per_stripe", p.BlocksPerStripe)
	out.number(protectionDataBlocks, "data_blocks_per_stripe", p.DataBlocksPerStripe)
	out.number(protectionDriveSpares, "max_drive_spares", p.MaxDriveSpares)
}

func addFaultTolerance(ctx context.Context, src *Source, out *Output) {
	f, err := src.FaultTolerance(ctx)
	if !out.Part("no remaining failures", err) {
		return
	}
	addRemaining(out, "nodes", f.Nodes, "node")
	addRemaining(out, "disks", f.Disks, "drive")
	// A cluster in one zone survives the loss of no fault domain: that is no alarm, and no fact.
	out.number(protectionRemaining, "fault_domains", f.FaultDomains, "fault_domain")
}

// addRemaining adds how many failures of a component are left, and keeps the least as a fact.
func addRemaining(out *Output, field string, n qumulo.Number, component string) {
	left, ok := out.value(field, n)
	if !ok {
		return
	}
	out.Add(protectionRemaining, left, component)
	if facts := &out.Facts; !facts.RemainingKnown || left < facts.RemainingFailures {
		facts.RemainingFailures, facts.RemainingKnown = left, true
	}
}
