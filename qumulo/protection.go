package qumulo

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// ProtectionEndpoint says how many failures the cluster survives.
var ProtectionEndpoint = Endpoint{Name: "get protection status", Path: "/v1/cluster/protection/status", Privilege: "PRIVILEGE_CLUSTER_READ"}

// FaultToleranceEndpoint says the same of a cluster whose data are in an object store.
var FaultToleranceEndpoint = Endpoint{
	Name: "get fault tolerance", Path: "/v1/cluster/object-backed/protection/fault-tolerance", Privilege: "PRIVILEGE_CLUSTER_READ", Since: "7.3.1",
}

// Protection is how data are protected. On object-backed clusters only the type means something:
// the numbers are placeholders there.
type Protection struct {
	Type                   Text   `json:"protection_system_type"` // "PROTECTION_SYSTEM_TYPE_EC", "…_OBJECT_BACKED", "…_COLD_OBJECT_BACKED"
	MaxNodeFailures        Number `json:"max_node_failures"`
	MaxDriveFailures       Number `json:"max_drive_failures"`
	RemainingNodeFailures  Number `json:"remaining_node_failures"`
	RemainingDriveFailures Number `json:"remaining_drive_failures"`
	BlocksPerStripe        Number `json:"blocks_per_stripe"` // with parity
	DataBlocksPerStripe    Number `json:"data_blocks_per_stripe"`
	MaxDriveSpares         Number `json:"max_drive_spares"` // approximate
	// PendingConfiguration is what the cluster is being changed to: an object, or null.
	PendingConfiguration jsontext.Value `json:"pending_configuration"`
}

// Pending reports whether the cluster is being changed to another configuration, as far as it says so.
func (p Protection) Pending() Bool {
	text := string(scalar(p.PendingConfiguration))
	switch {
	case len(p.PendingConfiguration) == 0:
		return Bool{}
	case text == "":
		return BoolOf(false)
	case text[0] == '{':
		return BoolOf(true)
	}
	return Bool{raw: shorten(text)}
}

// Protection asks how data are protected: GET /v1/cluster/protection/status.
func (c *Client) Protection(ctx context.Context) (Protection, error) {
	return getObject[Protection](ctx, c, ProtectionEndpoint)
}

// FaultTolerance is how many of each an object-backed cluster can lose now.
type FaultTolerance struct {
	Nodes        Number `json:"nodes"`
	Disks        Number `json:"disks"`
	FaultDomains Number `json:"fault_domains"`
}

// FaultTolerance asks what an object-backed cluster can lose:
// GET /v1/cluster/object-backed/protection/fault-tolerance, since 7.3.1.
func (c *Client) FaultTolerance(ctx context.Context) (FaultTolerance, error) {
	return getObject[FaultTolerance](ctx, c, FaultToleranceEndpoint)
}
