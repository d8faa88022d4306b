package qumulotest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// MetricsForm is how a cluster writes the page of its own metrics. Nobody has seen one: the zero form is the
// likely one, OpenMetrics with counters that end in _total and "# EOF" at the end, and each field is something
// that it may be instead.
type MetricsForm struct {
	// Classic is the text format of before OpenMetrics: TYPE and HELP have the names of the samples, an
	// information metric is a gauge, timestamps are in milliseconds, and there is no "# EOF".
	Classic bool
	// ContentType is sent in place of that of the format.
	ContentType string
	// Counters is how the samples of counters end.
	Counters CounterForm
	// NoBuckets leaves _bucket{le="+Inf"} of the histograms out.
	NoBuckets bool
	// Units has a "# UNIT" line for each family whose name ends in a unit.
	Units bool
	// NoEOF leaves "# EOF" out.
	NoEOF bool
	// Timestamps is whether samples have the time.
	Timestamps bool
	// Exemplars is whether buckets, and counters that end in _total, have one. Only OpenMetrics knows them.
	Exemplars bool
}

// CounterForm is how the samples of counters end.
type CounterForm string

// The forms of counters: that of OpenMetrics and of the vendor's dashboards, that of the family's own name, and
// that on the vendor's page.
const (
	CounterTotal CounterForm = ""
	CounterBare  CounterForm = "bare"
	CounterCount CounterForm = "_count"
)

// SetMetricsForm sets how the cluster writes the page of its own metrics, and returns the model.
func (m *Model) SetMetricsForm(form MetricsForm) *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.form = form
	return m
}

func (f MetricsForm) contentType() string {
	switch {
	case f.ContentType != "":
		return f.ContentType
	case f.Classic:
		return "text/plain; version=0.0.4; charset=utf-8"
	}
	return "application/openmetrics-text; version=1.0.0; charset=utf-8"
}

// The kinds of families on a page.
const (
	counterKind   = "counter"
	gaugeKind     = "gauge"
	histogramKind = "histogram"
	infoKind      = "info"
)

// metricSample is a series, or those of a histogram: value is then how many, and sum their sum.
type metricSample struct {
	labels     []string // names and values by turns
	value, sum float64
}

// metricSamples are those of one family.
type metricSamples []metricSample

func (m *metricSamples) add(value float64, labels ...string) {
	*m = append(*m, metricSample{labels: labels, value: value})
}

// addTimes adds a histogram of times, in seconds, with their mean.
func (m *metricSamples) addTimes(count, mean float64, labels ...string) {
	*m = append(*m, metricSample{labels: labels, value: count, sum: count * mean})
}

// pageWriter writes a page in a form.
type pageWriter struct {
	form MetricsForm
	now  time.Time
	page []byte
}

// family writes one family. One that has no sample still has its TYPE and HELP.
func (w *pageWriter) family(name, kind, help string, samples metricSamples) {
	suffix := ""
	switch {
	case kind == counterKind && w.form.Counters == CounterTotal:
		suffix = "_total"
	case kind == counterKind && w.form.Counters == CounterCount:
		suffix = "_count"
	case kind == infoKind:
		suffix = "_info"
	}
	headed, shown := name, kind
	if w.form.Classic {
		headed = name + suffix
		if kind == infoKind {
			shown = gaugeKind
		}
	}
	w.meta("HELP", headed, strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(help))
	w.meta("TYPE", headed, shown)
	if unit := unitOf(name); w.form.Units && unit != "" {
		w.meta("UNIT", headed, unit)
	}
	for _, s := range samples {
		if kind == histogramKind {
			w.histogram(name, s)
			continue
		}
		w.sample(name+suffix, s.labels, s.value, kind == counterKind && suffix == "_total")
	}
}

func (w *pageWriter) histogram(name string, s metricSample) {
	if !w.form.NoBuckets {
		w.sample(name+"_bucket", append(slices.Clone(s.labels), "le", "+Inf"), s.value, true)
	}
	w.sample(name+"_count", s.labels, s.value, false)
	w.sample(name+"_sum", s.labels, s.sum, false)
}

func (w *pageWriter) meta(word, name, text string) {
	for _, part := range []string{"# ", word, " ", name, " ", text, "\n"} {
		w.page = append(w.page, part...)
	}
}

// sample writes one line.
func (w *pageWriter) sample(name string, labels []string, value float64, exemplar bool) {
	w.page = append(w.page, name...)
	for i := 0; i < len(labels); i += 2 {
		w.page = append(w.page, "{,"[min(i, 1)])
		w.page = append(append(w.page, labels[i]...), `="`...)
		w.page = append(appendEscaped(w.page, labels[i+1]), '"')
	}
	if len(labels) > 0 {
		w.page = append(w.page, '}')
	}
	w.page = strconv.AppendFloat(append(w.page, ' '), value, 'f', -1, 64)
	switch {
	case w.form.Timestamps && w.form.Classic:
		w.page = strconv.AppendInt(append(w.page, ' '), w.now.UnixMilli(), 10)
	case w.form.Timestamps:
		w.page = strconv.AppendFloat(append(w.page, ' '), float64(w.now.UnixMilli())/1000, 'f', -1, 64)
	}
	if exemplar && w.form.Exemplars && !w.form.Classic {
		w.page = append(w.page, ` # {trace_id="7f3a"} 0.25`...)
	}
	w.page = append(w.page, '\n')
}

// appendEscaped appends a label's value.
func appendEscaped(page []byte, value string) []byte {
	if !strings.ContainsAny(value, "\\\"\n") {
		return append(page, value...)
	}
	return append(page, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value)...)
}

// end returns the whole page.
func (w *pageWriter) end() []byte {
	if !w.form.Classic && !w.form.NoEOF {
		w.page = append(w.page, "# EOF\n"...)
	}
	return w.page
}

// unitOf is the unit that a family's name ends in, "" if none.
func unitOf(name string) string {
	for _, unit := range []string{"bits_per_second", "bytes", "celsius", "percent", "rpm", "seconds"} {
		if strings.HasSuffix(name, "_"+unit) {
			return unit
		}
	}
	return ""
}
