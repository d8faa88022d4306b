package qumulo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What an answer is, in words.
const (
	jsonObject = "JSON object"
	jsonList   = "JSON list"
)

// startSize is how many bytes are read at once until the first one that is no white space. The decoder, which reads more, has room of
// its own.
const startSize = 512

// maxMalformed bounds how many malformed elements of a list are kept.
const maxMalformed = 10

// List is a list answer, or a list within one; Items is nil where none was sent: it is missing,
// null or "". Elements that can't be read as what they should be are
// left out of Items and said in Malformed (the first ten), so that one odd
// element does not hide the others.
type List[T any] struct {
	Items     []T
	Malformed []error
}

// decoder reads the body of one successful answer. It may be called again with
// another answer, if the call is sent again, and starts anew then. Of an answer
// that can't be read to its end nothing is returned.
type decoder func(body io.Reader) error

// objectInto decodes a JSON object into target.
func objectInto[T any](target *T) decoder {
	return func(body io.Reader) error {
		var fresh T
		dec, err := startJSON(body, '{', jsonObject)
		if err != nil {
			return err
		}
		value, err := dec.ReadValue()
		if err != nil {
			return broken(jsonObject, err)
		}
		if err := unmarshal(value, &fresh); err != nil {
			return broken(jsonObject, err)
		}
		if err := endJSON(dec, jsonObject); err != nil {
			return err
		}
		*target = fresh
		return nil
	}
}

// listInto decodes a JSON list as it streams: the text is never held as a
// whole. More than maxRows elements are an error.
func listInto[T any](target *List[T], maxRows int) decoder {
	return func(body io.Reader) error {
		var fresh List[T]
		dec, err := startJSON(body, '[', jsonList)
		if err != nil {
			return err
		}
		if err := fresh.decode(dec, maxRows); err != nil {
			return err
		}
		if err := endJSON(dec, jsonList); err != nil {
			return err
		}
		if err := fresh.unusable(); err != nil {
			return err
		}
		*target = fresh
		return nil
	}
}

// UnmarshalJSON takes a list within an object, null and "". The decoder adds the name of the field
// to the error of anything else.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = List[T]{}
	switch {
	case isNothing(data):
		return nil
	case data[0] == '[':
		return l.decode(newDecoder(bytes.NewBuffer(data)), math.MaxInt)
	}
	return &wrongListError{jsontext.Value(data).Kind()}
}

// unusable returns an error if the list has elements and none of them is what it should be: it is
// another list than the one asked for.
func (l *List[T]) unusable() error {
	if len(l.Items) == 0 && len(l.Malformed) > 0 {
		return &BodyError{Problem: jsonList + " of something else than objects", Err: l.Malformed[0]}
	}
	return nil
}

// decode reads a list from its first bracket to its last, or null or "" in its place.
func (l *List[T]) decode(dec *jsontext.Decoder, maxRows int) error {
	switch first, err := dec.ReadToken(); {
	case err != nil:
		return broken(jsonList, err)
	case first.Kind() == jsontext.KindNull, first.Kind() == jsontext.KindString && first.String() == "":
		return nil
	case first.Kind() != jsontext.KindBeginArray:
		return &BodyError{Problem: (&wrongListError{first.Kind()}).Error()}
	}
	l.Items = []T{}
	for rows := 0; ; rows++ {
		next := dec.PeekKind()
		if next == jsontext.KindEndArray {
			break
		}
		if rows == maxRows && next != jsontext.KindInvalid { // which is an error, and no row
			return &LimitError{Limit: int64(maxRows), Unit: "rows"}
		}
		if err := l.decodeNext(dec); err != nil {
			return broken(jsonList, err)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return broken(jsonList, err)
	}
	return nil
}

// decodeNext appends the list's next element. An element of the wrong type is
// noted; only broken JSON is an error.
func (l *List[T]) decodeNext(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() == jsontext.KindNull {
		l.note(errors.New("an element of the list is null"))
		return nil
	}
	n := len(l.Items)
	if n == cap(l.Items) {
		l.Items = slices.Grow(l.Items, max(n, 16)) // twice as many, however many there are
	}
	l.Items = append(l.Items, *new(T))
	err = unmarshal(value, &l.Items[n])
	if err == nil {
		return nil
	}
	l.Items = l.Items[:n]
	odd, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	if field, wrong := wrongType(odd); field == "" {
		l.note(fmt.Errorf("an element of the list is %w, not an object", wrong))
	} else {
		l.note(fmt.Errorf("an element of the list: %w", fieldError(field, wrong)))
	}
	return nil
}

func (l *List[T]) note(err error) {
	if len(l.Malformed) < maxMalformed {
		l.Malformed = append(l.Malformed, err)
	}
}

// startJSON checks the first byte that is no white space.
func startJSON(body io.Reader, first byte, want string) (*jsontext.Decoder, error) {
	r := bufio.NewReaderSize(body, startSize)
	for {
		b, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil, &BodyError{Problem: "empty body instead of a " + want}
		case err != nil:
			return nil, err
		case b == ' ' || b == '\t' || b == '\r' || b == '\n':
			continue
		case b != first:
			return nil, &BodyError{Problem: kindOf(b) + " instead of a " + want}
		}
		return newDecoder(r), r.UnreadByte()
	}
}

// endJSON reads what is left, which lets the connection be used again and shows
// a body that was cut after its last bracket.
func endJSON(dec *jsontext.Decoder, want string) error {
	_, err := dec.ReadToken()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		return &BodyError{Problem: "trailing data after the " + want}
	}
	return broken(want, err)
}

// broken names what is wrong with a body that began well. Errors of the
// connection and of the deadline stay what they are.
func broken(want string, err error) error {
	var (
		syntax *jsontext.SyntacticError
		odd    *json.SemanticError
	)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &BodyError{Problem: "truncated " + want, Err: io.ErrUnexpectedEOF}
	case errors.As(err, &syntax) && errors.Unwrap(syntax.Err) == nil: // within it may be the error of the connection
		return &BodyError{Problem: "malformed " + want, Err: fmt.Errorf("at byte %d", syntax.ByteOffset)}
	case errors.As(err, &odd):
		return &BodyError{Problem: "malformed " + want, Err: fieldError(wrongType(odd))}
	}
	return err
}

// fieldError names the field that is of another type than it should be, as wrongType has found it.
func fieldError(field string, wrong error) error {
	if _, ok := errors.AsType[*wrongListError](wrong); ok {
		return fmt.Errorf("field %q: %w", field, wrong)
	}
	return fmt.Errorf("field %q is %w", field, wrong)
}

func kindOf(first byte) string {
	switch first {
	case '<':
		return "HTML"
	case '{':
		return jsonObject
	case '[':
		return jsonList
	case '"':
		return "JSON string"
	case 'n':
		return "null"
	case 't', 'f':
		return "JSON boolean"
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return "JSON number"
	}
	return "text"
}

// LimitError is an answer larger than the client takes.
type LimitError struct {
	Limit int64
	Unit  string // "bytes", "rows" or "pages"
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the answer has more than %d %s", e.Limit, e.Unit)
}

// boundedReader fails, rather than ends, beyond its limit.
type boundedReader struct {
	r      io.Reader
	read   int64
	limit  int64
	failed error // why the answer broke off
}

// Read implements io.Reader.
func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.read += int64(n)
	if b.read > b.limit {
		return n, &LimitError{Limit: b.limit, Unit: "bytes"}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = err
	}
	return n, err
}

// because returns why an answer could not be read: an error of its reader without what the decoder says of it. Of what was
// found wrong with the body it says whether the connection is to blame.
func (b *boundedReader) because(err error) error {
	if body, ok := errors.AsType[*BodyError](err); ok {
		body.Broken = b.failed != nil
		return err
	}
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return limit
	}
	if b.failed != nil && errors.Is(err, b.failed) {
		return b.failed
	}
	return err
}
