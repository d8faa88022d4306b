package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	timeSynchronizing = gauge("qumulo_time_synchronizing",
		"Whether the node synchronizes its clock (1) or not (0), from /v2/time/status; node_id is empty with /v1/time/status, which tells it of the cluster.",
		"node_id")
	timeSeconds = gauge("qumulo_time_seconds", "The cluster's clock as Unix time in seconds, from /v2/time/status or /v1/time/status.")
	timeOffset  = gauge("qumulo_time_offset_seconds",
		"The cluster's clock less the exporter's in the middle of the request, in seconds, from /v2/time/status or /v1/time/status.")
)

func clock() Collector {
	return Collector{
		Name: "time", Help: "The cluster's clock and its synchronization.", Enabled: true,
		Cost: "nodes", Query: `abs(qumulo_time_offset_seconds) > 2`,
		Endpoints: []qumulo.Endpoint{qumulo.TimeStatusEndpoint, qumulo.TimeStatusV1Endpoint},
		Metrics:   []*Metric{timeSynchronizing, timeSeconds, timeOffset},
		Read:      readTime,
	}
}

func readTime(ctx context.Context, src *Source, out *Output) error {
	status, err := src.TimeStatus(ctx)
	if err != nil {
		src.Memory.clockOffset.Store(nil) // it may have been set since
		return err
	}
	out.timestamp(timeSeconds, "time", status.Time)
	if now, ok := status.Time.Value(); ok {
		offset := now.Sub(status.Asked)
		src.Memory.clockOffset.Store(&offset)
		out.Add(timeOffset, offset.Seconds())
	} else {
		src.Memory.clockOffset.Store(nil)
	}
	out.malformed(status.Nodes.Malformed)
	seen := map[string]bool{}
	for _, n := range status.Nodes.Items {
		id := n.NodeID.Whole()
		if seen[id] || id == "" && len(status.Nodes.Items) > 1 { // one alone is the cluster as a whole
			out.warnf("the time status of a node is left out: node_id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		out.yesNo(timeSynchronizing, "status", n.Status, "TIME_SYNCHRONIZING", "TIME_NOT_SYNCHRONIZING", id)
	}
	return nil
}
