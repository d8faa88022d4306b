package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// TestBounds: each bound can be broken, and then the run has failed.
func TestBounds(t *testing.T) {
	good := func(change func(*result)) result {
		figures := harness.Figures{CPU: 0.0018, P50: 0.002, PeakRSS: 80 << 20}
		r := result{Series: 2000, Identity: figures, Gzip: figures, Copy: harness.Figures{CPU: 0.0005, P50: 0.001}}
		r.Gzip.CPU, r.Gzip.P50 = 0.004, 9
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		change func(*result)
		broken string // the beginning of the line that says so; "": none
	}{
		"at each bound":    {func(*result) {}, ""},
		"CPU":              {func(r *result) { r.Identity.CPU += 1e-5 }, "2000 series: CPU per scrape 1.81 ms, 3.6 × the copy's; bound: at most 1.8ms"},
		"CPU with gzip":    {func(r *result) { r.Gzip.CPU += 1e-5 }, "2000 series: CPU per scrape with gzip 4.01 ms, 8.0 × the copy's; bound: at most 4ms"},
		"time":             {func(r *result) { r.Identity.P50 += 1e-5 }, "2000 series: p50 2.01 ms, 2.0 × the copy's; bound: at most 2ms"},
		"memory":           {func(r *result) { r.Identity.PeakRSS++ }, "2000 series: peak RSS 80.0 MiB; bound: at most 80 MiB"},
		"memory with gzip": {func(r *result) { r.Gzip.PeakRSS++ }, "2000 series: peak RSS 80.0 MiB; bound: at most 80 MiB"},
	} {
		var out testutil.Log
		err := judge(&out, []result{good(c.change), good(func(*result) {})})
		broken := out.Lines("BROKEN")
		if errors.Is(err, harness.ErrBroken) != (c.broken != "") {
			t.Errorf("%s: error %v", name, err)
		}
		if c.broken == "" && len(broken) > 0 || c.broken != "" && (len(broken) != 1 || strings.TrimSpace(strings.TrimPrefix(broken[0], "BROKEN")) != c.broken) {
			t.Errorf("%s: broken %q, want %q", name, broken, c.broken)
		}
	}
}

// TestComplete: series of the cluster's own count, and those that collectors and the scrape make do not.
func TestComplete(t *testing.T) {
	const page = "# TYPE x counter\nx_total 1\nx_total{a=\"b c\"} 2\nqumulo_node_status{node_id=\"1\"} 1\nqumulo_up 1\nqumulo_scrape_duration_seconds 1\n"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(page)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for encoding, text := range map[string][]byte{identity: []byte(page), gzipped: packed.Bytes()} {
		if err := complete(text, encoding, 2); err != nil {
			t.Errorf("%s: %v", encoding, err)
		}
		if err := complete(text, encoding, 3); err == nil {
			t.Errorf("%s: a series is missing, and nothing said so", encoding)
		}
	}
	if complete([]byte(page), gzipped, 2) == nil {
		t.Error("a page that is not compressed is taken for one that is")
	}
}
