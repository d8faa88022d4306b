package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// The bounds. Those of time are for a series; CPU is that of a whole scrape by the number of series on its page.
const (
	identityCPU = 900 * time.Nanosecond
	gzipCPU     = 2 * time.Microsecond
	identityP50 = time.Microsecond
	peakRSS     = 80 << 20
)

// result is one case.
type result struct {
	Series   int             `json:"series"`
	Identity harness.Figures `json:"exporter_identity"`
	Gzip     harness.Figures `json:"exporter_gzip"`
	Copy     harness.Figures `json:"copy"`
}

// writeTable prints all results.
func writeTable(w io.Writer, results []result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "series\t\tscrapes\tp50 ms\tp99 ms\tCPU ms\tCPU p50 ms\tpeak RSS MiB\tRSS MiB\tpage KiB\t")
	for _, r := range results {
		row(table, fmt.Sprint(r.Series), "exporter", r.Identity)
		row(table, "", "exporter, gzip", r.Gzip)
		row(table, "", "copy", r.Copy)
	}
	return table.Flush()
}

func row(w io.Writer, name, program string, f harness.Figures) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t%.0f\t\n", name, program, f.Scrapes, f.P50*1000, f.P99*1000,
		f.CPU*1000, f.CPUP50*1000, harness.MiB(f.PeakRSS), harness.MiB(f.RSS), float64(f.PageBytes)/1024)
}

// judge reports whether each case keeps to its bounds.
func judge(w io.Writer, results []result) error {
	report := harness.NewReport(w)
	for _, r := range results {
		r.judge(report)
	}
	return report.Err()
}

func (r result) judge(report *harness.Report) {
	within := func(seconds, copied float64, each time.Duration, what string) {
		bound := time.Duration(r.Series) * each
		report.Boundf(seconds <= bound.Seconds(), fmt.Sprintf("at most %s", bound), "%d series: %s %.2f ms, %.1f × the copy's",
			r.Series, what, seconds*1000, seconds/copied)
	}
	within(r.Identity.CPU, r.Copy.CPU, identityCPU, "CPU per scrape")
	within(r.Gzip.CPU, r.Copy.CPU, gzipCPU, "CPU per scrape with gzip")
	within(r.Identity.P50, r.Copy.P50, identityP50, "p50")
	peak := max(r.Identity.PeakRSS, r.Gzip.PeakRSS)
	report.Boundf(peak <= peakRSS, fmt.Sprintf("at most %d MiB", peakRSS>>20), "%d series: peak RSS %.1f MiB", r.Series, harness.MiB(peak))
}
