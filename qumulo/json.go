package qumulo

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Answers are decoded by the version 2 of encoding/json that Go 1.27 brings: this module is its mirror, and becomes an alias of it there. Of
// the time that version 1 takes it needs two thirds.

// lenient is how answers are read: a name that comes twice or in capitals, or text that is not UTF-8, is no reason to show nothing.
func lenient() []json.Options {
	return []json.Options{
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), json.MatchCaseInsensitiveNames(true), jsonv1.MatchCaseSensitiveDelimiter(true),
	}
}

// unmarshal decodes one JSON value, up to the first field of a wrong type.
func unmarshal(data []byte, target any) error { return json.Unmarshal(data, target, lenient()...) }

// newDecoder reads JSON as it streams.
func newDecoder(r io.Reader) *jsontext.Decoder { return jsontext.NewDecoder(r, lenient()...) }

// wrongListError is the error of another value where a list should be.
type wrongListError struct{ kind jsontext.Kind }

func (e *wrongListError) Error() string { return kindOf(byte(e.kind)) + " instead of a " + jsonList }

// wrongType returns which field of a value is of another type than it should be, and what is wrong with it; "" is the value
// itself. A type that decodes its fields itself has an error of its own within that of the whole.
func wrongType(err *json.SemanticError) (field string, wrong error) {
	for pointer := ""; ; {
		pointer += string(err.JSONPointer)
		inner, ok := errors.AsType[*json.SemanticError](err.Err)
		if !ok {
			field = shorten(strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")) // in it may be what the cluster sent
			if list, ok := errors.AsType[*wrongListError](err.Err); ok {
				return field, list
			}
			return field, fmt.Errorf("a JSON %s", typeWord(err.JSONKind))
		}
		err = inner
	}
}

// typeWord is the word of JSON for the type of a value.
func typeWord(kind jsontext.Kind) string {
	switch kind {
	case jsontext.KindBeginObject:
		return "object"
	case jsontext.KindBeginArray:
		return "array"
	case jsontext.KindString:
		return "string"
	case jsontext.KindNumber:
		return "number"
	case jsontext.KindNull:
		return "null"
	}
	return "bool"
}
