package parsertest

import (
	"errors"
	"fmt"
	"io"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// The formats, as Prometheus is told them.
const (
	Classic     = "text/plain; version=0.0.4; charset=utf-8"
	OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
)

// Page is what Prometheus's parser reads.
type Page struct {
	Entries []Entry
	// Series are the values, by name and labels.
	Series map[string]float64
	Types  map[string]model.MetricType
	Help   map[string]string
	// Timestamps is how many samples have one.
	Timestamps int
}

// Entry is a line: metadata of a family, or a sample.
type Entry struct {
	Kind   textparse.Entry
	Family string // of metadata
	Type   model.MetricType
	Text   string // of help, or the unit
	Labels labels.Labels
	Value  float64
}

// Read reads a page as Prometheus does. Two samples of one series are an error, as they are to a scrape.
func Read(page []byte, contentType string) (*Page, error) {
	parser, err := textparse.New(page, contentType, nil, textparse.ParserOptions{})
	if err != nil {
		return nil, err
	}
	read := &Page{Series: map[string]float64{}, Types: map[string]model.MetricType{}, Help: map[string]string{}}
	for {
		kind, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return read, nil
		}
		if err != nil {
			return nil, err
		}
		if err := read.add(parser, kind); err != nil {
			return nil, err
		}
	}
}

func (p *Page) add(parser textparse.Parser, kind textparse.Entry) error {
	e := Entry{Kind: kind}
	switch kind {
	case textparse.EntryType:
		name, t := parser.Type()
		e.Family, e.Type = string(name), t
		p.Types[e.Family] = t
	case textparse.EntryHelp:
		name, text := parser.Help()
		e.Family, e.Text = string(name), string(text)
		p.Help[e.Family] = e.Text
	case textparse.EntryUnit:
		name, text := parser.Unit()
		e.Family, e.Text = string(name), string(text)
	case textparse.EntrySeries:
		var timestamp *int64
		_, timestamp, e.Value = parser.Series()
		parser.Labels(&e.Labels)
		series := e.Labels.String()
		if _, ok := p.Series[series]; ok {
			return fmt.Errorf("duplicate series %s", series)
		}
		if timestamp != nil {
			p.Timestamps++
		}
		p.Series[series] = e.Value
	case textparse.EntryComment:
		return nil
	default:
		return fmt.Errorf("unexpected entry %v", kind)
	}
	p.Entries = append(p.Entries, e)
	return nil
}
