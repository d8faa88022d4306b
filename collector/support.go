package collector

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	supportStatus = states("qumulo_support_connection_status",
		"Whether the connection to Qumulo's service is in the status named by the label (1) or not (0), from /v1/support/status/, read at most every 1m.",
		words{known: []string{"disabled", "in_progress", "connected", "error", "error_pending"}}, "node_id", "service", "status")
	nexusEnabled = gauge("qumulo_nexus_enabled",
		"Whether Nexus is enabled (1) or not (0), from /v1/nexus/registration (since Qumulo Core 7.7.1), read at most every 1m.")
	nexusState = states("qumulo_nexus_registration_state",
		"Whether the registration with Nexus is in the state named by the label (1) or not (0), from /v1/nexus/registration, read at most every 1m.",
		words{known: []string{"none", "pending_registration", "error_registering", "registered"}}, "state")
)

func support() Collector {
	return Collector{
		Name: "support", Help: "Connections to Qumulo's monitoring and support.", Enabled: true, Interval: time.Minute,
		Cost: "nodes", Query: `qumulo_support_connection_status{service="monitoring", status="error"} == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.SupportEndpoint, qumulo.NexusEndpoint},
		Metrics:   []*Metric{supportStatus, nexusEnabled, nexusState},
		Read:      readSupport,
	}
}

func readSupport(ctx context.Context, src *Source, out *Output) error {
	waitNexus := async(src, func() (qumulo.Nexus, error) { return src.Nexus(ctx) })
	list, err := src.Support(ctx)
	nexus, nexusErr := waitNexus()
	if err := noneRead(err, nexusErr); err != nil {
		return err
	}
	if out.Part("no support connections", err) {
		addSupport(out, list)
	}
	if out.Part("no Nexus registration", nexusErr) {
		out.flag(nexusEnabled, "nexus_enabled", nexus.Enabled)
		if nexus.Status != "" {
			out.stateSet(nexusState, nexus.Status)
		}
	}
	return nil
}

func addSupport(out *Output, list qumulo.List[qumulo.Support]) {
	out.malformed(list.Malformed)
	seen := map[string]bool{}
	for _, s := range list.Items {
		id := s.NodeID.Whole()
		if id == "" || seen[id] {
			out.warnf("support connections are left out: their node_id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		for _, c := range []struct {
			service string
			status  qumulo.Text
		}{{"monitoring", s.Monitoring}, {"file_upload", s.FileUpload}, {"vpn", s.VPN}} {
			if c.status != "" { // a release may lack a service
				out.stateSet(supportStatus, c.status, id, c.service)
			}
		}
	}
}
