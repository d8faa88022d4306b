package qumulotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is the part of an OpenAPI schema that the vendor's definition uses.
type schema struct {
	Type       string             `json:"type"`
	Enum       []string           `json:"enum"`
	Properties map[string]*schema `json:"properties"`
	Additional *schema            `json:"additionalProperties"`
	Items      *schema            `json:"items"`
}

// shapes is what may stand in the answer of one path: what a definition says of it, or what an
// example of it shows at the same place.
type shapes struct {
	schemas  []*schema
	examples []any
}

// vendor is what is known of each GET path.
type vendor map[string]*shapes

func (v vendor) at(path string) *shapes {
	if v[path] == nil {
		v[path] = &shapes{}
	}
	return v[path]
}

// readVendor reads the definitions and the recorded answers of dir.
func readVendor(t *testing.T, dir string) vendor {
	t.Helper()
	v := vendor{}
	for _, file := range []string{"openapi-7.7.2.json", "openapi-additions.json"} {
		var doc struct {
			Paths map[string]map[string]struct {
				Responses map[string]struct {
					Content map[string]struct {
						Schema *schema `json:"schema"`
					} `json:"content"`
				} `json:"responses"`
			} `json:"paths"`
		}
		readJSON(t, filepath.Join(dir, file), &doc)
		for path, methods := range doc.Paths {
			if s := methods["get"].Responses["200"].Content["application/json"].Schema; s != nil {
				at := v.at(path)
				at.schemas = append(at.schemas, s)
			}
		}
	}
	for path, s := range extraSchemas(t) {
		v.at(path).schemas = append(v.at(path).schemas, s)
	}
	var index struct {
		Examples []struct {
			File, Method, Path, Kind string
			Status                   int
		}
	}
	readJSON(t, filepath.Join(dir, "examples", "index.json"), &index)
	for _, e := range index.Examples {
		if e.Method == http.MethodGet && e.Status == 200 && !strings.HasPrefix(e.Kind, "hand-made") {
			var example any
			readJSON(t, filepath.Join(dir, "examples", e.File), &example)
			path, _, _ := strings.Cut(e.Path, "?")
			at := v.at(path)
			at.examples = append(at.examples, example)
		}
	}
	return v
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// of returns what is known of a path: of one that a definition has with placeholders, such as {id}, too.
func (v vendor) of(path string) *shapes {
	if known := v[path]; known != nil {
		return known
	}
	segments := strings.Split(path, "/")
	for template, known := range v {
		fits := func(have, want string) bool { return have == want || strings.HasPrefix(want, "{") && have != "" }
		if slices.EqualFunc(segments, strings.Split(template, "/"), fits) {
			return known
		}
	}
	return nil
}

// check returns one line for each thing in an answer of path that the vendor knows nothing of.
func (v vendor) check(path string, body []byte) []string {
	known := v.of(path)
	if known == nil {
		return []string{path + ": path is in no definition"}
	}
	var answer any
	if err := json.Unmarshal(body, &answer); err != nil {
		return []string{path + ": " + err.Error()}
	}
	schemas := known.schemas
	if slices.Contains([]string{"/v1/smb/sessions/"}, path) { // paged, which is in no definition
		schemas = append(slices.Clip(schemas), &schema{Properties: map[string]*schema{
			"paging": {Type: "object", Properties: map[string]*schema{"next": {Type: "string"}}},
		}})
	}
	return walk(path, answer, schemas, known.examples)
}

var (
	listIndex = regexp.MustCompile(`\[\d+\]`)
	idKey     = regexp.MustCompile(`\.\d+\b`)
)

// general is a place without the numbers of list elements, and with * for ids that are keys.
func general(place string) string {
	return idKey.ReplaceAllString(listIndex.ReplaceAllString(place, ""), ".*")
}

// walk compares the value at one place with every schema and example of that place.
func walk(place string, value any, schemas []*schema, examples []any) []string {
	kind := kindOf(value)
	if (kind == "null" || value == "") && gaps()[general(place)] != "" {
		return nil
	}
	typed := slices.ContainsFunc(schemas, func(s *schema) bool { return s.Type == kind })
	shown := slices.ContainsFunc(examples, func(e any) bool { return kindOf(e) == kind })
	if len(schemas)+len(examples) == 0 {
		return []string{place + ": field is unknown"}
	}
	if !typed && !shown {
		return []string{place + ": no " + kind + " here"}
	}
	switch value := value.(type) {
	case map[string]any:
		var faults []string
		for name, field := range value {
			var below []*schema
			for _, s := range schemas {
				if sub := s.Properties[name]; sub != nil {
					below = append(below, sub)
				} else if s.Additional != nil {
					below = append(below, s.Additional)
				}
			}
			var shown []any
			for _, e := range examples {
				if object, ok := e.(map[string]any); ok {
					if sub, ok := object[name]; ok {
						shown = append(shown, sub)
					}
				}
			}
			faults = append(faults, walk(place+"."+name, field, below, shown)...)
		}
		return faults
	case []any:
		var below []*schema
		for _, s := range schemas {
			if s.Items != nil {
				below = append(below, s.Items)
			}
		}
		var shown []any
		for _, e := range examples {
			if list, ok := e.([]any); ok {
				shown = append(shown, list...)
			}
		}
		var faults []string
		for i, item := range value {
			faults = append(faults, walk(fmt.Sprintf("%s[%d]", place, i), item, below, shown)...)
		}
		return faults
	case string:
		free := slices.ContainsFunc(schemas, func(s *schema) bool {
			return s.Type == "string" && (len(s.Enum) == 0 || slices.Contains(s.Enum, value))
		})
		enumerated := slices.ContainsFunc(schemas, func(s *schema) bool { return len(s.Enum) > 0 })
		if !free && (enumerated || !shown) && !slices.Contains(examples, any(value)) {
			return []string{fmt.Sprintf("%s: unknown word %q", place, value)}
		}
	}
	return nil
}

// kindOf returns the schema type of a JSON value.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}
