package qumulo

import (
	"context"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// getMember asks for a list that is the one content of an object, as a member of that name.
func getMember[T any](ctx context.Context, c *Client, e Endpoint, name string, args ...any) (List[T], error) {
	var list List[T]
	err := c.get(ctx, e, memberInto(&list, name, c.rows(e)), args...)
	return list, err
}

// memberInto decodes a list within a JSON object as it streams, as listInto does a bare
// one. The object's other fields are left out. As null is no answer of a bare list, an
// object without the list, or with null or "" for it, is none.
func memberInto[T any](target *List[T], name string, maxRows int) decoder {
	return func(body io.Reader) error {
		dec, err := startJSON(body, '{', jsonObject)
		if err != nil {
			return err
		}
		fresh, err := decodeMember[T](dec, name, maxRows)
		if err != nil {
			return broken(jsonObject, err)
		}
		if err := endJSON(dec, jsonObject); err != nil {
			return err
		}
		if err := fresh.memberError(name); err != nil {
			return err
		}
		*target = fresh
		return nil
	}
}

// decodeMember reads an object from its first brace to its last.
func decodeMember[T any](dec *jsontext.Decoder, name string, maxRows int) (list List[T], err error) {
	if _, err := dec.ReadToken(); err != nil {
		return list, err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		key, err := dec.ReadToken()
		if err != nil {
			return list, err
		}
		if key.String() != name {
			if err := dec.SkipValue(); err != nil {
				return list, err
			}
			continue
		}
		list = List[T]{} // of two the last counts
		if err := list.decode(dec, maxRows); err != nil {
			if odd, ok := errors.AsType[*BodyError](err); ok {
				odd.Problem = name + ": " + odd.Problem
			}
			return list, err
		}
	}
	_, err = dec.ReadToken()
	return list, err
}

// memberError returns an error if the list that is the one content of an object, a member of that
// name, was not sent: what the cluster does not say is not an empty list.
func (l *List[T]) memberError(name string) error {
	if l.Items == nil {
		return &BodyError{Problem: jsonObject + " without " + name}
	}
	return l.unusable()
}
