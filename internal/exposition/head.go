package exposition

import (
	"bufio"
	"strings"
)

// The words for the types, in OpenMetrics and in the classic text format.
var (
	openMetricsTypes = map[Type]string{
		Unknown: "unknown", Counter: "counter", Gauge: "gauge", Histogram: "histogram", Summary: "summary", Info: "info", StateSet: "stateset",
	}
	classicTypes = map[Type]string{
		Unknown: "untyped", Counter: "counter", Gauge: "gauge", Histogram: "histogram", Summary: "summary", Info: "gauge", StateSet: "gauge",
	}
)

// Texts are escaped as expfmt escapes those of gathered families.
var (
	openMetricsEscapes = strings.NewReplacer("\\", `\\`, "\n", `\n`, `"`, `\"`)
	classicEscapes     = strings.NewReplacer("\\", `\\`, "\n", `\n`)
)

// writeHead writes what stands above the samples. An error is found by the next Write.
func (f *Family) writeHead(b *bufio.Writer, openMetrics bool) {
	name, words, escapes := f.textName(), classicTypes, classicEscapes
	if openMetrics {
		name, words, escapes = f.Name, openMetricsTypes, openMetricsEscapes
	}
	line := func(what, text string) {
		for _, part := range []string{"# ", what, " ", name, " ", text, "\n"} {
			_, _ = b.WriteString(part)
		}
	}
	if f.Help != "" {
		line("HELP", escapes.Replace(f.Help))
	}
	line("TYPE", words[f.Type])
	if openMetrics && f.Unit != "" && strings.HasSuffix(f.Name, "_"+f.Unit) { // OpenMetrics allows no other
		line("UNIT", f.Unit)
	}
}
