package qumulo

import (
	"encoding/json"
	"errors"
	"io"
)

// entriesInto decodes the list "entries" of a JSON object as it streams, as listInto does a
// list; null is a list without elements. The object's other fields are left out.
func entriesInto[T any](target *List[T], maxRows int) decoder {
	return func(body io.Reader) error {
		dec, err := startJSON(body, '{', jsonObject)
		if err != nil {
			return err
		}
		fresh, err := decodeEntries[T](dec, maxRows)
		if err != nil {
			return broken(jsonObject, err)
		}
		if err := endJSON(dec, jsonObject); err != nil {
			return err
		}
		if err := fresh.unusable(); err != nil {
			return err
		}
		*target = fresh
		return nil
	}
}

// decodeEntries reads an object from its first brace to its last.
func decodeEntries[T any](dec *json.Decoder, maxRows int) (list List[T], err error) {
	if _, err := dec.Token(); err != nil {
		return list, err
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return list, err
		}
		if key != "entries" {
			if err := dec.Decode(new(json.RawMessage)); err != nil {
				return list, err
			}
			continue
		}
		found, list = true, List[T]{} // of two the last, as json.Unmarshal has it
		if err := list.decode(dec, maxRows); err != nil {
			if odd, ok := errors.AsType[*BodyError](err); ok {
				odd.Problem = "entries: " + odd.Problem
			}
			return list, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return list, err
	}
	if !found {
		return list, &BodyError{Problem: jsonObject + " without entries"}
	}
	return list, nil
}
