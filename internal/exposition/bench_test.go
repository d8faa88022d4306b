package exposition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// large makes a page of some series, the half of them of histograms, with a suffix to each line.
func large(series int, suffix string) []byte {
	var b strings.Builder
	b.WriteString("# TYPE qumulo_disk_operation_latency_seconds histogram\n")
	for i := range series / 6 {
		labels := fmt.Sprintf(`disk_type="hdd",drive_bay="1.%d",io_type="read",node_id="%d"`, i%60, i/60)
		fmt.Fprintf(&b, "qumulo_disk_operation_latency_seconds_bucket{%s,le=\"+Inf\"} %d%s\n", labels, i, suffix)
		fmt.Fprintf(&b, "qumulo_disk_operation_latency_seconds_count{%s} %d%s\n", labels, i, suffix)
		fmt.Fprintf(&b, "qumulo_disk_operation_latency_seconds_sum{%s} %g%s\n", labels, float64(i)*1.01, suffix)
	}
	b.WriteString("# TYPE qumulo_network_interface_received_bytes counter\n")
	for i := range series / 2 {
		fmt.Fprintf(&b, "qumulo_network_interface_received_bytes_total{bond=\"bond0\",interface=\"eth%d\",role=\"frontend\",node_id=\"%d\"} %d%s\n", i%10, i/10, i, suffix)
	}
	b.WriteString("# EOF\n")
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, form := range []struct{ name, suffix string }{{"plain", ""}, {"timestamps", " 1700000000.123"}} {
		for _, series := range []int{2_000, 20_000, 100_000} {
			text := large(series, form.suffix)
			b.Run(fmt.Sprintf("%s/%d", form.name, series), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					if families, report := exposition.Parse(text); len(families) != 2 || report.Samples() > 0 {
						b.Fatalf("%d families, %+v", len(families), report)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(series), "ns/series")
			})
		}
	}
}
