package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var clusterInfo = info("qumulo_cluster_info", "The cluster's name and UUID, from /v1/cluster/settings and /v1/node/state", "name", "uuid")

func cluster() Collector {
	return Collector{
		Name: "cluster", Help: "The cluster's name and UUID.", Enabled: true,
		Cost: "nothing", Query: `qumulo_up * on (instance) group_left (name) qumulo_cluster_info`,
		Endpoints: []qumulo.Endpoint{qumulo.ClusterSettingsEndpoint, qumulo.NodeStateEndpoint},
		Metrics:   []*Metric{clusterInfo},
		Read:      readCluster,
	}
}

func readCluster(ctx context.Context, src *Source, out *Output) error {
	nodeState := async(src, func() (qumulo.NodeState, error) { return src.NodeState(ctx) })
	settings, settingsErr := src.ClusterSettings(ctx)
	state, stateErr := nodeState()
	if err := noneRead(settingsErr, stateErr); err != nil {
		return err
	}
	out.Part("no name of the cluster", settingsErr)
	out.Part("no UUID of the cluster", stateErr)
	out.Add(clusterInfo, 1, string(settings.Name), string(state.ClusterID))
	return nil
}
