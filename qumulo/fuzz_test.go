package qumulo

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// longest is how much of an odd value is shown at most: with "…" and replaced bytes.
const longest = 3*rawLimit + len("…")

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{
		`0`, `-1.5e3`, `"42"`, `"18446744073709551615"`, `" 7 "`, `null`, `""`, `"abc"`, `"NaN"`, `"-Inf"`, `1e999`,
		`"0x1p-2"`, `"1_000"`, `true`, `{"a":1}`, `[1]`, `"\u0034"`, "\"\xff\"", `"`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var n Number
		err := json.Unmarshal(data, &n)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("error %v: a number takes any JSON and nothing else", err)
		}
		v, known := n.Value()
		raw, bad := n.Malformed()
		if math.IsNaN(v) || math.IsInf(v, 0) || known && bad || !known && v != 0 {
			t.Errorf("%s: %v, %v, %q", data, v, known, raw)
		}
		if !utf8.ValidString(raw) || len(raw) > longest {
			t.Errorf("%s: shown as %q", data, raw)
		}
		var plain float64
		if json.Unmarshal(data, &plain) == nil && (v != plain || known != (string(bytes.TrimSpace(data)) != "null")) {
			t.Errorf("%s: %v, want %v", data, v, plain)
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		`"2026-11-24T19:34:18Z"`, `"2026-11-24T19:34:18.123456789+01:30"`, `"2026-11-24T19:34:18,5Z"`, `"0000-01-01T00:00:00-23:59"`,
		`"9999-12-31T23:59:59.999999999Z"`, `" 2026-11-24T19:34:18Z "`, `null`, `""`, `"never"`, `1764012858`, `true`, `{"a":1}`, `[1]`, "\"\xff\"", `"`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got Time
		err := json.Unmarshal(data, &got)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("error %v: a time takes any JSON and nothing else", err)
		}
		v, known := got.Value()
		raw, bad := got.Malformed()
		if known && bad || !known && !v.IsZero() || v.Location() != time.UTC {
			t.Errorf("%s: %v, %v, %q", data, v, known, raw)
		}
		if !utf8.ValidString(raw) || len(raw) > longest {
			t.Errorf("%s: shown as %q", data, raw)
		}
		var plain time.Time
		if json.Unmarshal(data, &plain) == nil && string(bytes.TrimSpace(data)) != "null" && (!v.Equal(plain) || !known) {
			t.Errorf("%s: %v, want %v", data, v, plain)
		}
	})
}

func FuzzEncryptionStatus(f *testing.F) {
	for _, seed := range []string{
		`{"type":"KMS","Status":"KMS Available"}`,
		`{"type":"KMS","status":"KMS Available","ca_cert_expiry":"2027-04-18T19:55:17Z"}`, `{"kms_store":{"status":"KMS Available"}}`,
		`{"config_details":{"status":5},"local_store":[1],"kms_store":null}`, `{"status":"Encrypted","kms_store":"x"}`, `{}`, `null`, `7`, `[]`, `{"status"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got EncryptionStatus
		var plain struct{ Status Text }
		err := json.Unmarshal(data, &got)
		if plainErr := json.Unmarshal(data, &plain); (err == nil) != (plainErr == nil) {
			t.Fatalf("%s: error %v: it takes any object, %v", data, err, plainErr)
		}
		if plain.Status != "" && got.Status != plain.Status {
			t.Errorf("%s: %q, want %q", data, got.Status, plain.Status)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`"online"`, `""`, `null`, `1`, `1.0`, `-0.5e3`, `true`, `{"a":1}`, `[1]`, `"\u00e9\n"`, `"\ud83d"`, "\"\xff☃\"", `"`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var text Text
		err := json.Unmarshal(data, &text)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("error %v: a text takes any JSON and nothing else", err)
		}
		if !utf8.ValidString(string(text)) || !utf8.ValidString(text.Whole()) {
			t.Errorf("%s: %q is not UTF-8", data, text)
		}
		var plain string
		if json.Unmarshal(data, &plain) == nil && string(text) != plain {
			t.Errorf("%s: %q, want %q", data, text, plain)
		}
		if whole := Text(text.Whole()); whole.Whole() != string(whole) {
			t.Errorf("%s: the whole of %q is %q", data, whole, whole.Whole())
		}
	})
}

func FuzzNodes(f *testing.F) {
	addAnswers(f, "/v1/cluster/nodes/")
	f.Fuzz(func(t *testing.T, data []byte) { checkList[Node](t, data) })
}

func FuzzSlots(f *testing.F) {
	addAnswers(f, "/v1/cluster/slots/")
	f.Fuzz(func(t *testing.T, data []byte) { checkList[Slot](t, data) })
}

func FuzzFileSystem(f *testing.F) {
	addAnswers(f, "/v1/file-system")
	f.Fuzz(func(t *testing.T, data []byte) {
		var got FileSystem
		err := objectInto(&got)(bytes.NewReader(data))
		var want map[string]json.RawMessage
		readable := json.Unmarshal(data, &want) == nil && want != nil
		if (err == nil) != readable {
			t.Fatalf("error is %v, but it is an object: %v", err, readable)
		}
		if err != nil && got != (FileSystem{}) {
			t.Errorf("with the error %v came %+v", err, got)
		}
		for _, n := range []Number{got.BlockSize, got.Total, got.Free, got.Snapshots, got.PortalCache} {
			if v, _ := n.Value(); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%+v", got)
			}
		}
	})
}

// addAnswers seeds with the answer of a simulated cluster, and with odd and broken ones.
func addAnswers(f *testing.F, path string) {
	f.Helper()
	// A small one: the engine spends its time on making large ones small.
	body, found := qumulotest.Generate(qumulotest.GenerateOptions{Nodes: 1, Bays: 1, NodeCapacity: true}).Answer(path)
	if !found {
		f.Fatalf("no answer of %s", path)
	}
	f.Add(body)
	for _, seed := range []string{
		``, ` `, `null`, `[]`, `{}`, `[null]`, `[{}]`, `[1,{}]`, `[{"id":1},{"id"`, `[{"id":1} {"id":2}]`, `[{},]`, `[,{}]`, `[{}]]`,
		`[{}] x`, `[}`, `{} {}`, `{"total_size_bytes":1e999}`, `{"free_size_bytes":{"a":[1]}}`, `<html>`, `[[[[]]]]`, "[{\"id\":\"\xff\"}]",
	} {
		f.Add([]byte(seed))
	}
}

// checkList reads a list and compares what came with what is in it.
func checkList[T any](t *testing.T, data []byte) {
	t.Helper()
	const maxRows = 50
	var got List[T]
	decode := listInto(&got, maxRows)
	err := decode(bytes.NewReader(data))
	var rows []json.RawMessage
	readable := json.Unmarshal(data, &rows) == nil && rows != nil
	if err == nil && (!readable || len(rows) > maxRows) {
		t.Fatalf("%q was read, but it is no list of at most %d rows", data, maxRows)
	}
	objects := 0
	for _, row := range rows {
		if row = bytes.TrimSpace(row); row[0] == '{' {
			objects++
		}
	}
	if readable && len(rows) <= maxRows && (objects > 0 || len(rows) == 0) {
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if len(got.Items) != objects || len(got.Malformed) != min(len(rows)-objects, maxMalformed) {
			t.Errorf("%d items and %d faults from %d objects in %d rows", len(got.Items), len(got.Malformed), objects, len(rows))
		}
	}
	if err != nil && (got.Items != nil || got.Malformed != nil) {
		t.Errorf("with the error %v came %+v", err, got)
	}
	first := got
	if again := decode(bytes.NewReader(data)); (again == nil) != (err == nil) || !reflect.DeepEqual(got.Items, first.Items) {
		t.Errorf("read again it is %v, %+v; at first %v, %+v", again, got, err, first)
	}
}
