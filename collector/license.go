package collector

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var licenseState = states("qumulo_license_state",
	"Whether the cluster's license is in the state named by the label (1) or not (0), from /v1/license/status, read at most every 5m.",
	words{known: []string{"none", "active", "expired"}, prefix: "LICENSE_STATE_"}, "state")

func license() Collector {
	return Collector{
		Name: "license", Help: "The state of the license.", Enabled: true, Interval: 5 * time.Minute,
		Cost: "nothing", Query: `qumulo_license_state{state="expired"} == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.LicenseStatusEndpoint},
		Metrics:   []*Metric{licenseState},
		Read:      readLicense,
	}
}

func readLicense(ctx context.Context, src *Source, out *Output) error {
	status, err := src.LicenseStatus(ctx)
	if err != nil {
		return err
	}
	out.stateSet(licenseState, status.State)
	return nil
}
