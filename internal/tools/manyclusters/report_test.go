package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// TestBounds: a good run is good, and each bound can be broken.
func TestBounds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(one, all *figures)
		broken string // the beginning of the line that says so; "": none
	}{
		"all well":                 {func(_, _ *figures) {}, ""},
		"a round of scrapes less":  {func(_, all *figures) { all.took = all.took[10:] }, ""},
		"too few scrapes":          {func(_, all *figures) { all.took = all.took[11:] }, "scrapes: 89, about 100 expected; bound: at least 90"},
		"an incomplete page":       {func(_, all *figures) { all.faults = []string{"cluster-1: qumulo_up is not 1"} }, "pages that are not complete: 1; bound: 0"},
		"one late page":            {func(_, all *figures) { all.took[0] = 11 * time.Second; all.took = append(all.took, time.Second) }, ""},
		"two late pages":           {func(_, all *figures) { all.took[0], all.took[1] = 11*time.Second, 11*time.Second }, "scrape time: p50 50ms, p99 11s, longest 11s; bound: p99 at most 10s"},
		"memory up to the bound":   {func(one, all *figures) { all.rss = one.rss + 9*maxEach }, ""},
		"memory beyond it":         {func(one, all *figures) { all.rss = one.rss + 9*maxEach + 9 }, "resident memory: 20.0 MiB with one cluster, 29.0 MiB with all: 1.00 MiB"},
		"descriptors that grow":    {func(_, all *figures) { all.files = 41 }, "open file descriptors: 40 after a third of the time, 41 at the end; bound: no more"},
		"descriptors that are let": {func(_, all *figures) { all.files = 30 }, ""},
		"nothing measured":         {func(_, all *figures) { all.took = nil }, "scrapes: 0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := settings{clusters: 10, interval: time.Second, timeout: 10 * time.Second, duration: 10 * time.Second}
			one, all := figures{rss: 20 << 20}, figures{rss: 25 << 20, filesBefore: 40, files: 40}
			for range 100 {
				all.took = append(all.took, 50*time.Millisecond)
			}
			c.change(&one, &all)
			var out testutil.Log
			err := report(&out, s, one, all)
			broken := out.Lines("BROKEN")
			switch {
			case errors.Is(err, harness.ErrBroken) != (len(broken) > 0):
				t.Errorf("error %v:\n%s", err, &out)
			case c.broken == "" && err != nil, c.broken != "" && (len(broken) != 1 || !strings.HasPrefix(broken[0], "BROKEN  "+c.broken)):
				t.Errorf("broken %q, want %q", broken, c.broken)
			}
		})
	}
}
