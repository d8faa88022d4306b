package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

const (
	// maxEach is what each cluster beyond the first may cost, in bytes of resident memory.
	maxEach = 1 << 20
	// shown is how many pages that are not complete are named.
	shown = 3
)

// report writes the figures, and of each bound whether it holds; it returns harness.ErrBroken where one does not.
func report(w io.Writer, s settings, one, all figures) error {
	slices.Sort(all.took)
	at := func(share float64) time.Duration { return harness.Quantile(all.took, share).Round(time.Millisecond) }
	r := harness.NewReport(w)
	wanted := s.clusters * int(s.duration/s.interval)
	r.Boundf(len(all.took) >= wanted-s.clusters, fmt.Sprintf("at least %d", wanted-s.clusters), "scrapes: %d, about %d expected", len(all.took), wanted)
	r.Boundf(len(all.faults) == 0, "0", "pages that are not complete: %d", len(all.faults))
	for _, fault := range all.faults[:min(shown, len(all.faults))] {
		r.Notef("  %s", fault)
	}
	r.Boundf(at(.99) <= s.timeout, fmt.Sprintf("p99 at most %s", s.timeout), "scrape time: p50 %s, p99 %s, longest %s", at(.5), at(.99), at(1))
	each := (all.rss - one.rss) / int64(s.clusters-1)
	r.Boundf(each <= maxEach, fmt.Sprintf("at most %g MiB", harness.MiB[int64](maxEach)),
		"resident memory: %.1f MiB with one cluster, %.1f MiB with all: %.2f MiB for each beyond the first",
		harness.MiB(one.rss), harness.MiB(all.rss), harness.MiB(each))
	r.Boundf(all.files <= all.filesBefore, "no more", "open file descriptors: %d after a third of the time, %d at the end", all.filesBefore, all.files)
	r.Notef("CPU: %.1f ms a scrape", all.cpu.Seconds()*1000/float64(max(1, len(all.took))))
	return r.Err()
}
