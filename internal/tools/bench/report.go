package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// result is one case.
type result struct {
	Case        string          `json:"case"`
	Exporter    harness.Figures `json:"exporter"`
	ClusterOnly harness.Figures `json:"exporter_cluster_only"` // with --no-web.exporter-metrics
	Floor       harness.Figures `json:"floor"`

	targets targets
}

// writeTable prints all results.
func writeTable(w io.Writer, results []result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "case\t\tscrapes\tp50 ms\tp99 ms\tCPU s per 1,000\tCPU p50 ms\tpeak RSS MiB\tRSS MiB\tpage KiB\t")
	for _, r := range results {
		row(table, r.Case, "exporter", r.Exporter)
		row(table, "", "no own metrics", r.ClusterOnly)
		row(table, "", "floor", r.Floor)
		ratio(table, "exporter : floor", r.Exporter, r.Floor)
		ratio(table, "no own metrics : floor", r.ClusterOnly, r.Floor)
	}
	return table.Flush()
}

func row(w io.Writer, name, program string, f harness.Figures) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%.2f\t%.2f\t%.3f\t%.2f\t%.1f\t%.1f\t%.0f\t\n", name, program, f.Scrapes, f.P50*1000, f.P99*1000,
		f.CPU*1000, f.CPUP50*1000, harness.MiB(f.PeakRSS), harness.MiB(f.RSS), float64(f.PageBytes)/1024)
}

func ratio(w io.Writer, name string, a, b harness.Figures) {
	fmt.Fprintf(w, "\t%s\t\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", name, a.P50/b.P50, a.P99/b.P99, a.CPU/b.CPU, a.CPUP50/b.CPUP50,
		float64(a.PeakRSS)/float64(b.PeakRSS), float64(a.RSS)/float64(b.RSS), float64(a.PageBytes)/float64(b.PageBytes))
}

// judge reports whether each case keeps to its targets.
func judge(w io.Writer, results []result) error {
	report := harness.NewReport(w)
	for _, r := range results {
		r.judge(report)
	}
	return report.Err()
}

func (r result) judge(report *harness.Report) {
	e, f, t := r.Exporter, r.Floor, r.targets
	if t.cpuRatio > 0 {
		report.Boundf(e.CPU <= t.cpuRatio*f.CPU, fmt.Sprintf("at most %g × the floor's", t.cpuRatio),
			"%s: CPU per scrape %.2f × the floor's (without its own metrics %.2f ×)", r.Case, e.CPU/f.CPU, r.ClusterOnly.CPU/f.CPU)
	}
	if t.peakRSS > 0 {
		report.Boundf(e.PeakRSS <= t.peakRSS, fmt.Sprintf("at most %g MiB", harness.MiB(t.peakRSS)), "%s: peak RSS %.1f MiB", r.Case, harness.MiB(e.PeakRSS))
	}
	if t.behind > 0 {
		behind := time.Duration((e.P50 - f.P50) * float64(time.Second))
		report.Boundf(behind <= t.behind, fmt.Sprintf("at most %s more", t.behind),
			"%s: p50 %.1f ms, %.1f ms more than the floor's", r.Case, e.P50*1000, behind.Seconds()*1000)
	}
	if t.p50 > 0 {
		report.Boundf(e.P50 <= t.p50.Seconds(), fmt.Sprintf("at most %s", t.p50), "%s: p50 %.1f ms", r.Case, e.P50*1000)
	}
}
