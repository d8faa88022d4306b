package qumulo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
)

// member is a list within a JSON object that is the whole answer.
type member struct {
	name     string
	optional bool // an object without it, or with null for it, is no error
}

// getMember asks for a list within an object. It returns nil where the answer is without
// one that is optional.
func getMember[T any](ctx context.Context, c *Client, e Endpoint, m member) (*List[T], error) {
	var list *List[T]
	err := c.get(ctx, e, c.answers(e, memberInto(&list, m, c.rows(e))))
	return list, err
}

// memberInto decodes a list within a JSON object as it streams, as listInto does a bare
// one. The object's other fields are left out.
func memberInto[T any](target **List[T], m member, maxRows int) decoder {
	return func(body io.Reader) error {
		dec, err := startJSON(body, '{', jsonObject)
		if err != nil {
			return err
		}
		fresh, err := decodeMember[T](dec, m, maxRows)
		if err != nil {
			return broken(jsonObject, err)
		}
		if err := endJSON(dec, jsonObject); err != nil {
			return err
		}
		if fresh != nil {
			if err := fresh.unusable(); err != nil {
				return err
			}
		}
		*target = fresh
		return nil
	}
}

// decodeMember reads an object from its first brace to its last.
func decodeMember[T any](dec *json.Decoder, m member, maxRows int) (list *List[T], err error) {
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		if key != m.name {
			if err := dec.Decode(new(json.RawMessage)); err != nil {
				return nil, err
			}
			continue
		}
		fresh := new(List[T]) // of two the last counts, as json.Unmarshal has it
		sent, err := fresh.decode(dec, maxRows)
		if err != nil {
			if odd, ok := errors.AsType[*BodyError](err); ok {
				odd.Problem = m.name + ": " + odd.Problem
			}
			return nil, err
		}
		if list = nil; sent {
			list = fresh
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if list == nil && !m.optional {
		return nil, &BodyError{Problem: jsonObject + " without " + m.name}
	}
	return list, nil
}
