package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
)

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"prod":                    `"prod"`,
		"":                        `""`,
		strings.Repeat("a", 64):   `"` + strings.Repeat("a", 64) + `"`,
		strings.Repeat("a", 65):   `"` + strings.Repeat("a", 64) + `..."`,
		"p\u0433od\x00\x1b\"":     `"p\u0433od\x00\x1b\""`,
		strings.Repeat("\x00", 9): `"` + strings.Repeat(`\x00`, 9) + `"`,
		strings.Repeat("\x1b", 17) + strings.Repeat("a", 10<<10): `"` + strings.Repeat(`\x1b`, 16) + `..."`,
	} {
		if got := quoted(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestWrapped(t *testing.T) {
	long := strings.Repeat("ü", 30)
	for text, want := range map[string][]string{
		"":                      {""},
		"one":                   {"one"},
		"one two three four":    {"one two", "three four"},
		"a " + long + " b":      {"a", long, "b"},
		"ääää öööö üüüü":        {"ääää öööö", "üüüü"},
		"1234567890 1234567890": {"1234567890", "1234567890"},
	} {
		if got := wrapped(text, 10); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 12900 * time.Millisecond: "12 s", 119 * time.Second: "119 s", 2 * time.Minute: "2 min",
		119 * time.Minute: "119 min", 2 * time.Hour: "2 h", 47 * time.Hour: "47 h", 49 * time.Hour: "2 days", 400 * 24 * time.Hour: "400 days",
	} {
		if got := elapsed(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[float64]string{
		0: "0 B", 999: "999 B", 1000: "1 kB", 1.2e14: "120 TB", 9.996e14: "1 PB", 81604378624000: "81.6 TB", 1.5e18: "1.5 EB", 9.994e20: "999 EB", 5e21: "more than 999 EB", 1e308: "more than 999 EB",
	} {
		if got := size(bytes); got != want {
			t.Errorf("%v: %s, want %s", bytes, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		size, free float64
		want       int
	}{
		{100, 100, 0},
		{100, 39, 61},
		{1000, 1, 99}, // full is what has nothing left
		{1000, 0, 100},
		{100, 120, 0},
		{100, -20, 100},
		{1e308, 5e307, 50},
	} {
		if got := (row{Status: scrape.Status{Facts: collector.Facts{SizeBytes: c.size, FreeBytes: c.free}}}).Percent(); got != c.want {
			t.Errorf("%v free of %v: %d, want %d", c.free, c.size, got, c.want)
		}
	}
}

func TestAge(t *testing.T) {
	now := time.Now()
	for ago, want := range map[time.Duration]bool{0: false, 14 * time.Minute: false, 16 * time.Minute: true} {
		r := row{scrape.Status{Scraped: now.Add(-ago)}, now}
		if r.Old() != want || r.Ago() != elapsed(ago)+" ago" {
			t.Errorf("%s: old %v, %s", ago, r.Old(), r.Ago())
		}
	}
}
