//go:build !race

package collector_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// kind is what is right of an odd value.
type kind int

const (
	noValue    kind = iota // nothing need be said: the API says nothing
	sameValue              // it is the value that it was, in another form
	otherValue             // one that may be
	wrongValue             // none that the field can have
)

// oddValue stands in the place of a value.
type oddValue struct {
	kind  kind
	value any
}

// String is the value as a Text of the API is.
func (o oddValue) String() string {
	switch v := o.value.(type) {
	case absent:
		return "missing"
	case string:
		return v
	case map[string]any:
		return "{}"
	}
	return fmt.Sprint(o.value)
}

// isShown reports whether a label has the value, as that of a text may, or says that it is unknown.
func (o oddValue) isShown(series map[string]bool) bool {
	for s := range series {
		for _, text := range []string{o.String(), strings.Trim(o.String(), "-"), "unknown"} {
			if strings.Contains(s, `="`+text+`"`) {
				return true
			}
		}
	}
	return false
}

// oddValues are those to try in the place of a value, one of another type first. A few do for
// a known path, and behind the first element of a list.
func oddValues(at place, value any, known bool) []oddValue {
	odd := oddOf(at, value, known)
	for i := range odd {
		if value == nil { // and nobody knows what else it may be
			odd[i].kind = otherValue
		}
	}
	return odd
}

func oddOf(at place, value any, known bool) []oddValue {
	odd := []oddValue{{wrongValue, map[string]any{}}, {noValue, absent{}}}
	switch value.(type) {
	case map[string]any, []any:
		odd[0].value = "x"
	}
	if at.isElement() {
		odd[1].value = nil
	}
	if known || slices.ContainsFunc(at, func(key any) bool { i, ok := key.(int); return ok && i > 0 }) {
		return odd
	}
	odd = append(odd, oddValue{noValue, nil}, oddValue{noValue, ""}, oddValue{wrongValue, json.Number("1e400")})
	number, numeric := value.(json.Number)
	switch v := value.(type) {
	case map[string]any:
		return append(odd, oddValue{wrongValue, []any{}}, oddValue{wrongValue, true})
	case []any:
		return append(odd, oddValue{wrongValue, map[string]any{}}, oddValue{wrongValue, true})
	case bool:
		return append(odd, oddValue{sameValue, fmt.Sprint(v)}, oddValue{wrongValue, "x"}, oddValue{wrongValue, []any{}})
	case string:
		if _, err := strconv.ParseInt(v, 10, 64); err == nil {
			number, numeric = json.Number(v), true
			odd = append(odd, oddValue{sameValue, number})
		}
	case json.Number:
		odd = append(odd, oddValue{sameValue, string(v)})
	}
	const huge = json.Number("9999999999999999999999")
	odd = append(odd, oddValue{wrongValue, []any{}}, oddValue{wrongValue, true})
	if numeric {
		return append(odd, oddValue{wrongValue, "x"}, oddValue{wrongValue, "-" + number}, oddValue{otherValue, huge}, oddValue{otherValue, json.Number("1e308")})
	}
	return append(odd, oddValue{wrongValue, json.Number("-1")}, oddValue{wrongValue, huge})
}

// isPart reports whether the value at a place is an object or a list that is a field.
func isPart(at place, answer any) bool {
	switch at.in(answer).(type) {
	case map[string]any, []any:
		return !at.isElement()
	}
	return false
}

// checkSame compares with the reading of null in the same place: "" says as much.
func (r oddReading) checkSame(tb testing.TB, null oddReading) {
	tb.Helper()
	if more, less := changes(r.page, null.page), changes(null.page, r.page); len(more)+len(less) > 0 || r.said != null.said || r.failed != null.failed {
		tb.Errorf("it is not as null is: -%v +%v, said %q instead of %q", less, more, r.said, null.said)
	}
}

// isTolerated reports whether the contract has nothing to say of an odd value.
func isTolerated(path, field string, odd oddValue) bool {
	switch field {
	case "speed": // -1 is what a device without a link has
		return odd.kind == wrongValue && strings.HasPrefix(odd.String(), "-")
	case "error_from_last_job", "last_error_message", "error_message", "error": // whatever stands there, it is an error
		return true
	case "id": // of a series that is not shown, and of an interface that is gone
		return path == "/v1/analytics/time-series/" || path == qumulo.InterfacesEndpoint.Path
	}
	return false
}

// origins tell what of a page comes of an answer, and what of each of its rows.
type origins struct {
	whole map[string]bool            // series
	rows  map[string]map[string]bool // series by row
	lists map[string]map[string]bool // by list the families that have series for each row
}

// newOrigins compares a page with the one without the answer.
func newOrigins(base, without testutil.Page) *origins {
	return &origins{whole: changes(base, without), rows: map[string]map[string]bool{}, lists: map[string]map[string]bool{}}
}

func (o *origins) knows(row place) bool { return o.rows[row.String()] != nil }

// addRow compares a page with the one without the row.
func (o *origins) addRow(row place, base, without testutil.Page) {
	o.rows[row.String()] = changes(base, without)
	list := row[:len(row)-1].String()
	if o.lists[list] == nil {
		o.lists[list] = map[string]bool{}
	}
	for series := range base {
		if _, stays := without[series]; !stays {
			o.lists[list][familyOf(series)] = true
		}
	}
}

// comesOf reports whether a series may be another one if the value is odd: it is the row's, or it is a
// sum or a count over rows. One of these may go only where that is explained. What is only right as a
// whole may go from the row around where there is no value.
func (o *origins) comesOf(at place, series string, noValue, explained bool) bool {
	within := false
	for n := len(at); n > 0; n-- {
		row := at[:n]
		if !o.knows(row) {
			continue
		}
		if o.rows[row.String()][series] || explained && !o.lists[row[:n-1].String()][familyOf(series)] {
			return true
		}
		if within = true; !noValue {
			return false
		}
	}
	return !within && o.whole[series]
}

// changes are the series of a page that another one does not have, or with another value.
func changes(page, other testutil.Page) map[string]bool {
	changed := map[string]bool{}
	for series, value := range page {
		if v, ok := other[series]; !ok || v != value {
			changed[series] = true
		}
	}
	return changed
}

func familyOf(series string) string {
	name, _, _ := strings.Cut(series, "{")
	return name
}

// isAt reports whether an endpoint is at a path.
func isAt(e qumulo.Endpoint, path string) bool {
	form, _, _ := strings.Cut(e.Path, "?")
	want, got := strings.Split(form, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") && g != "" })
}
