package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// TestTargets: each target can be missed, and then the run has failed.
func TestTargets(t *testing.T) {
	all := targets{cpuRatio: 2, peakRSS: 30 << 20, behind: 5 * time.Millisecond}
	for name, c := range map[string]struct {
		targets  targets
		exporter harness.Figures
		broken   string // the beginning of the line that says so; "": none
	}{
		"at each target": {all, harness.Figures{CPU: 2, PeakRSS: 30 << 20, P50: 0.105}, ""},
		"CPU":            {all, harness.Figures{CPU: 2.01, PeakRSS: 30 << 20, P50: 0.105}, "x: CPU per scrape 2.01 × the floor's"},
		"memory":         {all, harness.Figures{CPU: 2, PeakRSS: 30<<20 + 1, P50: 0.105}, "x: peak RSS 30.0 MiB; bound: at most 30 MiB"},
		"time":           {all, harness.Figures{CPU: 2, PeakRSS: 30 << 20, P50: 0.106}, "x: p50 106.0 ms, 6.0 ms more than the floor's; bound: at most 5ms more"},
		"no targets":     {targets{}, harness.Figures{CPU: 100, PeakRSS: 1 << 40, P50: 9}, ""},
	} {
		var out testutil.Log
		r := result{Case: "x", targets: c.targets, Exporter: c.exporter, ClusterOnly: c.exporter, Floor: harness.Figures{CPU: 1, P50: 0.1}}
		err := judge(&out, []result{r})
		broken := out.Lines("BROKEN")
		if errors.Is(err, harness.ErrBroken) != (c.broken != "") {
			t.Errorf("%s: error %v", name, err)
		}
		if c.broken == "" && len(broken) > 0 || c.broken != "" && (len(broken) != 1 || !strings.HasPrefix(broken[0], "BROKEN  "+c.broken)) {
			t.Errorf("%s: broken %q, want %q", name, broken, c.broken)
		}
	}
	if err := judge(io.Discard, []result{{targets: all, Exporter: harness.Figures{CPU: 9}}, {}}); !errors.Is(err, harness.ErrBroken) {
		t.Errorf("a good case after a bad one: %v", err)
	}
}
