package collector

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Pattern is a regular expression for paths. It is anchored at both ends, as in Prometheus:
// "/home/.*".
type Pattern string

// Valid reports whether text is a pattern.
func (Pattern) Valid(text string) bool {
	_, err := Pattern(text).compile()
	return text != "" && err == nil
}

// Want says what a pattern looks like.
func (Pattern) Want() string { return "a regular expression for whole paths, such as /home/.*" }

func (p Pattern) compile() (*regexp.Regexp, error) {
	if _, err := regexp.Compile(string(p)); err != nil { // "a)(b" is none, but would be one with the anchors
		return nil, err
	}
	return regexp.Compile("^(?s:" + string(p) + ")$")
}

// compileAll compiles patterns, which the configuration has checked.
func compileAll[P interface {
	compile() (*regexp.Regexp, error)
}](patterns []P) ([]*regexp.Regexp, error) {
	compiled := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		var err error
		if compiled[i], err = p.compile(); err != nil {
			return nil, err
		}
	}
	return compiled, nil
}

// matches reports whether one of the patterns matches the path of a directory, with the
// slash at its end, as the API writes it, or without, as people do.
func matches(patterns []*regexp.Regexp, path string) bool {
	for _, p := range patterns {
		if p.MatchString(path) || p.MatchString(strings.TrimSuffix(path, "/")) {
			return true
		}
	}
	return false
}

// AbsolutePath is the path of a directory from the root of the file system.
type AbsolutePath string

// Valid reports whether text is such a path.
func (AbsolutePath) Valid(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.Contains(text, "\x00") && utf8.ValidString(text) && len(text) <= maxLabelValue
}

// Want says what such a path looks like.
func (AbsolutePath) Want() string { return "a path that begins with /, such as /projects" }
