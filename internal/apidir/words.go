package apidir

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Words returns the words that the definitions know of a field in the answer of path, sorted. The
// field is named from the answer's top; lists are walked through: "entries.state". A field without
// words ends the test.
func Words(tb testing.TB, path, field string) []string {
	tb.Helper()
	dir := Find(tb)
	var words []string
	for _, file := range []string{"openapi-7.2.3.json", definition, "openapi-additions.json"} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			tb.Fatal(err)
		}
		var all any
		if err := json.Unmarshal(data, &all); err != nil {
			tb.Fatal(file, err)
		}
		place := element(at(all, "paths", path, "get", "responses", "200", "content", "application/json", "schema"))
		for name := range strings.SplitSeq(field, ".") {
			place = element(at(place, "properties", name))
		}
		enum, _ := at(place, "enum").([]any)
		for _, word := range enum {
			if text, ok := word.(string); ok {
				words = append(words, text)
			}
		}
	}
	if len(words) == 0 {
		tb.Fatalf("no definition has words of %s in %s", field, path)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// element returns the schema of a list's elements, and any other schema as it is.
func element(schema any) any {
	if items := at(schema, "items"); items != nil {
		return items
	}
	return schema
}

// at goes down by names, to nil where there is nothing.
func at(place any, names ...string) any {
	for _, name := range names {
		object, _ := place.(map[string]any)
		place = object[name]
	}
	return place
}
