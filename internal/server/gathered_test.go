package server_test

import (
	"bytes"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// registry has a metric of each kind, with what may be odd about it.
func registry(t *testing.T) []*dto.MetricFamily {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	gauges := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "g", Help: `a "help" with \ and` + "\na line"}, []string{"b", "a"})
	for label, value := range map[string]float64{
		"": 0, "x": -1, `"`: 1.5, `\`: 1e6, "\n": 999999, "ü": 1e21, "1": math.Inf(1), "2": math.Inf(-1), "3": math.NaN(), "4": math.SmallestNonzeroFloat64, "5": math.Copysign(0, -1),
	} {
		gauges.WithLabelValues(label, "y").Set(value)
	}
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "c_total", Help: "h"})
	bare := prometheus.NewCounter(prometheus.CounterOpts{Name: "bare", Help: "a counter without _total"})
	total := prometheus.NewGauge(prometheus.GaugeOpts{Name: "odd_total", Help: "a gauge with _total"})
	exemplar := prometheus.NewCounter(prometheus.CounterOpts{Name: "e_total", Help: "h"})
	histogram := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "h", Help: "h", Buckets: []float64{-1, .05, 1, 2.5e7}, NativeHistogramBucketFactor: 1.5}, []string{"l"})
	infinite := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "i", Buckets: []float64{1, math.Inf(1)}})
	native := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "n", Help: "h", NativeHistogramBucketFactor: 1.5})
	summary := prometheus.NewSummary(prometheus.SummaryOpts{Name: "s", Help: "h", Objectives: map[float64]float64{0.5: 0.05, 1: 0}})
	untyped := prometheus.NewUntypedFunc(prometheus.UntypedOpts{Name: "u", Help: "h"}, func() float64 { return 7 })
	r.MustRegister(gauges, counter, bare, total, exemplar, histogram, infinite, native, summary, untyped)
	for i := range 100 {
		counter.Add(1e5)
		histogram.WithLabelValues("a").Observe(float64(i) / 10)
		histogram.WithLabelValues("b").Observe(float64(i) * 1e6)
		infinite.Observe(float64(i))
		native.Observe(float64(i))
		summary.Observe(float64(i))
	}
	if adder, ok := exemplar.(prometheus.ExemplarAdder); ok {
		adder.AddWithExemplar(1, prometheus.Labels{"trace": "7"})
	}
	late := prometheus.NewDesc("late", "h", nil, nil)
	r.MustRegister(prometheus.CollectorFunc(func(ch chan<- prometheus.Metric) {
		ch <- prometheus.NewMetricWithTimestamp(time.Unix(5, 0), prometheus.MustNewConstMetric(late, prometheus.GaugeValue, 1))
	}))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// TestGatheredAsExpfmt: the families of a registry are written as expfmt writes them; in OpenMetrics whole numbers are without ".0".
func TestGatheredAsExpfmt(t *testing.T) {
	families := registry(t)
	for _, accept := range []string{"text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0"} {
		format := exposition.NegotiateFormat(http.Header{"Accept": {accept}})
		var got, want bytes.Buffer
		page := exposition.Page{}.With(families, nil)
		if err := exposition.NewWriter().Write(&got, page, format, exposition.Identity, func(err error) { t.Error(err) }); err != nil {
			t.Fatal(err)
		}
		encoder := expfmt.NewEncoder(&want, format)
		for _, f := range families {
			if err := encoder.Encode(f); err != nil {
				t.Fatal(err)
			}
		}
		if end, ok := encoder.(expfmt.Closer); ok {
			if err := end.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(withoutPoints(want.String()), withoutPoints(got.String())); diff != "" {
			t.Errorf("%s: expfmt's (-) and ours (+): %s", accept, diff)
		}
		if n := strings.Count(got.String(), "\n"); n < 100 {
			t.Errorf("%s: only %d lines", accept, n)
		}
	}
}

// withoutPoints cuts ".0" off the values, not off the labels.
func withoutPoints(page string) string {
	lines := strings.Split(page, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "#") && !strings.Contains(line, " # ") {
			lines[i] = strings.TrimSuffix(line, ".0")
		}
	}
	return strings.Join(lines, "\n")
}
