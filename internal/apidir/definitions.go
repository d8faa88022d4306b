package apidir

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Definitions are the vendor's definitions of the API, the oldest first.
type Definitions []map[string]*schema

// schema is that of an answer or of a part of one.
type schema struct {
	Enum       []string
	Items      *schema
	Properties map[string]*schema
	Additional *schema `json:"additionalProperties"`
}

// ReadDefinitions reads them from the folder that Find returns.
func ReadDefinitions(tb testing.TB) (all Definitions) {
	tb.Helper()
	dir := Find(tb)
	for _, file := range []string{"openapi-7.2.3.json", definition, "openapi-additions.json"} {
		all = append(all, answers(tb, filepath.Join(dir, file)))
	}
	return all
}

// answers returns the schemas of the answers of each path that can be read.
func answers(tb testing.TB, file string) map[string]*schema {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema *schema }
			}
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		tb.Fatal(file, err)
	}
	schemas := map[string]*schema{}
	for path, methods := range doc.Paths {
		schemas[path] = methods["get"].Responses["200"].Content["application/json"].Schema
	}
	return schemas
}

// Words returns the words that the definitions know of a field in the answer of path, sorted. The
// field is named from the answer's top; lists are walked through: "entries.state"; "*" is each key
// of a map. A field without words ends the test.
func (d Definitions) Words(tb testing.TB, path, field string) []string {
	tb.Helper()
	var words []string
	for _, schemas := range d {
		words = append(words, schemas[path].words(field)...)
	}
	if len(words) == 0 {
		tb.Fatalf("no definition has words of %s in %s", field, path)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func (s *schema) words(field string) []string {
	for name := range strings.SplitSeq(field, ".") {
		for s != nil && s.Items != nil {
			s = s.Items
		}
		switch {
		case s == nil:
			return nil
		case name == "*":
			s = s.Additional
		default:
			s = s.Properties[name]
		}
	}
	if s != nil && s.Items != nil {
		s = s.Items
	}
	if s == nil {
		return nil
	}
	return s.Enum
}
