package exposition_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// TestAppend: a sample is written as expfmt writes it.
func TestAppend(t *testing.T) {
	labels := [][]string{nil, {"node_id", "1"}, {"node_id", "", "name", "a \"b\" \\ \n\té"}}
	values := []float64{
		0, math.Copysign(0, -1), 1, -1, 2, 10, 0.1, 1.5, 999_999, 999_999.5, 1e6, 1e6 + 1, 1_234_567, 1e15, 1 << 53, 1<<53 + 2, 1e20, 1e21, 1e22,
		18446744073709551615, math.MaxFloat64, math.SmallestNonzeroFloat64, -12.25, 1e-4, 1e-5, 1770091506.789, math.Inf(1), math.Inf(-1), math.NaN(),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		values = append(values, math.Float64frombits(random.Uint64()), float64(random.Int64N(2_000_000)))
	}
	family := exposition.Family{Name: "x", Type: exposition.Counter}
	var want bytes.Buffer
	name := "x_total"
	metrics := &dto.MetricFamily{Name: &name, Type: dto.MetricType_COUNTER.Enum()}
	for i, value := range values {
		pairs := labels[i%len(labels)]
		var text []byte
		metric := &dto.Metric{Counter: &dto.Counter{Value: &value}}
		for j := 0; j < len(pairs); j += 2 {
			text = exposition.AppendLabel(text, pairs[j], pairs[j+1])
			metric.Label = append(metric.Label, &dto.LabelPair{Name: &pairs[j], Value: &pairs[j+1]})
		}
		family.Append(name, text, value)
		metrics.Metric = append(metrics.Metric, metric)
	}
	if _, err := expfmt.MetricFamilyToText(&want, metrics); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(string(family.Samples), "\n")
	for i, line := range strings.Split(strings.TrimPrefix(want.String(), "# TYPE x_total counter\n"), "\n") {
		if got[i] != line {
			t.Errorf("%s, want %s", got[i], line)
		}
	}
	if family.Series != len(values) || len(got) != len(values)+1 {
		t.Errorf("%d series in %d lines, want %d", family.Series, len(got)-1, len(values))
	}
}
