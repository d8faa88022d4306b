package exposition

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

var errNotItsSamples = errors.New("the samples are not those of the family")

// decoded returns the family with its samples taken apart, which protobuf needs.
func (f *Family) decoded() (*dto.MetricFamily, error) {
	decode := f.singles
	if f.Type == Histogram || f.Type == Summary {
		decode = f.grouped
	}
	family, err := decode()
	if err == nil && f.Unit != "" {
		family.Unit = &f.Unit
	}
	return family, err
}

// singles is decoded for a family of which each line is a series.
func (f *Family) singles() (*dto.MetricFamily, error) {
	name, kind := f.textName(), dto.MetricType_GAUGE
	switch f.Type {
	case Counter:
		kind = dto.MetricType_COUNTER
	case Unknown:
		kind = dto.MetricType_UNTYPED
	}
	family := &dto.MetricFamily{Name: &name, Type: &kind, Metric: make([]*dto.Metric, 0, f.Series)}
	if f.Help != "" {
		family.Help = &f.Help
	}
	var (
		s    sample
		last []*dto.LabelPair
	)
	for line := range bytes.Lines(f.Samples) {
		if !s.scan(bytes.TrimSuffix(line, []byte("\n"))) || string(s.name) != name {
			return nil, errNotItsSamples
		}
		last = s.pairs(last)
		metric, value := &dto.Metric{Label: last}, new(s.number)
		switch kind {
		case dto.MetricType_COUNTER:
			metric.Counter = &dto.Counter{Value: value}
		case dto.MetricType_UNTYPED:
			metric.Untyped = &dto.Untyped{Value: value}
		default:
			metric.Gauge = &dto.Gauge{Value: value}
		}
		family.Metric = append(family.Metric, metric)
	}
	if len(family.Metric) == 0 {
		return nil, errNotItsSamples
	}
	return family, nil
}

// pairs returns the labels. Names that the last ones have too are not made again.
func (s *sample) pairs(last []*dto.LabelPair) []*dto.LabelPair {
	pairs := make([]*dto.LabelPair, len(s.labels))
	for i := range s.labels {
		name, text := s.labels[i].name(s.line), s.labels[i].text(s.line)
		pair := &dto.LabelPair{}
		if i < len(last) && last[i].GetName() == string(name) {
			pair.Name = last[i].Name
		} else {
			pair.Name = new(string(name))
		}
		if bytes.IndexByte(text, '\\') >= 0 {
			pair.Value = new(unescape.Replace(string(text)))
		} else {
			pair.Value = new(string(text))
		}
		pairs[i] = pair
	}
	return pairs
}

// grouped is decoded for a family of which several lines are one series.
func (f *Family) grouped() (*dto.MetricFamily, error) {
	var head bytes.Buffer
	b := bufio.NewWriter(&head)
	f.writeHead(b, false)
	_ = b.Flush() // a bytes.Buffer has no errors
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.MultiReader(&head, bytes.NewReader(f.Samples)))
	if err != nil {
		return nil, err
	}
	family := families[f.textName()]
	if family == nil || len(families) > 1 {
		return nil, errNotItsSamples
	}
	return family, nil
}
