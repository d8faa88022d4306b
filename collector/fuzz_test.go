package collector

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// FuzzTimeSeries: the mean of a time series is one of its values or between them, or a warning says
// that there is none. A sum may be more than a float64 holds: that has no series either.
func FuzzTimeSeries(f *testing.F) {
	for _, seed := range []string{
		`{"id":"iops.read.rate","times":[0,5,10],"values":[1,2]}`, `{"times":[0,5],"values":[1,2]}`, `{"times":[10,5,0],"values":[1,2]}`,
		`{"times":[1,1],"values":[3]}`, `{"times":[0,60,120],"values":["x",null]}`, `{"times":["0","1e300"],"values":["1e308"]}`,
		`{"times":[-1e308,1e308],"values":[1]}`, `{"times":[0,1e308,1.5e308],"values":[1e308,1e308]}`, `{"times":[9999999999999999999999,5],"values":[1,2]}`,
		`{"times":[null,5],"values":[1]}`, `{"times":[],"values":[]}`, `{"times":[1]}`, `{"values":[1]}`, `{"times":[0,5],"values":[-1]}`, `{}`,
		`{"times":[1e-320,2e-320,120],"values":[1e308,5]}`, `{"times":[0,5e-324],"values":[1e308]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s qumulo.TimeSeries
		if json.Unmarshal(data, &s) != nil {
			return
		}
		out := NewOutput(nil)
		mean, ok := newestMean(out, s)
		least, most, good := math.Inf(1), math.Inf(-1), 0
		for _, n := range s.Values {
			if v, ok := n.Value(); ok && v >= 0 {
				least, most, good = min(least, v), max(most, v), good+1
			}
		}
		const rounding = 1e-9
		if ok && !math.IsInf(mean, 1) && !(mean >= least*(1-rounding) && mean <= most*(1+rounding)) {
			t.Errorf("%s: the mean of %v to %v is %v", data, least, most, mean)
		}
		if !ok && good > 0 && good == len(s.Values) && len(out.Warnings()) == 0 {
			t.Errorf("%s: there is no mean, and no warning", data)
		}
	})
}

// FuzzPattern: a pattern matches what the expression matches as a whole, and nothing else.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"/home/.*", "/home/ada/"},
		{"/a|/b", "/ab"},
		{"a)(b", "ab"},
		{"(?i)/A", "/a"},
		{"/a\nb", "/a\nb"},
		{".*", "\n"},
		{"(?m)^a$", "a\nb"},
		{`\Qa.b`, "a.b"},
		{`\`, `\`},
		{"(?U)a+", "aaa"},
		{"", ""},
		{"\xff", "\xff"},
		{"a{1001}", "a"},
		{"/x/?", "/x/"},
		{"$", "/"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		if !Pattern("").Valid(text) {
			if _, err := regexp.Compile(text); err == nil && text != "" && !strings.Contains(text, `\Q`) {
				t.Errorf("%q is an expression, but no pattern", text)
			}
			return
		}
		compiled, err := compileAll([]Pattern{Pattern(text)})
		if err != nil {
			t.Fatalf("%q is valid: %v", text, err)
		}
		if got, want := matches(compiled, path), whole(text, path) || whole(text, strings.TrimSuffix(path, "/")); got != want {
			t.Errorf("%q matches %q: %v, want %v", text, path, got, want)
		}
	})
}

// whole reports whether an expression's longest match is all of a text.
func whole(expression, text string) bool {
	re := regexp.MustCompile("(?s:" + expression + ")")
	re.Longest()
	at := re.FindStringIndex(text)
	return at != nil && at[0] == 0 && at[1] == len(text)
}
