package collector

import (
	"strconv"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// BenchmarkOutput adds what is known of 1,000 drives.
func BenchmarkOutput(b *testing.B) {
	const drives = 1000
	b.ReportAllocs()
	series := 0
	for b.Loop() {
		out := NewOutput(nil)
		for i := range drives {
			addDrive(out, qumulo.Slot{}, strconv.Itoa(i/30), strconv.Itoa(i%30), "healthy")
		}
		series = 0
		for _, f := range out.Families() {
			series += f.Series
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*series), "ns/series")
}
