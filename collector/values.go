package collector

import (
	"slices"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// unknown is the word of a state-set for all that has no word of its own.
const unknown = "unknown"

// number appends a series if the cluster sent a number, warns if it sent something
// else, and does nothing if it sent nothing. No size or count of the
// API is negative; where one is, it is not shown. It returns what it shows, else 0.
func (o *Output) number(m *Metric, field string, n qumulo.Number, labels ...string) float64 {
	v, ok := o.value(field, n, labels...)
	if ok {
		o.Add(m, v, labels...)
	}
	return v
}

// value returns a number and reports whether there is one that can be shown.
func (o *Output) value(field string, n qumulo.Number, labels ...string) (float64, bool) {
	if raw, bad := n.Malformed(); bad {
		o.warnf("%s%s is %q, not a number: no series", field, of(labels), raw)
		return 0, false
	}
	v, ok := n.Value()
	if ok && v < 0 {
		o.warnf("%s%s is negative (%v): no series", field, of(labels), v)
		return 0, false
	}
	return v, ok
}

func of(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return " of " + strings.Join(labels, "/")
}

// ratio appends a percentage of the API as a ratio from 0 to 1; for what is none of its
// numbers it does as number does.
func (o *Output) ratio(m *Metric, field string, percent qumulo.Number, labels ...string) {
	if v, ok := o.value(field, percent, labels...); ok {
		o.Add(m, v/100, labels...)
	}
}

// timestamp appends a time of the API as Unix time in seconds, warns if the cluster sent
// something else, and does nothing if it sent nothing.
func (o *Output) timestamp(m *Metric, field string, t qumulo.Time, labels ...string) {
	if raw, bad := t.Malformed(); bad {
		o.warnf("%s%s is %q, not a time: no series", field, of(labels), raw)
	}
	if v, ok := t.Value(); ok {
		o.Add(m, Seconds(v), labels...)
	}
}

// flag appends 1 for a true of the API and 0 for a false, warns if the cluster sent something
// else, and does nothing if it sent nothing.
func (o *Output) flag(m *Metric, field string, b qumulo.Bool, labels ...string) {
	if raw, bad := b.Malformed(); bad {
		o.warnf("%s%s is %q, not true or false: no series", field, of(labels), raw)
	}
	if v, ok := b.Value(); ok {
		o.Add(m, Boolean(v), labels...)
	}
}

// yesNo appends 1 for the word yes of the API and 0 for the word no, warns if the cluster sent
// another one, and does nothing if it sent nothing.
func (o *Output) yesNo(m *Metric, field string, text qumulo.Text, yes, no string, labels ...string) {
	switch string(text) {
	case yes, no:
		o.Add(m, Boolean(string(text) == yes), labels...)
	case "":
	default:
		// Without its labels: a word that came with a release is the same for all.
		o.warnf("%s: the word %.40q is new: no series", field, string(text))
	}
}

// stateSet appends one series for each word of the metric and one for unknown, of which
// exactly one is 1: unknown for a missing word and for one that is not in the list, with a
// warning. While the word is the idle one, all are 0. It returns the word that holds,
// as the label has it.
func (o *Output) stateSet(m *Metric, text qumulo.Text, labels ...string) string {
	sent := qumulo.Text(strings.TrimPrefix(string(text), m.prefix))
	state := word(sent)
	if state != m.Idle && !slices.Contains(m.States, state) && !isUnknown(sent) {
		// Without its labels: a word that came with a release is the same for all.
		o.warnf("%s: the word %.40q is new: shown as unknown", m.Name, string(text))
		state = unknown
	}
	n := len(labels)
	labels = append(slices.Clip(labels), "")
	for _, w := range m.States {
		labels[n] = w
		o.Add(m, Boolean(state == w), labels...)
	}
	labels[n] = unknown
	o.Add(m, Boolean(state == unknown), labels...)
	return state
}

// isUnknown reports whether the cluster sent no word, or the one for unknown.
func isUnknown(t qumulo.Text) bool { return t == "" || strings.EqualFold(string(t), unknown) }

// optionalWord is word for a label that is "" where the cluster says nothing.
func optionalWord(t qumulo.Text) string {
	if t == "" {
		return ""
	}
	return word(t)
}

// malformed warns of the elements of a list that are left out.
func (o *Output) malformed(errs []error) {
	for _, err := range errs {
		o.warnf("%v: left out", err)
	}
}

// Boolean is 1 for true.
func Boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Seconds is a moment as Unix time, to the millisecond.
func Seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// word makes a label value of one of the API's words: "NO AC" is no_ac. Nothing
// is unknown.
func word(t qumulo.Text) string {
	w := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, string(t)), "_")
	if w == "" {
		return unknown
	}
	return w
}
