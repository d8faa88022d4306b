package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// series is one line of a page.
type series struct {
	name   string
	labels map[string]string
	value  float64
}

// page is what a cluster shows at one moment.
type page []series

// is reports whether the series has the name and all the labels: "node_id", "4", …
func (s series) is(name string, labels ...string) bool {
	if s.name != name {
		return false
	}
	for i := 0; i+1 < len(labels); i += 2 {
		if s.labels[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

// key writes the series as a line begins with it.
func (s series) key(instance string) string {
	var b strings.Builder
	b.WriteString(s.name + `{job="qumulo",instance=` + strconv.Quote(instance))
	for _, name := range slices.Sorted(maps.Keys(s.labels)) {
		b.WriteString("," + name + "=" + strconv.Quote(s.labels[name]))
	}
	b.WriteByte('}')
	return b.String()
}
