package collector

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// NamePattern is a regular expression for names of metrics. It is anchored at both ends.
type NamePattern string

// Valid reports whether text is a pattern.
func (NamePattern) Valid(text string) bool { return Pattern("").Valid(text) }

// Want says what a pattern looks like.
func (NamePattern) Want() string {
	return "a regular expression for whole names, such as qumulo_disk_.*"
}

func (p NamePattern) compile() (*regexp.Regexp, error) { return Pattern(p).compile() }

// Hold is how long metrics keep their last values: PATTERN=DURATION.
type Hold string

// Valid reports whether text is one.
func (Hold) Valid(text string) bool {
	_, err := Hold(text).compile()
	return err == nil
}

// Want says what one looks like.
func (Hold) Want() string {
	return "a regular expression for whole names, = and a duration, such as .+_info=1d"
}

func (h Hold) compile() (hold, error) {
	pattern, text, _ := strings.Cut(string(h), "=")
	if !Pattern("").Valid(pattern) {
		return hold{}, fmt.Errorf("%q: want %s", string(h), h.Want())
	}
	names, err := NamePattern(pattern).compile()
	if err != nil {
		return hold{}, err
	}
	d, err := model.ParseDuration(text)
	return hold{names: names, during: time.Duration(d)}, err
}

// hold is how long the metrics of some names keep their last values.
type hold struct {
	names  *regexp.Regexp
	during time.Duration
}

type holds []hold

// of is how long the metric keeps its last values, by the last that matches; 0: not at all.
func (all holds) of(name string) (during time.Duration) {
	for _, h := range all {
		if h.names.MatchString(name) {
			during = h.during
		}
	}
	return during
}
