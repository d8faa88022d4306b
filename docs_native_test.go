package main

import (
	"maps"
	"slices"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const nativeIntro = `
The cluster's own metrics come with the names, types, labels and help that it sends, whatever these are: the table has those that
the vendor documents. Counters end in ` + "`_total`" + `, also where the cluster writes them otherwise. Histograms have one bucket
for all, so that they tell averages; without that bucket they are summaries. Timestamps, exemplars and creation times are left out.
What can't stand on a valid page is left out and counted. On Azure there is nothing with ` + "`node_id`" + `.

The cluster sends information metrics once a day or so, and wear and errors of drives about every two hours. In between the exporter
shows what was sent last, for as long as ` + "`hold`" + ` says; what is about nodes and drives that are gone, or replaced, it no longer shows.

`

// nativeTable lists the cluster's own metrics that are documented.
func nativeTable(t *testing.T, used map[string]users) string {
	t.Helper()
	families := map[string][]string{}
	for _, model := range []*qumulotest.Model{qumulotest.OnPremises(), qumulotest.CNQ()} {
		text, ok := model.Answer(qumulo.NativeMetricsEndpoint.Path)
		if !ok {
			t.Fatal("a simulated cluster has no metrics of its own")
		}
		parsed, _ := exposition.Parse(text)
		for _, f := range parsed {
			var labels []string
			for series := range f.All() {
				labels = series.Names()
			}
			families[f.MetricName()] = []string{code(f.MetricName()), f.Type.String(), code(slices.DeleteFunc(labels, func(l string) bool { return l == "le" })...)}
		}
	}
	rows := table("name", "type", "labels", "dashboards", "alerts")
	for _, name := range slices.Sorted(maps.Keys(families)) {
		rows.row(append(families[name], used[name].cells()...)...)
	}
	return rows.String()
}
