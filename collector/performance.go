package collector

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	// performanceWindow is how far back the time series are asked for: samples that are older
	// say nothing of now.
	performanceWindow = 600 * time.Second
	// performanceMean is over how many seconds the rates are averaged.
	performanceMean = 60
	// maxTime is up to where a float64 tells a second from the next one.
	maxTime = 1 << 53
)

var (
	clusterOperations = gauge("qumulo_cluster_operations_per_second",
		"Operations per second of the whole cluster, the mean of the newest 60 seconds in the answer, from /v1/analytics/time-series/.", "operation")
	clusterThroughput = gauge("qumulo_cluster_throughput_bytes_per_second",
		"Throughput of the whole cluster in bytes per second, the mean of the newest 60 seconds in the answer, from /v1/analytics/time-series/.", "operation")
)

// rate is where a time series is shown.
type rate struct {
	metric    *Metric
	operation string
}

// rates are the time series that are shown, by id. Totals are their sums; of the others (reclaim,
// latency) no unit is documented.
func rates() map[string]rate {
	return map[string]rate{
		"iops.read.rate": {clusterOperations, "read"}, "iops.write.rate": {clusterOperations, "write"},
		"throughput.read.rate": {clusterThroughput, "read"}, "throughput.write.rate": {clusterThroughput, "write"},
	}
}

func performance() Collector {
	return Collector{
		Name: "performance", Help: "Operations and throughput of the whole cluster.", Enabled: true,
		Cost: "nothing", Query: `sum by (instance) (qumulo_cluster_throughput_bytes_per_second)`,
		Endpoints: []qumulo.Endpoint{qumulo.TimeSeriesEndpoint},
		Metrics:   []*Metric{clusterOperations, clusterThroughput},
		Read:      readPerformance,
	}
}

func readPerformance(ctx context.Context, src *Source, out *Output) error {
	list, err := newestSeries(ctx, src)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	shown := rates()
	for _, s := range list.Items {
		r, ok := shown[string(s.ID)]
		switch {
		case !ok:
			continue
		case r.metric == nil:
			out.warnf("a time series is left out: %s is there twice", s.ID)
			continue
		}
		shown[string(s.ID)] = rate{}
		if mean, ok := newestMean(out, s); ok {
			out.Add(r.metric, mean, r.operation)
		}
	}
	return nil
}

// newestSeries asks for the last ten minutes by the cluster's clock. Until that is known, the
// exporter's has to do: where the cluster's is ahead, the answer begins earlier and is larger, and where
// it is behind, the answer is empty, and all that the cluster keeps is asked for. That is a large
// answer, but a rare one, and it needs neither another privilege nor a header that is nowhere promised.
func newestSeries(ctx context.Context, src *Source) (qumulo.List[qumulo.TimeSeries], error) {
	now, known := src.clusterNow()
	list, err := src.TimeSeries(ctx, now.Add(-performanceWindow))
	empty := !slices.ContainsFunc(list.Items, func(s qumulo.TimeSeries) bool { return len(s.Values) > 0 })
	if err == nil && empty && !known {
		return src.TimeSeries(ctx, time.Unix(0, 0))
	}
	return list, err
}

// newestMean returns the mean of the newest 60 seconds of a time series by its own times; ok is
// false where it has none.
func newestMean(out *Output, s qumulo.TimeSeries) (mean float64, ok bool) {
	spans, problem := spansOf(s)
	if problem != "" {
		out.warnf("%s: %s: no series", s.ID, problem)
	}
	if len(spans) == 0 {
		return 0, false
	}
	newest := spans[0].end
	for _, sp := range spans {
		newest = max(newest, sp.end)
	}
	var sum, weights float64
	for i, sp := range spans {
		if sp.end <= newest-performanceMean {
			continue
		}
		if v, ok := out.value("values", s.Values[i], string(s.ID)); ok {
			weight := sp.weight(newest - performanceMean)
			sum, weights = sum+v*weight, weights+weight
		}
	}
	return sum / weights, weights > 0
}

// span is the time that a value holds for. Where only a moment is known, begin is its end.
type span struct{ begin, end float64 }

// weight is how many seconds of the span are later than since; a moment weighs 1.
func (s span) weight(since float64) float64 {
	if s.begin == s.end {
		return 1
	}
	return s.end - max(s.begin, since)
}

// spansOf returns the spans of the values, or what is wrong with the times. They are the bounds of
// intervals, one more than values. As many times as values are moments, in any order.
func spansOf(s qumulo.TimeSeries) (spans []span, problem string) {
	times := make([]float64, len(s.Times))
	for i, t := range s.Times {
		var ok bool
		if times[i], ok = t.Value(); !ok {
			return nil, "one of its times is not a number"
		}
		if math.Abs(times[i]) > maxTime {
			return nil, "one of its times is out of range"
		}
	}
	switch len(times) {
	case len(s.Values):
		for _, t := range times {
			spans = append(spans, span{t, t})
		}
	case len(s.Values) + 1:
		for i := range s.Values {
			if times[i] >= times[i+1] {
				return nil, "its times do not ascend"
			}
			spans = append(spans, span{times[i], times[i+1]})
		}
	default:
		return nil, fmt.Sprintf("it has %d times and %d values", len(times), len(s.Values))
	}
	return spans, ""
}
