package collector

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	activityOperations = gauge("qumulo_client_activity_operations_per_second",
		"Operations per second of the busiest clients, means of one minute by samples, from /v1/analytics/activity/current, read every 1m by default.",
		"client", "operation")
	activityBytes = gauge("qumulo_client_activity_bytes_per_second",
		"Throughput of the busiest clients in bytes per second, means of one minute by samples, from /v1/analytics/activity/current, read every 1m by default.",
		"client", "operation")
)

// ActivityOptions say how many clients are shown.
type ActivityOptions struct {
	Top int `yaml:"top" doc:"How many clients are shown: those with the most operations, and those with the most bytes." min:"1" max:"1000"`
}

func activity() Collector {
	return Collector{
		Name: "activity", Help: "What the busiest clients do.", Interval: time.Minute,
		Cost: "clients and the files that they use", Query: `topk(5, sum by (client) (qumulo_client_activity_operations_per_second))`,
		Endpoints: []qumulo.Endpoint{qumulo.ActivityEndpoint},
		Metrics:   []*Metric{activityOperations, activityBytes},
		Options:   func() any { return &ActivityOptions{Top: 20} },
		Read:      readActivity,
	}
}

// activityKind is what a type of the API stands for.
type activityKind struct {
	metric    *Metric
	operation string
}

func activityKinds() map[string]activityKind {
	return map[string]activityKind{
		"file-iops-read":        {activityOperations, "file_read"},
		"file-iops-write":       {activityOperations, "file_write"},
		"metadata-iops-read":    {activityOperations, "metadata_read"},
		"metadata-iops-write":   {activityOperations, "metadata_write"},
		"file-throughput-read":  {activityBytes, "file_read"},
		"file-throughput-write": {activityBytes, "file_write"},
	}
}

func readActivity(ctx context.Context, src *Source, out *Output) error {
	list, err := src.Activity(ctx)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	kinds := activityKinds()
	operations, bytes := clientRates{}, clientRates{}
	for _, row := range list.Items {
		kind, known := kinds[string(row.Type)]
		switch rate, ok := out.value("rate", row.Rate, string(row.Client)); {
		case row.Client == "":
			out.warnf("activity is left out: ip, its client, is missing")
		case !known:
			out.warnf("activity is left out: the type %.40q is new", string(row.Type))
		case ok && kind.metric == activityBytes:
			bytes.add(string(row.Client), kind.operation, rate)
		case ok:
			operations.add(string(row.Client), kind.operation, rate)
		}
	}
	top := optionsOf[ActivityOptions](src).Top
	operations.show(out, activityOperations, top)
	bytes.show(out, activityBytes, top)
	return nil
}

// clientRates are rates by client and operation, summed over files.
type clientRates map[string]map[string]float64

func (r clientRates) add(client, operation string, rate float64) {
	if r[client] == nil {
		r[client] = map[string]float64{}
	}
	r[client][operation] += rate
}

// show adds the series of the busiest clients. Of two that are as busy the first by name goes first,
// so that it is the same one from read to read.
func (r clientRates) show(out *Output, m *Metric, top int) {
	totals := make(map[string]float64, len(r))
	for client, rates := range r {
		for _, operation := range slices.Sorted(maps.Keys(rates)) { // the same sum each time, to the last bit
			totals[client] += rates[operation]
		}
	}
	clients := slices.SortedFunc(maps.Keys(r), func(a, b string) int {
		return cmp.Or(cmp.Compare(totals[b], totals[a]), cmp.Compare(a, b))
	})
	for _, client := range clients[:min(max(top, 0), len(clients))] {
		for _, operation := range slices.Sorted(maps.Keys(r[client])) {
			out.Add(m, r[client][operation], client, operation)
		}
	}
}
