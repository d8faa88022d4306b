//go:build !race

package collector_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// placesIn are the places of all values in an answer, as decoded with numbers kept as they are: of
// a list those of its first and its last element.
func placesIn(value any) []place {
	var places []place
	var walk func(at place, value any)
	walk = func(at place, value any) {
		if len(at) > 0 {
			places = append(places, slices.Clone(at))
		}
		switch v := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(append(at, key), v[key])
			}
		case []any:
			for _, i := range slices.Compact([]int{0, len(v) - 1}) {
				if i >= 0 && i < len(v) {
					walk(append(at, i), v[i])
				}
			}
		}
	}
	walk(nil, value)
	return places
}

// place is where a value is in an answer: the keys of objects and the numbers of elements.
type place []any

func (p place) String() string { return strings.Trim(fmt.Sprint([]any(p)), "[]") }

// isElement reports whether the value is an element of a list.
func (p place) isElement() bool {
	_, ok := p[len(p)-1].(int)
	return ok
}

// name is the field's, of what has an id or a number instead that of what it is in; "" in a list that
// is the whole answer.
func (p place) name() string {
	for _, key := range slices.Backward(p) {
		if name, ok := key.(string); ok && strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return ""
}

// row is the innermost object in a list that the value is in, or is itself; nil: it is in none.
func (p place) row(answer any) place {
	for n, key := range slices.Backward(p) {
		if _, ok := key.(int); ok {
			if _, ok := p[:n+1].in(answer).(map[string]any); ok {
				return p[:n+1]
			}
		}
	}
	return nil
}

// isWithin reports whether the place is in another one.
func (p place) isWithin(other place) bool {
	return len(p) > len(other) && slices.Equal(p[:len(other)], other)
}

// in returns the value at the place.
func (p place) in(value any) any {
	for _, key := range p {
		switch v := value.(type) {
		case map[string]any:
			value = v[key.(string)]
		case []any:
			value = v[key.(int)]
		}
	}
	return value
}

// absent stands for a value that is taken out.
type absent struct{}

// with returns the JSON of an answer in which another value is at the place.
func (p place) with(tb testing.TB, answer, other any) []byte {
	tb.Helper()
	last := p[len(p)-1]
	switch v := p[:len(p)-1].in(answer).(type) {
	case map[string]any:
		key := last.(string)
		was := v[key]
		defer func() { v[key] = was }()
		v[key] = other
		if other == (absent{}) {
			delete(v, key)
		}
	case []any:
		i := last.(int)
		if other == (absent{}) {
			rest := slices.Delete(slices.Clone(v), i, i+1)
			if len(p) == 1 {
				return toJSON(tb, rest)
			}
			return p[:len(p)-1].with(tb, answer, rest)
		}
		was := v[i]
		defer func() { v[i] = was }()
		v[i] = other
	}
	return toJSON(tb, answer)
}

func toJSON(tb testing.TB, value any) []byte {
	tb.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

func fromJSON(tb testing.TB, body []byte) (value any) {
	tb.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		tb.Fatal(err)
	}
	return value
}
