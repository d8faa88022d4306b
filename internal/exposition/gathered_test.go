package exposition_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// TestGatheredFault: a family that says another type than its metrics are is left out, as expfmt has it.
func TestGatheredFault(t *testing.T) {
	odd := own("c_total", dto.MetricType_COUNTER)
	odd.Metric[0].Counter, odd.Metric[0].Gauge = nil, &dto.Gauge{Value: new(float64)}
	var page bytes.Buffer
	var faults []error
	err := exposition.Page{}.With([]*dto.MetricFamily{own("a", dto.MetricType_GAUGE), odd, own("z", dto.MetricType_GAUGE)}, nil).
		WriteText(&page, func(err error) { faults = append(faults, err) })
	if err != nil || len(faults) != 1 || !strings.Contains(errors.Join(faults...).Error(), "c_total") {
		t.Errorf("%v, %v; want the fault of c_total", err, faults)
	}
	if !strings.Contains(page.String(), "\na 1\n") || !strings.Contains(page.String(), "\nz 1\n") {
		t.Errorf("the other families are not there:\n%s", page.String())
	}
}
