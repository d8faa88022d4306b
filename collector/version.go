package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var versionInfo = info("qumulo_version_info",
	"The release of Qumulo Core that the cluster runs, from /v1/version", "version", "revision_id", "build_id", "flavor", "build_date")

func version() Collector {
	return Collector{
		Name: "version", Help: "The release of Qumulo Core.", Enabled: true,
		Cost: "nothing", Query: `count by (version) (qumulo_version_info)`,
		Endpoints: []qumulo.Endpoint{qumulo.VersionEndpoint},
		Metrics:   []*Metric{versionInfo},
		Read:      readVersion,
	}
}

func readVersion(ctx context.Context, src *Source, out *Output) error {
	v, err := src.Version(ctx)
	if err != nil {
		return err
	}
	out.Facts.Release = v.Release()
	out.Add(versionInfo, 1, out.Facts.Release, string(v.RevisionID), string(v.BuildID), string(v.Flavor), string(v.BuildDate))
	return nil
}
