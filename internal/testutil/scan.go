package testutil

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadPage is ParsePage for those who expect that a page may be invalid: it says why.
//
// Tests read thousands of pages, and expfmt's parser, which makes families of them, would take a third of their time. This
// one makes only the series. It refuses all that expfmt refuses, and besides what the exporter never writes: empty lines,
// free comments, blanks where none need be, what is not UTF-8, and a series that is there twice.
func ReadPage(text string) (Page, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("a page that is not UTF-8")
	}
	s := scanner{page: Page{}, helped: map[string]bool{}, kinds: map[string]string{}, names: map[string]bool{}, parts: map[string]bool{}}
	for line := range strings.Lines(text) {
		whole, ended := strings.CutSuffix(line, "\n")
		if !ended {
			return nil, fmt.Errorf("a page that is cut off in %q", line)
		}
		read := s.sample
		if strings.HasPrefix(whole, "#") {
			read = s.comment
		}
		if err := read(whole); err != nil {
			return nil, fmt.Errorf("%w: %q", err, whole)
		}
	}
	return s.page, nil
}

// scanner is a page that is being read.
type scanner struct {
	page   Page
	helped map[string]bool   // families whose HELP has come
	kinds  map[string]string // of the families whose TYPE or first series has come
	names  map[string]bool   // metrics and labels whose name has been found valid
	parts  map[string]bool   // series of histograms and summaries
	labels []string          // names of the labels of one series
}

func (s *scanner) comment(line string) error {
	keyword, rest, _ := strings.Cut(strings.TrimPrefix(line, "# "), " ")
	name, text, found := strings.Cut(rest, " ")
	if !found || !s.valid(name) {
		return errors.New("neither HELP nor TYPE of a metric")
	}
	family, _ := s.family(name)
	switch keyword {
	case "HELP":
		if s.helped[family] {
			return errors.New("second HELP of a metric")
		}
		s.helped[family] = true
		return escapes(text, `\n`)
	case "TYPE":
		if s.kinds[family] != "" {
			return errors.New("second TYPE of a metric, or TYPE behind its series")
		}
		if !slices.Contains([]string{"counter", "gauge", "histogram", "summary", "untyped"}, text) {
			return errors.New("unknown type of a metric")
		}
		s.kinds[family] = text
		return nil
	}
	return errors.New("neither HELP nor TYPE")
}

func (s *scanner) sample(line string) error {
	name := line[:max(strings.IndexAny(line, "{ "), 0)]
	if !s.valid(name) {
		return errors.New("no name of a metric")
	}
	end, err := s.labelled(line, len(name))
	if err != nil {
		return err
	}
	number, ok := strings.CutPrefix(line[end:], " ")
	if !ok {
		return errors.New("no value")
	}
	number, at, timed := strings.Cut(number, " ")
	if _, err := strconv.ParseInt(at, 10, 64); timed && err != nil {
		return errors.New("malformed time")
	}
	// The forms of a float that only Go has.
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || strings.ContainsAny(number, "pP_") {
		return errors.New("malformed value")
	}
	return s.add(line[:end], name, value)
}

// add notes one series. Those of a histogram or a summary are one series of the page, whose value is the count.
func (s *scanner) add(series, name string, value float64) error {
	family, part := s.family(name)
	if s.kinds[family] == "" {
		s.kinds[family] = "untyped"
	}
	if kind := s.kinds[family]; kind == "histogram" || kind == "summary" {
		if s.parts[series] {
			return errors.New("there twice")
		}
		s.parts[series] = true
		if kind == "histogram" && part != "_sum" && value < 0 {
			return errors.New("negative count")
		}
		label := map[string]string{"histogram_bucket": "le", "summary": "quantile"}[kind+part]
		if label != "" {
			return bound(series, label)
		}
		if part != "_sum" && part != "_count" {
			return errors.New("no part of a " + kind)
		}
		if part == "_sum" {
			return nil
		}
		series = family + series[len(name):]
	}
	if _, twice := s.page[series]; twice {
		return errors.New("there twice")
	}
	s.page[series] = value
	return nil
}

// family returns the family of the series of this name, and the suffix of the name that says which part it is.
func (s *scanner) family(name string) (family, part string) {
	if s.kinds[name] != "" {
		return name, ""
	}
	for _, part := range []string{"_count", "_sum", "_bucket"} {
		family, cut := strings.CutSuffix(name, part)
		if kind := s.kinds[family]; cut && (kind == "histogram" || kind == "summary" && part != "_bucket") {
			return family, part
		}
	}
	return name, ""
}

// bound wants a label whose value is a number.
func bound(series, label string) error {
	_, rest, _ := strings.Cut(series, label+`="`)
	number, _, _ := strings.Cut(rest, `"`)
	if _, err := strconv.ParseFloat(number, 64); err != nil || strings.ContainsAny(number, "pP_") {
		return fmt.Errorf("no number as %s", label)
	}
	return nil
}

// labelled returns where the labels end that begin at start, if there are any.
func (s *scanner) labelled(line string, start int) (end int, err error) {
	rest, found := strings.CutPrefix(line[start:], "{")
	s.labels = s.labels[:0]
	for found {
		name, quoted, ok := strings.Cut(rest, `="`)
		if !ok || !s.valid(name) || name == "__name__" || strings.Contains(name, ":") {
			return 0, errors.New("no name of a label")
		}
		if slices.Contains(s.labels, name) {
			return 0, errors.New("label there twice")
		}
		s.labels = append(s.labels, name)
		length := closing(quoted)
		if length < 0 {
			return 0, errors.New("no end of a label's value")
		}
		if err := escapes(quoted[:length], `\n"`); err != nil {
			return 0, err
		}
		rest = quoted[length+1:]
		if behind, last := strings.CutPrefix(rest, "}"); last {
			return len(line) - len(behind), nil
		}
		if rest, found = strings.CutPrefix(rest, ","); !found {
			return 0, errors.New("no end of the labels")
		}
	}
	return start, nil
}

// closing returns where the quotation mark is that ends a value; -1: nowhere.
func closing(quoted string) int {
	for from := 0; ; {
		i := strings.IndexAny(quoted[from:], `\"`)
		switch {
		case i < 0:
			return -1
		case quoted[from+i] == '"':
			return from + i
		}
		if from += i + 2; from > len(quoted) {
			return -1
		}
	}
}

// escapes wants nothing behind a backslash but one of the given bytes.
func escapes(text, good string) error {
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			return nil
		}
		if i+1 == len(text) || strings.IndexByte(good, text[i+1]) < 0 {
			return errors.New("malformed escape")
		}
		text = text[i+2:]
	}
}

// valid reports whether name may be that of a metric.
func (s *scanner) valid(name string) bool {
	if s.names[name] {
		return true
	}
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == ':'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	if name != "" {
		s.names[name] = true
	}
	return name != ""
}
