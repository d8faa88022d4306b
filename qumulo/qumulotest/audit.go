package qumulotest

import (
	"slices"
	"strconv"
	"strings"
)

// auditConnection is how the audit log of a node, or of the cluster before 7.9.0, reaches its destination.
type auditConnection struct {
	Status  string `json:"connection_status"`
	Message string `json:"error_message"`
	Details string `json:"error_details"`
	Time    string `json:"error_timestamp,omitempty"` // v2
}

type auditNode struct {
	NodeID int             `json:"node_id"`
	Status auditConnection `json:"status"`
}

// auditDestination is a destination with the states of the nodes, which take turns.
type auditDestination struct {
	id     string
	config map[string]any
	states []string
}

// audit is where audit logs go: clusters in the cloud send them to one syslog server, busy ones to CloudWatch too, and
// others nowhere. v1 shows the worst state of the nodes for syslog, and their errors for CloudWatch.
func audit(c cluster, m *Model) {
	var all []auditDestination
	if c.busy || c.platform != onPremises {
		all = append(all, auditDestination{"1", map[string]any{
			"type": "SYSLOG", "name": "collector", "enabled": true, "server_address": "syslog.example.com", "server_port": 514, "log_format": "json",
		}, []string{"CONNECTED"}})
	}
	if c.busy {
		all[0].states = []string{"CONNECTED", "CONNECTING", "DISCONNECTED", "DISABLED"}
		all = append(all, auditDestination{"2", map[string]any{
			"type": "CLOUDWATCH", "name": "cloud", "enabled": true, "log_group_name": "audit", "region": "us-west-2",
		}, []string{"CONNECTED", "DISCONNECTED"}})
	}
	list := []any{}
	syslog, cloudWatch := auditConnection{Status: "AUDIT_LOG_DISABLED"}, map[string]any{}
	for _, d := range all {
		list = append(list, map[string]any{"id": d.id, "config": d.config})
		nodes := d.nodes(c.nodes)
		m.Set("/v2/audit/destinations/"+d.id+"/status", map[string]any{"node_statuses": nodes})
		if d.config["type"] == "SYSLOG" {
			syslog = worstAudit(nodes)
			continue
		}
		for _, n := range nodes {
			seen := map[string]any{"last_seen_error": nil}
			if n.Status.Message != "" {
				seen["last_seen_error"] = map[string]string{"error_message": n.Status.Message, "error_details": n.Status.Details}
			}
			cloudWatch[strconv.Itoa(n.NodeID)] = seen
		}
	}
	m.Set("/v2/audit/destinations/", map[string]any{"destinations": list}).
		Set("/v1/audit/syslog/status", syslog).
		Set("/v1/audit/cloudwatch/status", map[string]any{"node_statuses": cloudWatch})
}

func (d auditDestination) nodes(nodes []node) []auditNode {
	rows := make([]auditNode, len(nodes))
	for i, n := range nodes {
		state := d.states[i%len(d.states)]
		rows[i] = auditNode{n.ID, auditConnection{Status: "AUDIT_DESTINATION_" + state}}
		if state == "DISCONNECTED" {
			rows[i].Status.Message, rows[i].Status.Details = "Could not connect", "timed out"
			rows[i].Status.Time = "2026-02-03T04:00:00.123456789Z"
		}
	}
	return rows
}

// worstAudit is what v1 says of a cluster whose nodes are in different states.
func worstAudit(nodes []auditNode) auditConnection {
	order := []string{"DISABLED", "CONNECTED", "CONNECTING", "DISCONNECTED"}
	rank := func(n auditNode) int {
		return slices.Index(order, strings.TrimPrefix(n.Status.Status, "AUDIT_DESTINATION_"))
	}
	worst := slices.MaxFunc(nodes, func(a, b auditNode) int { return rank(a) - rank(b) }).Status
	worst.Status = "AUDIT_LOG_" + order[rank(auditNode{Status: worst})]
	worst.Time = ""
	return worst
}
