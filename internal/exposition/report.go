package exposition

import "bytes"

// maxFirst bounds the name that a report shows.
const maxFirst = 100

// Report says what of a page is not in its families.
type Report struct {
	// Cut: the page ends within a line.
	Cut bool
	// Dropped are samples, by the reason.
	Dropped []Dropped
}

// Dropped are the samples that were left out for one reason.
type Dropped struct {
	Reason  Reason
	Samples int
	// First is the metric name of the first of them.
	First string
}

// Samples is how many were dropped.
func (r *Report) Samples() int {
	n := 0
	for _, d := range r.Dropped {
		n += d.Samples
	}
	return n
}

// add counts samples.
func (r *Report) add(why Reason, first string, samples int) {
	for i := range r.Dropped {
		if r.Dropped[i].Reason == why {
			r.Dropped[i].Samples += samples
			return
		}
	}
	r.Dropped = append(r.Dropped, Dropped{Reason: why, Samples: samples, First: first})
}

// drop counts a line.
func (p *parser) drop(why Reason, line []byte) {
	line = bytes.TrimLeft(line, " \t")
	p.report.add(why, string(line[:min(nameEnd(line, 0, true), maxFirst)]), 1)
}

// Reason is why a sample was dropped.
type Reason int

// The reasons; accepted is none.
const (
	accepted Reason = iota
	malformed
	truncated
	tooLong
	notUTF8
	behindEOF
	twoOfALabel
	duplicate
	twoTypes
	notOfItsType
	created
	badBound
	badValue
	incomplete
	nameTaken
	tooMany
)

// String says the reason in words.
func (r Reason) String() string {
	return [...]string{
		accepted:     "",
		malformed:    "malformed line",
		truncated:    "truncated line",
		tooLong:      "line too long",
		notUTF8:      "not UTF-8",
		behindEOF:    "behind # EOF",
		twoOfALabel:  "a label twice",
		duplicate:    "duplicate series",
		twoTypes:     "family with two types",
		notOfItsType: "name is not one of its family's type",
		created:      "creation time",
		badBound:     "label le, quantile or of a state is missing, malformed or out of place",
		badValue:     "value that its type can't have",
		incomplete:   "histogram or summary without all its parts",
		nameTaken:    "name is taken by another family",
		tooMany:      "too many families",
	}[r]
}
