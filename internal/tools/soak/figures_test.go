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

// good is what a run of two minutes without a fault of the exporter leaves behind: one scrape a
// second, tokens of 30 s, and a node that stops.
func good() record {
	r := record{
		settings:   settings{duration: 2 * time.Minute, rate: 1, tokenLife: 30 * time.Second, nodeEvery: 40 * time.Second, timeout: 10 * time.Second},
		outages:    []outage{{kind: stops, node: "a", began: at(40_010), struck: at(40_020), ended: at(55_000)}},
		handshakes: 16,
		start:      harness.Page{"go_goroutines": 24, "process_open_fds": 19},
		end: harness.Page{
			"go_goroutines": 30, "process_open_fds": 20,
			`qumulo_exporter_address_failovers_total{target="c"}`: 1, `qumulo_exporter_tls_handshakes_total{target="c"}`: 16,
		},
	}
	for s := range 120 {
		r.scrapes = append(r.scrapes, whole(s*1000, s*1000+50))
		r.rss = append(r.rss, 20<<20+int64(s)*1000)
	}
	for _, ms := range []int{10, 31_010, 62_010, 93_010} {
		r.traffic.logins = append(r.traffic.logins, login{at: at(ms), node: "b", status: 200})
	}
	return r
}

// TestBounds: a good run is good, and each bound can be broken.
func TestBounds(t *testing.T) {
	tests := map[string]struct {
		change func(r *record)
		broken string // the beginning of the line that says so; "": none
	}{
		"all well":                      {func(*record) {}, ""},
		"a page that a fault explains":  {func(r *record) { r.scrapes[40] = broken(40_000, 40_050) }, ""},
		"a page that none explains":     {func(r *record) { r.scrapes[41] = broken(41_000, 41_050) }, "pages: 119 complete, 0 explained by the faults, 1 unexplained"},
		"too few scrapes":               {func(r *record) { r.scrapes = r.scrapes[6:] }, ""},
		"far too few scrapes":           {func(r *record) { r.scrapes = r.scrapes[7:] }, "scrapes: 113 of 120"},
		"a late page":                   {func(r *record) { r.scrapes[41] = whole(41_000, 51_001) }, "scrape time: p50 0.050 s, p99 0.050 s, longest 10.001 s; 1 beyond"},
		"a login too many":              {func(r *record) { r.traffic.logins = append(r.traffic.logins, login{at(100_000), "b", 200}) }, "logins seen at the cluster: 4"},
		"a login too few":               {func(r *record) { r.traffic.logins = r.traffic.logins[:3] }, "logins seen at the cluster: 3; 0 more lost to faults, 0 more unexplained; bound: 4 to 4"},
		"no fail-over":                  {func(r *record) { r.end["qumulo_exporter_address_failovers_total{target=\"c\"}"] = 0 }, "fail-overs: 0; bound: 1"},
		"fail-overs without a fault":    {func(r *record) { r.end["qumulo_exporter_address_failovers_total{target=\"c\"}"] = 2 }, "fail-overs: 2; bound: 1"},
		"a handshake while all is well": {func(r *record) { r.needless = 1 }, "TLS handshakes: 16"},
		"memory that grows": {func(r *record) {
			for i := range r.rss {
				r.rss[i] += int64(i) * 40_000
			}
		}, "resident memory: "},
		"memory that shrinks": {func(r *record) {
			for i := range r.rss {
				r.rss[i] -= int64(i) * 40_000
			}
		}, "resident memory: "},
		"no memory":   {func(r *record) { r.rss = nil }, "resident memory: "},
		"goroutines":  {func(r *record) { r.end["go_goroutines"] = 24 + moreGoroutines + 1 }, "goroutines: 24"},
		"descriptors": {func(r *record) { r.end["process_open_fds"] = 19 + moreDescriptors + 1 }, "open file descriptors: 19"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := good()
			test.change(&r)
			var out testutil.Log
			err := judge(r).report(&out)
			lines := out.Lines("BROKEN")
			switch {
			case errors.Is(err, harness.ErrBroken) != (len(lines) > 0):
				t.Errorf("error %v:\n%s", err, &out)
			case test.broken == "" && err != nil, test.broken != "" && (len(lines) != 1 || !strings.HasPrefix(lines[0], "BROKEN  "+test.broken)):
				t.Errorf("broken: %q, want %q", lines, test.broken)
			}
		})
	}
}

// TestEmptyRun: a run that was interrupted at once has nothing to show, and does not pass.
func TestEmptyRun(t *testing.T) {
	if err := judge(record{settings: good().settings}).report(io.Discard); !errors.Is(err, harness.ErrBroken) {
		t.Errorf("error %v", err)
	}
}
