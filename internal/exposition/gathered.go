package exposition

import (
	"bufio"
	"math"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// gathered writes the families of a registry. In the text formats it writes what expfmt does, in a third of the time: most lines of a
// small cluster's page are buckets of the calls to it. Only values have one form in both, as those of the clusters: expfmt's of the
// classic format. What the exporter does not have is left to expfmt, and so is what is not valid.
type gathered struct {
	kind    expfmt.FormatType
	encoder expfmt.Encoder

	family             Family
	labels             []byte // of a metric
	bound              []byte // and one more
	bounds             map[float64]string
	bucket, sum, count string // names of the family's series
}

func newGathered(kind expfmt.FormatType, encoder expfmt.Encoder) *gathered {
	return &gathered{kind: kind, encoder: encoder, bounds: map[float64]string{}}
}

// write writes a family.
func (g *gathered) write(b *bufio.Writer, f *dto.MetricFamily) error {
	if !g.text(f) {
		return g.encoder.Encode(f)
	}
	g.family.writeHead(b, g.kind == expfmt.TypeOpenMetrics)
	_, err := b.Write(g.family.Samples)
	return err
}

// text makes a text of a family, and reports whether it could.
func (g *gathered) text(f *dto.MetricFamily) bool {
	name, isTotal := strings.CutSuffix(f.GetName(), "_total")
	kind := typeOf[f.GetType()]
	if g.kind != expfmt.TypeTextPlain && g.kind != expfmt.TypeOpenMetrics || (kind == Counter) != isTotal {
		return false
	}
	if f.GetHelp() == "" || f.Unit != nil || len(f.GetMetric()) == 0 {
		return false
	}
	g.family = Family{Name: name, Type: kind, Help: f.GetHelp(), Samples: g.family.Samples[:0]}
	g.bucket, g.sum, g.count = name+"_bucket", name+"_sum", name+"_count"
	for _, m := range f.GetMetric() {
		g.labels = g.labels[:0]
		for _, l := range m.GetLabel() {
			g.labels = AppendLabel(g.labels, l.GetName(), l.GetValue())
		}
		if m.TimestampMs != nil || !g.metric(kind, f.GetName(), m) {
			return false
		}
	}
	return true
}

// metric appends the samples of a metric, and reports whether it could.
func (g *gathered) metric(kind Type, name string, m *dto.Metric) bool {
	switch {
	case kind == Gauge && m.Gauge != nil:
		g.family.Append(name, g.labels, m.GetGauge().GetValue())
	case kind == Counter && m.Counter != nil && m.GetCounter().Exemplar == nil:
		g.family.Append(name, g.labels, m.GetCounter().GetValue())
	case kind == Summary && m.Summary != nil:
		s := m.GetSummary()
		for _, q := range s.GetQuantile() {
			g.within(name, "quantile", q.GetQuantile(), q.GetValue())
		}
		g.family.Append(g.sum, g.labels, s.GetSampleSum())
		g.family.Append(g.count, g.labels, float64(s.GetSampleCount()))
	case kind == Histogram && m.Histogram != nil:
		return g.histogram(m.GetHistogram())
	default:
		return false
	}
	return true
}

func (g *gathered) histogram(h *dto.Histogram) bool {
	last := 0.0
	for _, b := range h.GetBucket() {
		if b.Exemplar != nil || b.CumulativeCountFloat != nil {
			return false
		}
		last = b.GetUpperBound()
		g.within(g.bucket, "le", last, float64(b.GetCumulativeCount()))
	}
	if !math.IsInf(last, 1) {
		g.within(g.bucket, "le", math.Inf(1), float64(h.GetSampleCount()))
	}
	g.family.Append(g.sum, g.labels, h.GetSampleSum())
	g.family.Append(g.count, g.labels, float64(h.GetSampleCount()))
	return h.SampleCountFloat == nil
}

// within appends a sample with a bound as one more label.
func (g *gathered) within(name, label string, bound, value float64) {
	text, ok := g.bounds[bound]
	if !ok {
		text = string(appendNumber(nil, bound))
		if g.kind == expfmt.TypeOpenMetrics { // where a bound is never written as a whole number
			text = formatBound(bound)
		}
		g.bounds[bound] = text
	}
	g.bound = AppendLabel(append(g.bound[:0], g.labels...), label, text)
	g.family.Append(name, g.bound, value)
}
