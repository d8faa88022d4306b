package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	psuStatus = states("qumulo_psu_status",
		"Whether the power supply is in the status named by the label (1) or not (0), from /v1/cluster/nodes/chassis/; cloud nodes have none.",
		words{known: []string{"good", "failed", "missing", "no_ac", "prefail"}}, "node_id", "psu", "location", "status")
	nodeIdentifyLight = gauge("qumulo_node_identify_light_on",
		"Whether the node's identification light is on (1) or off (0), from /v1/cluster/nodes/chassis/, else /v1/cluster/nodes/uid-lights/.", "node_id")
)

func psu() Collector {
	return Collector{
		Name: "psu", Help: "Power supplies and identification lights of the nodes.", Enabled: true,
		Cost: "nodes", Query: `qumulo_psu_status{status!="good"} == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.ChassisEndpoint, qumulo.UIDLightsEndpoint},
		Metrics:   []*Metric{psuStatus, nodeIdentifyLight},
		Read:      readPSU,
	}
}

func readPSU(ctx context.Context, src *Source, out *Output) error {
	list, err := src.Chassis(ctx)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	seen := map[string]bool{}
	for _, c := range list.Items {
		id := c.ID.Whole()
		if id == "" || seen[id] {
			out.warnf("a chassis is left out: its node id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		out.flag(nodeIdentifyLight, "light_visible", c.LightVisible, id)
		addPSUs(out, id, c.PSUs)
	}
	return nil
}

func addPSUs(out *Output, node string, psus qumulo.List[qumulo.PSU]) {
	out.malformed(psus.Malformed)
	type place struct{ name, location string }
	seen := map[place]bool{}
	for _, p := range psus.Items {
		at := place{string(p.Name), optionalWord(p.Location)}
		if at == (place{}) || seen[at] {
			out.warnf("a power supply of node %s is left out: its name %q is missing or taken", node, p.Name)
			continue
		}
		seen[at] = true
		out.stateSet(psuStatus, p.State, node, at.name, at.location)
	}
}
