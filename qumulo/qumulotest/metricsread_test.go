package qumulotest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// readFamily is a family of a page as a reader that knows nothing of the writer sees it.
type readFamily struct {
	kind, help, unit string
	samples          []readSample
}

// readPage is a page by family.
type readPage map[string]*readFamily

// readSample is a line, of a histogram too; its labels are without le.
type readSample struct {
	name, text string // text is all before the value
	le         string
	labels     map[string]string
	value      float64
	timestamp  string
	exemplar   string
}

// seriesName is a series and its family.
type seriesName struct{ family, text string }

func metricLine() (line, label *regexp.Regexp) {
	const one = `([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"`
	return regexp.MustCompile(`^([a-z_]+)(\{(?:` + one + `,?)+\})? (-?[0-9.]+)( [0-9.]+)?( # \{[^}]*\} [0-9.]+)?$`), regexp.MustCompile(one)
}

// readMetrics reads a page that is written in a form, by family without suffix. It fails where a line is none of the
// format, where a family is not in one piece, a series is there twice or the end is not as the form has it.
func readMetrics(t *testing.T, page string, form MetricsForm) readPage {
	t.Helper()
	body, ended := strings.CutSuffix(page, "# EOF\n")
	if ended == (form.Classic || form.NoEOF) {
		t.Errorf("the page ends in %q", page[max(0, len(page)-40):])
	}
	line, label := metricLine()
	families, series := readPage{}, map[string]bool{}
	var current *readFamily
	headed := ""
	for text := range strings.Lines(body) {
		text = strings.TrimSuffix(text, "\n")
		if parts := strings.SplitN(text, " ", 4); parts[0] == "#" && len(parts) == 4 {
			name := bareName(parts[2], form)
			if families[name] == nil {
				current, headed = &readFamily{}, name
				families[name] = current
			}
			if name != headed {
				t.Fatalf("%q: the family is in two pieces", text)
			}
			switch parts[1] {
			case "HELP":
				current.help = parts[3]
			case "TYPE":
				current.kind = parts[3]
			case "UNIT":
				current.unit = parts[3]
			default:
				t.Fatalf("%q is no line of metadata", text)
			}
			continue
		}
		match := line.FindStringSubmatch(text)
		if match == nil || current == nil {
			t.Fatalf("%q is no sample", text)
		}
		s := readSample{name: match[1], text: match[1] + match[2], labels: map[string]string{}, timestamp: strings.TrimSpace(match[6]), exemplar: match[7]}
		for _, l := range label.FindAllStringSubmatch(match[2], -1) {
			s.labels[l[1]] = l[2]
		}
		s.le = s.labels["le"]
		delete(s.labels, "le")
		if series[s.text] {
			t.Errorf("%s is there twice", s.text)
		}
		series[s.text] = true
		suffix := strings.TrimPrefix(s.name, headed)
		if !suffixes(current.kind, form)[suffix] {
			t.Errorf("%s in the family %s, a %s", s.name, headed, current.kind)
		}
		var err error
		if s.value, err = strconv.ParseFloat(match[5], 64); err != nil {
			t.Error(err)
		}
		current.samples = append(current.samples, s)
	}
	return families
}

// bareName is the family's name of a header.
func bareName(name string, form MetricsForm) string {
	if !form.Classic {
		return name
	}
	for _, suffix := range []string{"_info", "_total", "_count"} {
		if form.Counters != CounterBare || suffix == "_info" {
			if bare, had := strings.CutSuffix(name, suffix); had && name != "qumulo_fs_portal_count" {
				return bare
			}
		}
	}
	return name
}

// suffixes are those that samples of a kind have.
func suffixes(kind string, form MetricsForm) map[string]bool {
	switch kind {
	case counterKind:
		return map[string]bool{map[CounterForm]string{CounterTotal: "_total", CounterCount: "_count"}[form.Counters]: true}
	case histogramKind:
		return map[string]bool{"_bucket": !form.NoBuckets, "_count": true, "_sum": true}
	case infoKind:
		return map[string]bool{"_info": true}
	case gaugeKind:
		return map[string]bool{"": true, "_info": form.Classic}
	}
	return nil
}

// metrics are the values on the page now.
func (l *lived) metrics(t *testing.T) map[seriesName]float64 {
	t.Helper()
	values := map[seriesName]float64{}
	for name, f := range l.page(t) {
		for _, s := range f.samples {
			values[seriesName{name, s.text}] = s.value
		}
	}
	return values
}

// page reads the page now.
func (l *lived) page(t *testing.T) readPage {
	t.Helper()
	return readMetrics(t, mustAnswer(t, l.Model), MetricsForm{})
}

// by returns the values of a family by those labels, added up.
func (p readPage) by(family string, labels ...string) map[string]float64 {
	sums := map[string]float64{}
	if f := p[family]; f != nil {
		for _, s := range f.samples {
			var key []string
			for _, label := range labels {
				key = append(key, s.labels[label])
			}
			sums[strings.Join(key, " ")] += s.value
		}
	}
	return sums
}

func mustAnswer(t *testing.T, m *Model) string {
	t.Helper()
	page, has := m.Answer(metricsPath)
	if !has {
		t.Fatal("there is no page")
	}
	return string(page)
}
