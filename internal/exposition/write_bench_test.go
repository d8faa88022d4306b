package exposition_test

import (
	"io"
	"testing"

	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// BenchmarkWrite writes a page of 100,000 series that is kept as text.
func BenchmarkWrite(b *testing.B) {
	families, _ := exposition.Parse(large(100_000, ""))
	page, w := exposition.Page{Text: families}, exposition.NewWriter()
	for name, c := range map[string]struct {
		format   expfmt.Format
		encoding exposition.Encoding
	}{
		"text":        {expfmt.FmtText, exposition.Identity},
		"openmetrics": {expfmt.FmtOpenMetrics_1_0_0, exposition.Identity},
		"gzip":        {expfmt.FmtText, exposition.Gzip},
		"zstd":        {expfmt.FmtText, exposition.Zstd},
		"protobuf":    {expfmt.FmtProtoDelim, exposition.Identity},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Write(io.Discard, page, c.format, c.encoding, func(err error) { b.Error(err) }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
