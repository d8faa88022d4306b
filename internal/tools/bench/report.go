package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// result is one case.
type result struct {
	Case        string  `json:"case"`
	Exporter    figures `json:"exporter"`
	ClusterOnly figures `json:"exporter_cluster_only"` // with --no-web.exporter-metrics
	Floor       figures `json:"floor"`

	targets targets
}

// writeTable prints all results, and beside each target whether it is met.
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
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, r := range results {
		for _, line := range r.verdicts() {
			fmt.Fprintln(w, line)
		}
	}
	return nil
}

func row(w io.Writer, name, program string, f figures) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%.2f\t%.2f\t%.3f\t%.2f\t%.1f\t%.1f\t%.0f\t\n", name, program, f.Scrapes, f.P50*1000, f.P99*1000,
		f.CPU*1000, f.CPUP50*1000, float64(f.PeakRSS)/mib, float64(f.RSS)/mib, float64(f.PageBytes)/1024)
}

func ratio(w io.Writer, name string, a, b figures) {
	fmt.Fprintf(w, "\t%s\t\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", name, a.P50/b.P50, a.P99/b.P99, a.CPU/b.CPU, a.CPUP50/b.CPUP50,
		float64(a.PeakRSS)/float64(b.PeakRSS), float64(a.RSS)/float64(b.RSS), float64(a.PageBytes)/float64(b.PageBytes))
}

// verdicts gives a line for each target of the case.
func (r result) verdicts() []string {
	var lines []string
	verdict := func(met bool, format string, args ...any) {
		word := "MISSED"
		if met {
			word = "OK"
		}
		lines = append(lines, fmt.Sprintf("%-6s  %s: ", word, r.Case)+fmt.Sprintf(format, args...))
	}
	e, f, t := r.Exporter, r.Floor, r.targets
	if t.cpuRatio > 0 {
		verdict(e.CPU <= t.cpuRatio*f.CPU, "CPU per scrape %.2f × the floor's, at most %g × (without its own metrics %.2f ×)",
			e.CPU/f.CPU, t.cpuRatio, r.ClusterOnly.CPU/f.CPU)
	}
	if t.peakRSS > 0 {
		verdict(e.PeakRSS <= t.peakRSS, "peak RSS %.1f MiB, at most %d MiB", float64(e.PeakRSS)/mib, t.peakRSS/mib)
	}
	if t.behind > 0 {
		behind := time.Duration((e.P50 - f.P50) * float64(time.Second))
		verdict(behind <= t.behind, "p50 %.1f ms, %.1f ms more than the floor's, at most %s", e.P50*1000, behind.Seconds()*1000, t.behind)
	}
	return lines
}
