package qumulo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// memberMaxRows bounds the list in these tests.
const memberMaxRows = 3

func TestMember(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		ids     []Text
		problem string // "": it is read
	}{
		"list":                         {body: `{"entries":[{"id":1},{"id":"b"}]}`, ids: []Text{"1", "b"}},
		"among other fields":           {body: ` {"a":[{"entries":[7]}],"b":"}","entries":[{"id":1}],"paging":{"next":null}} `, ids: []Text{"1"}},
		"empty":                        {body: `{"entries":[]}`},
		"null":                         {body: `{"entries":null,"a":1}`, problem: "JSON object without entries"},
		"twice: the last one is null":  {body: `{"entries":[{"id":1}],"entries":null}`, problem: "JSON object without entries"},
		"twice: the first one is null": {body: `{"entries":null,"entries":[{"id":1}]}`, ids: []Text{"1"}},
		"twice: the last one counts":   {body: `{"entries":[{"id":1},{"id":2}],"entries":[{"id":3}]}`, ids: []Text{"3"}},
		"as many as may be":            {body: `{"entries":[{"id":1},{"id":2},{"id":3}]}`, ids: []Text{"1", "2", "3"}},
		"one more":                     {body: `{"entries":[{},{},{},{}]}`, problem: "the answer has more than 3 rows"},
		"an odd one between":           {body: `{"entries":[{"id":1},7,{"id":2}]}`, ids: []Text{"1", "2"}},
		"missing":                      {body: `{"items":[{"id":1}]}`, problem: "JSON object without entries"},
		"nothing in it":                {body: `{}`, problem: "JSON object without entries"},
		"empty text":                   {body: `{"entries":""}`, problem: "JSON object without entries"},
		"text":                         {body: `{"entries":"x"}`, problem: "entries: JSON string instead of a JSON list"},
		"object":                       {body: `{"entries":{"id":1}}`, problem: "entries: JSON object instead of a JSON list"},
		"number":                       {body: `{"entries":7}`, problem: "entries: JSON number instead of a JSON list"},
		"boolean":                      {body: `{"entries":false}`, problem: "entries: JSON boolean instead of a JSON list"},
		"no objects":                   {body: `{"entries":[1,2]}`, problem: "JSON list of something else than objects: an element of the list is a JSON number, not an object"},
		"bare list":                    {body: `[{"id":1}]`, problem: "JSON list instead of a JSON object"},
		"HTML":                         {body: `<html>`, problem: "HTML instead of a JSON object"},
		"null instead of it":           {body: `null`, problem: "null instead of a JSON object"},
		"empty body":                   {body: ``, problem: "empty body instead of a JSON object"},
		"cut in the list":              {body: `{"entries":[{"id":1},{"id"`, problem: "truncated JSON object"},
		"cut after as many as may be":  {body: `{"entries":[{},{},{}`, problem: "truncated JSON object"},
		"cut after the list":           {body: `{"entries":[{"id":1}]`, problem: "truncated JSON object"},
		"cut before the list":          {body: `{"entries":`, problem: "truncated JSON object"},
		"cut in another field":         {body: `{"a":[1,`, problem: "truncated JSON object"},
		"malformed after the list":     {body: `{"entries":[] "a":1}`, problem: "malformed JSON object: at byte 14"},
		"trailing data":                {body: `{"entries":[]} {}`, problem: "trailing data after the JSON object"},
		"more rows than may be, first": {body: `{"entries":[{},{},{},{}],"entries":[]}`, problem: "the answer has more than 3 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			got := List[entry]{Items: []entry{{ID: "before"}}}
			err := memberInto(&got, "entries", memberMaxRows)(strings.NewReader(c.body))
			if c.problem != "" {
				if err == nil || err.Error() != c.problem {
					t.Fatalf("error %v, want %s", err, c.problem)
				}
				body, isBody := errors.AsType[*BodyError](err)
				_, isLimit := errors.AsType[*LimitError](err)
				if isBody == isLimit || strings.HasPrefix(c.problem, "truncated") && !errors.Is(body, io.ErrUnexpectedEOF) {
					t.Errorf("the error is a %T: %v", err, err)
				}
				if len(got.Items) != 1 || got.Items[0].ID != "before" {
					t.Errorf("with the error came %+v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var ids []Text
			for _, e := range got.Items {
				ids = append(ids, e.ID)
			}
			if !reflect.DeepEqual(ids, c.ids) {
				t.Errorf("there are %q, want %q", ids, c.ids)
			}
		})
	}
}

type entry struct {
	ID Text `json:"id"`
}

// TestMemberStream: the answer is read no further than the row that is one too many.
func TestMemberStream(t *testing.T) {
	rest := strings.NewReader(strings.Repeat(`{"id":1},`, 100_000))
	var got List[entry]
	err := memberInto(&got, "entries", memberMaxRows)(io.MultiReader(strings.NewReader(`{"entries":[`), rest))
	if _, isLimit := errors.AsType[*LimitError](err); !isLimit {
		t.Errorf("error %v, want that of the bound", err)
	}
	if read := rest.Size() - int64(rest.Len()); read > 64<<10 {
		t.Errorf("%d bytes were read", read)
	}
}

// TestBrokenOff: the error of a connection, and that of the bound of bytes, is told as it is, wherever it comes.
func TestBrokenOff(t *testing.T) {
	const body = `{"entries":[{"id":1},{"id":2}],"x":[1,{"y":"z"}]}`
	gone := errors.New("connection reset by peer")
	for name, decode := range map[string]func() decoder{
		"object": func() decoder { return objectInto(new(entry)) },
		"list":   func() decoder { return listInto(new(List[entry]), memberMaxRows) },
		"member": func() decoder { return memberInto(new(List[entry]), "entries", memberMaxRows) },
	} {
		body := body
		if name == "list" {
			body = `[{"id":1},{"id":2,"x":[1,{"y":"z"}]}]`
		}
		for n := range len(body) {
			broken := &boundedReader{r: io.MultiReader(strings.NewReader(body[:n]), iotest.ErrReader(gone)), limit: 1000}
			if err := broken.because(decode()(broken)); err != gone { //nolint:errorlint // no other one around it
				t.Errorf("%s, %d bytes: %v", name, n, err)
			}
			large := &boundedReader{r: strings.NewReader(body), limit: int64(n)}
			if err := large.because(decode()(large)); !reflect.DeepEqual(err, &LimitError{Limit: int64(n), Unit: "bytes"}) {
				t.Errorf("%s, at most %d bytes: %v", name, n, err)
			}
		}
	}
}

// FuzzMember compares with what encoding/json makes of the whole text.
func FuzzMember(f *testing.F) {
	for _, seed := range []string{
		`{"entries":[{"id":1}]}`, `{"a":{"entries":[1]},"entries":[{},7,null]}`, `{"entries":null}`, `{"entries":[],"entries":null}`, `{"ENTRIES":[{}]}`,
		`{"entries":[{"id":1}],}`, `{"entries":[{}] ,"b":"\"]"} `, `{"entries":`, `{"entries":[{}]}}`, `{}`, `[]`, `null`, ``, `{"\u0065ntries":[{}]}`, "{\"\xff\":1}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got List[entry]
		err := memberInto(&got, "entries", memberMaxRows)(bytes.NewReader(data))
		var plain map[string]json.RawMessage // its keys are told apart by case
		isObject := json.Unmarshal(data, &plain) == nil && plain != nil
		var rows []json.RawMessage
		sent, found := plain["entries"]
		isList := isObject && found && json.Unmarshal(sent, &rows) == nil && rows != nil
		if err == nil && (!isList || len(rows) > memberMaxRows) {
			t.Fatalf("%q was read, but has no list of at most %d entries", data, memberMaxRows)
		}
		objects := 0
		for _, row := range rows {
			if bytes.TrimSpace(row)[0] == '{' {
				objects++
			}
		}
		if err == nil && len(got.Items) != objects {
			t.Errorf("%q: %d items of %d objects", data, len(got.Items), objects)
		}
		once := bytes.Count(data, []byte("ntries")) == 1
		if err != nil && isList && once && len(rows) <= memberMaxRows && (objects > 0 || len(rows) == 0) {
			t.Errorf("%q: %v", data, err)
		}
		if err != nil && got.Items != nil {
			t.Errorf("with the error %v came %+v", err, got)
		}
	})
}
