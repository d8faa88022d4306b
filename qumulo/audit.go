package qumulo

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
)

// auditBytes bounds what nodes tell of a destination. Each of up to 265 says why it does not reach it, in the
// error's details too, which may be long.
const auditBytes = 16 << 20

// Where audit logs go. The vendor allows 20 destinations. Before 7.9.0 there are two, syslog and
// CloudWatch, each with an endpoint of its own.
var (
	AuditDestinationsEndpoint = Endpoint{
		Name: "list audit destinations", Path: "/v2/audit/destinations/", Privilege: "PRIVILEGE_AUDIT_READ", Since: "7.9.0", MaxRows: 100,
	}
	AuditDestinationStatusEndpoint = Endpoint{
		Name: "get audit destination status", Path: "/v2/audit/destinations/{id}/status", Privilege: "PRIVILEGE_AUDIT_READ", Since: "7.9.0", Missing: NoObject,
		MaxBytes: auditBytes,
	}
	AuditSyslogStatusEndpoint     = Endpoint{Name: "get audit syslog status", Path: "/v1/audit/syslog/status", Privilege: "PRIVILEGE_AUDIT_READ"}
	AuditCloudWatchStatusEndpoint = Endpoint{
		Name: "get audit CloudWatch status", Path: "/v1/audit/cloudwatch/status", Privilege: "PRIVILEGE_AUDIT_READ", MaxBytes: auditBytes,
	}
)

// AuditDestination is where audit logs go.
type AuditDestination struct {
	ID     Text                `json:"id"`
	Config Object[AuditConfig] `json:"config"`
}

// AuditConfig is what was configured of a destination.
type AuditConfig struct {
	Type    Text `json:"type"` // SYSLOG, CLOUDWATCH, LOCAL
	Name    Text `json:"name"`
	Address Text `json:"server_address"` // of syslog
}

// AuditStatus is how the nodes reach a destination.
type AuditStatus struct {
	Nodes List[AuditNodeStatus]
}

// AuditNodeStatus is how one node reaches a destination.
type AuditNodeStatus struct {
	NodeID Text                    `json:"node_id"` // "" of syslog before 7.9.0: the cluster as a whole
	Status Object[AuditConnection] `json:"status"`
}

// AuditConnection is the connection to a destination.
type AuditConnection struct {
	// Status is AUDIT_DESTINATION_CONNECTED, ..._CONNECTING, ..._DISABLED, ..._DISCONNECTED. CloudWatch has none
	// before 7.9.0.
	Status Text `json:"connection_status"`
	Error  Text `json:"error_message"`
}

// AuditDestinations lists the destinations: GET /v2/audit/destinations/, since 7.9.0.
func (c *Client) AuditDestinations(ctx context.Context) (List[AuditDestination], error) {
	return getMember[AuditDestination](ctx, c, AuditDestinationsEndpoint, "destinations")
}

// AuditDestinationStatus asks how the nodes reach a destination: GET /v2/audit/destinations/{id}/status, since
// 7.9.0. A destination that has gone is ErrNoObject.
func (c *Client) AuditDestinationStatus(ctx context.Context, id Text) (AuditStatus, error) {
	nodes, err := getMember[AuditNodeStatus](ctx, c, AuditDestinationStatusEndpoint, "node_statuses", id)
	return AuditStatus{Nodes: nodes}, err
}

// AuditSyslogStatus asks how the cluster reaches its syslog server: GET /v1/audit/syslog/status.
func (c *Client) AuditSyslogStatus(ctx context.Context) (AuditStatus, error) {
	s, err := getObject[AuditConnection](ctx, c, AuditSyslogStatusEndpoint)
	if word, ok := strings.CutPrefix(string(s.Status), "AUDIT_LOG_"); ok {
		s.Status = Text("AUDIT_DESTINATION_" + word)
	}
	return AuditStatus{Nodes: List[AuditNodeStatus]{Items: []AuditNodeStatus{{Status: ObjectOf(s)}}}}, err
}

// AuditCloudWatchStatus asks what errors the nodes have seen of CloudWatch: GET /v1/audit/cloudwatch/status.
func (c *Client) AuditCloudWatchStatus(ctx context.Context) (status AuditStatus, err error) {
	type seenError struct {
		Error Object[AuditConnection] `json:"last_seen_error"` // null: none
	}
	s, err := getObject[struct {
		Nodes Map[Object[seenError]] `json:"node_statuses"`
	}](ctx, c, AuditCloudWatchStatusEndpoint)
	ids := slices.SortedFunc(maps.Keys(s.Nodes), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	for _, id := range ids {
		seen := s.Nodes[id].value.Error.value
		status.Nodes.Items = append(status.Nodes.Items, AuditNodeStatus{NodeID: Text(id), Status: ObjectOf(seen)})
	}
	return status, err
}
