package qumulo_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

func TestNumber(t *testing.T) {
	long := `"` + strings.Repeat("x", 100) + `"`
	tests := []struct {
		json  string
		value float64
		known bool
		raw   string // of a value that is no number
	}{
		{json: `0`, value: 0, known: true},
		{json: `42`, value: 42, known: true},
		{json: `-1.5`, value: -1.5, known: true},
		{json: `1e3`, value: 1000, known: true},
		{json: `"0"`, value: 0, known: true},
		{json: `"42"`, value: 42, known: true},
		{json: `" 42\n"`, value: 42, known: true},
		{json: `"-7"`, value: -7, known: true},
		{json: `"+7"`, value: 7, known: true},
		{json: `"2.5E-3"`, value: 0.0025, known: true},
		{json: `"\u0034\u0032"`, value: 42, known: true},
		{json: `9007199254740993`, value: 1 << 53, known: true},
		{json: `"18446744073709551615"`, value: math.MaxUint64, known: true},
		{json: `"1e-400"`, value: 0, known: true},

		{json: `null`},
		{json: `""`},
		{json: `"  "`},

		{json: `"null"`}, // no number, and nothing to show either
		{json: `"abc"`, raw: "abc"},
		{json: `"12 TB"`, raw: "12 TB"},
		{json: `"1,000"`, raw: "1,000"},
		{json: `"-"`, raw: "-"},
		{json: `"1-2"`, raw: "1-2"},
		{json: `"NaN"`, raw: "NaN"},
		{json: `"nan"`, raw: "nan"},
		{json: `"Inf"`, raw: "Inf"},
		{json: `"-Infinity"`, raw: "-Infinity"},
		{json: `1e999`, raw: "1e999"},
		{json: `"-1e999"`, raw: "-1e999"},
		{json: `"0x10"`, raw: "0x10"},
		{json: `"0x1p-2"`, raw: "0x1p-2"},
		{json: `"1_000"`, raw: "1_000"},
		{json: `true`, raw: "true"},
		{json: `{"a":1}`, raw: `{"a":1}`},
		{json: `[1]`, raw: `[1]`},
		{json: "\"\xff\"", raw: "\uFFFD"},
		{json: long, raw: strings.Repeat("x", 64) + "…"},
	}
	for _, test := range tests {
		t.Run(test.json, func(t *testing.T) {
			n := qumulo.NumberOf(99) // what stood there before must not stay
			if err := json.Unmarshal([]byte(test.json), &n); err != nil {
				t.Fatal(err)
			}
			if v, known := n.Value(); v != test.value || known != test.known {
				t.Errorf("%v, %v; want %v, %v", v, known, test.value, test.known)
			}
			if raw, bad := n.Malformed(); raw != test.raw || bad != (test.raw != "") {
				t.Errorf("malformed %q, %v; want %q", raw, bad, test.raw)
			}
		})
	}
}

func TestMissingNumber(t *testing.T) {
	var f qumulo.FileSystem
	if err := json.Unmarshal([]byte(`{"free_size_bytes":"1","unknown":[{}]}`), &f); err != nil {
		t.Fatal(err)
	}
	if _, known := f.Total.Value(); known {
		t.Error("a field that was not sent has a value")
	}
	if v, known := f.Free.Value(); v != 1 || !known {
		t.Errorf("free is %v, %v; want 1", v, known)
	}
}

func TestTime(t *testing.T) {
	at := func(nanoseconds int) time.Time { return time.Date(2026, 11, 24, 19, 34, 18, nanoseconds, time.UTC) }
	for _, test := range []struct {
		json string
		want time.Time // zero: none
		raw  string    // of a value that is no time
	}{
		{json: `"2026-11-24T19:34:18Z"`, want: at(0)},
		{json: `" 2026-11-24T19:34:18Z\n"`, want: at(0)},
		{json: `"2026-11-24T19:34:18.5Z"`, want: at(500_000_000)},
		{json: `"2026-11-24T19:34:18.000001Z"`, want: at(1000)},
		{json: `"2026-11-24T19:34:18.123456789Z"`, want: at(123456789)},
		{json: `"2026-11-24T19:34:18.123456789+00:00"`, want: at(123456789)},
		{json: `"2026-11-24T21:04:18.000000007+01:30"`, want: at(7)},
		{json: `"1969-12-31T23:59:59Z"`, want: time.Unix(-1, 0).UTC()},
		{json: `"1970-01-01T00:00:00.001Z"`, want: time.UnixMilli(1).UTC()},
		{json: `"1970-01-01T00:00:00Z"`}, // never set
		{json: `"1969-12-31T16:00:00.000-08:00"`},
		{json: `"0001-01-01T00:00:00Z"`},
		{json: `null`},
		{json: `""`},
		{json: `" "`},
		{json: `"never"`, raw: "never"},
		{json: `1764012858`, raw: "1764012858"},
		{json: `"1764012858000"`, raw: "1764012858000"},
		{json: `"2026-11-24"`, raw: "2026-11-24"},
		{json: `"2026-11-24T19:34:18"`, raw: "2026-11-24T19:34:18"},
		{json: `"2026-11-24 19:34:18Z"`, raw: "2026-11-24 19:34:18Z"},
		{json: `"2026-13-24T19:34:18Z"`, raw: "2026-13-24T19:34:18Z"},
		{json: `"2026-02-29T19:34:18Z"`, raw: "2026-02-29T19:34:18Z"},
		{json: `"2026-11-24T19:34:18.Z"`, raw: "2026-11-24T19:34:18.Z"},
		{json: `"` + strings.Repeat("9", 100) + `"`, raw: strings.Repeat("9", 64) + "…"},
		{json: `true`, raw: "true"},
		{json: `{"seconds":1}`, raw: `{"seconds":1}`},
	} {
		got := qumulo.TimeOf(at(99)) // what stood there before must not stay
		if err := json.Unmarshal([]byte(test.json), &got); err != nil {
			t.Fatal(err)
		}
		v, known := got.Value()
		raw, bad := got.Malformed()
		if v != test.want || known == test.want.IsZero() || raw != test.raw || bad != (test.raw != "") {
			t.Errorf("%s: %v, %v, malformed %q; want %v, %q", test.json, v, known, raw, test.want, test.raw)
		}
	}
	if local := qumulo.TimeOf(at(1).In(time.FixedZone("", 3600))); local != qumulo.TimeOf(at(1)) {
		t.Errorf("%v in another zone is another time", local)
	}
}

func TestBool(t *testing.T) {
	yes, no := qumulo.BoolOf(true), qumulo.BoolOf(false)
	for in, want := range map[string]qumulo.Bool{
		`true`: yes, `"true"`: yes, `"True"`: yes, `" TRUE "`: yes, `"\u0074rue"`: yes,
		`false`: no, `"false"`: no, `"FALSE"`: no,
		`null`: {}, `""`: {}, `" "`: {},
	} {
		got := qumulo.BoolOf(want != yes)
		if err := json.Unmarshal([]byte(in), &got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
	for in, want := range map[string]string{
		`1`: "1", `"0"`: "0", `"yes"`: "yes", `"t"`: "t", `{"a":true}`: `{"a":true}`,
		longList("tru", 100): longList("tru", 100)[:64] + "…",
	} {
		got := yes
		if err := json.Unmarshal([]byte(in), &got); err != nil {
			t.Fatal(err)
		}
		v, known := got.Value()
		if raw, bad := got.Malformed(); v || known || !bad || raw != want {
			t.Errorf("%s: %v, %v, malformed %q; want %q", in, v, known, raw, want)
		}
	}
	if v, known := no.Value(); v || !known {
		t.Error("false is not known")
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`"online"`:        "online",
		`""`:              "",
		`null`:            "",
		`" a "`:           " a ",
		`"null"`:          "null",
		`1`:               "1",
		`"1"`:             "1",
		`1.0`:             "1.0",
		`-0.5e3`:          "-0.5e3",
		`true`:            "true",
		`{"a": 1}`:        `{"a": 1}`,
		`[1,2]`:           `[1,2]`,
		`"\u00e9\n\"\\"`:  "é\n\"\\",
		`"\ud83d\ude00"`:  "😀",
		`"\ud83d"`:        "\uFFFD",
		"\"a\xffb\"":      "a\uFFFDb",
		`"snow ☃"`:        "snow ☃",
		longList("☃", 40): longList("☃", 40)[:64] + "…",
	} {
		t.Run(in, func(t *testing.T) {
			text := qumulo.Text("before")
			if err := json.Unmarshal([]byte(in), &text); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(in, "[\"") {
				if !utf8.ValidString(string(text)) || len(text) > 70 || !strings.HasSuffix(string(text), "…") {
					t.Errorf("%q, want it short and readable", text)
				}
				return
			}
			if string(text) != want {
				t.Errorf("%q, want %q", text, want)
			}
		})
	}
}

func longList(word string, n int) string { return `["` + strings.Repeat(word, n) + `"]` }

func TestWholeID(t *testing.T) {
	for in, want := range map[string]string{
		`1`: "1", `"1"`: "1", `1.0`: "1", `"1.0"`: "1", `10e0`: "10", `1e1`: "10", `-0.0`: "0",
		`1.5`: "1.5", `"1.12"`: "1.12", `""`: "", `null`: "", `"nvme1n1"`: "nvme1n1", `"e"`: "e",
		`"a.b"`: "a.b", `9007199254740991.0`: "9007199254740991", `1e300`: "1e300", `1e999`: "1e999",
		`18446744073709551615`: "18446744073709551615",
	} {
		var text qumulo.Text
		if err := json.Unmarshal([]byte(in), &text); err != nil {
			t.Fatal(err)
		}
		if got := text.Whole(); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestRelease(t *testing.T) {
	for in, want := range map[qumulo.Text]string{
		"Qumulo Core 7.8.0": "7.8.0", "7.8.0": "7.8.0", "": "", "Qumulo Core": "", "Qumulo Core 7.2.3.1 ": "7.2.3.1",
	} {
		if got := (qumulo.Version{RevisionID: in}).Release(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
