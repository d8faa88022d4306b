package collector

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const fromAudit = ", from /v2/audit/destinations/{id}/status or, before Qumulo Core 7.9, /v1/audit/syslog/status"

var (
	auditConnection = states("qumulo_audit_connection_status",
		"Whether the node's connection to the destination of audit logs is in the state named by the label (1) or not (0)"+fromAudit+
			" with an empty node_id, read at most every 1m.",
		words{known: []string{"connected", "connecting", "disabled", "disconnected"}, prefix: "AUDIT_DESTINATION_"}, "node_id", "destination", "status")
	auditDestination = info("qumulo_audit_destination_info",
		"A destination of audit logs, from /v2/audit/destinations/; before Qumulo Core 7.9 syslog, and CloudWatch where nodes use it; read at most every 1m",
		"destination", "kind", "name", "address")
	auditError = gauge("qumulo_audit_last_error",
		"Whether the node has an error message of the destination of audit logs (1) or not (0)"+fromAudit+
			" and /v1/audit/cloudwatch/status, read at most every 1m.",
		"node_id", "destination")
)

func audit() Collector {
	return Collector{
		Name: "audit", Help: "Where audit logs go, and how the nodes reach it.", Enabled: true, Interval: time.Minute,
		Cost: "nodes and destinations", Query: `qumulo_audit_connection_status{status="disconnected"} == 1`,
		Endpoints: []qumulo.Endpoint{
			qumulo.AuditDestinationsEndpoint, qumulo.AuditDestinationStatusEndpoint, qumulo.AuditSyslogStatusEndpoint, qumulo.AuditCloudWatchStatusEndpoint,
		},
		Metrics: []*Metric{auditConnection, auditDestination, auditError},
		Read:    readAudit,
	}
}

func readAudit(ctx context.Context, src *Source, out *Output) error {
	list, err := src.AuditDestinations(ctx)
	if errors.Is(err, qumulo.ErrNotSupported) {
		return readAuditV1(ctx, src, out)
	}
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	statuses := map[qumulo.Text]func() (qumulo.AuditStatus, error){}
	var destinations []qumulo.AuditDestination
	for _, d := range list.Items {
		if d.ID == "" || statuses[d.ID] != nil {
			out.warnf("an audit destination is left out: its id %q is missing or taken", d.ID)
			continue
		}
		destinations = append(destinations, d)
		statuses[d.ID] = async(src, func() (qumulo.AuditStatus, error) { return src.AuditDestinationStatus(ctx, d.ID) })
	}
	for _, d := range destinations {
		status, err := statuses[d.ID]()
		if errors.Is(err, qumulo.ErrNoObject) {
			continue // it has gone since it was listed
		}
		config, _ := d.Config.Value()
		out.Add(auditDestination, 1, string(d.ID), strings.ToLower(string(config.Type)), string(config.Name), string(config.Address))
		if out.Part("no status of the audit destination "+string(d.ID), err) {
			addAudit(out, string(d.ID), status)
		}
	}
	return nil
}

// readAuditV1 reads the two destinations that there are before 7.9.0. A cluster of which no node tells of
// CloudWatch does not use it.
func readAuditV1(ctx context.Context, src *Source, out *Output) error {
	const syslog, cloudWatch = "syslog", "cloudwatch"
	cloudWatchStatus := async(src, func() (qumulo.AuditStatus, error) { return src.AuditCloudWatchStatus(ctx) })
	status, syslogErr := src.AuditSyslogStatus(ctx)
	nodes, cloudWatchErr := cloudWatchStatus()
	if err := noneRead(syslogErr, cloudWatchErr); err != nil {
		return err
	}
	if out.Part("no syslog", syslogErr) {
		out.Add(auditDestination, 1, syslog, syslog, "", "")
		addAudit(out, syslog, status)
	}
	if out.Part("no CloudWatch", cloudWatchErr) && len(nodes.Nodes.Items) > 0 {
		out.Add(auditDestination, 1, cloudWatch, cloudWatch, "", "")
		addAudit(out, cloudWatch, nodes)
	}
	return nil
}

// addAudit adds the nodes' connections to a destination.
func addAudit(out *Output, destination string, status qumulo.AuditStatus) {
	out.malformed(status.Nodes.Malformed)
	seen := map[string]bool{}
	for _, n := range status.Nodes.Items {
		id := n.NodeID.Whole()
		if seen[id] || id == "" && len(status.Nodes.Items) > 1 { // one alone is the cluster as a whole
			out.warnf("a status of the audit destination %s is left out: node_id %q is missing or taken", destination, id)
			continue
		}
		seen[id] = true
		connection, said := n.Status.Value()
		if !said {
			continue
		}
		if connection.Status != "" {
			out.stateSet(auditConnection, connection.Status, id, destination)
		}
		out.Add(auditError, Boolean(connection.Error != ""), id, destination)
	}
}
