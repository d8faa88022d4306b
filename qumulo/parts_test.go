package qumulo_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// partsAnswer has an object or a list of each type that the decoders have.
type partsAnswer struct {
	Object   qumulo.Object[qumulo.UpgradeSettings] `json:"object"`
	Values   qumulo.Values[qumulo.Text]            `json:"values"`
	Map      qumulo.Map[qumulo.Number]             `json:"map"`
	List     qumulo.List[qumulo.Applied]           `json:"list"`
	Numbers  qumulo.Numbers                        `json:"numbers"`
	Networks qumulo.Networks                       `json:"networks"`
}

// TestAbsentParts: where an object or a list is missing, null or "", there is nothing, and what
// stands beside it is read.
func TestAbsentParts(t *testing.T) {
	whole := map[string]string{
		"object": `{"target_version":"7.9.0"}`, "values": `["a",2]`, "map": `{"1":5}`, "list": `[{"status":"APPLIED"}]`, "numbers": `[1,"2"]`,
		"networks": `{"1":{"status":"PENDING"},"2":""}`,
	}
	read := func(field, text string) (a partsAnswer, err error) {
		fields := map[string]json.RawMessage{}
		for name, value := range whole {
			fields[name] = json.RawMessage(value)
		}
		if fields[field] = json.RawMessage(text); text == "" {
			delete(fields, field)
		}
		body, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return a, json.Unmarshal(body, &a)
	}
	want := partsAnswer{
		Object: qumulo.ObjectOf(qumulo.UpgradeSettings{TargetVersion: "7.9.0"}), Values: qumulo.Values[qumulo.Text]{"a", "2"},
		Map: qumulo.Map[qumulo.Number]{"1": qumulo.NumberOf(5)}, List: qumulo.List[qumulo.Applied]{Items: []qumulo.Applied{{Status: "APPLIED"}}},
		Numbers: qumulo.Numbers{qumulo.NumberOf(1), qumulo.NumberOf(2)}, Networks: qumulo.Networks{"1": {Status: "PENDING"}, "2": {}},
	}
	for field, value := range whole {
		if got, err := read(field, value); err != nil || !equalParts(got, want) {
			t.Errorf("%+v, error %v; want %+v", got, err, want)
		}
		missing, _ := read(field, "")
		for _, text := range []string{`null`, `""`, `" "`} {
			if got, err := read(field, text); err != nil || !equalParts(got, missing) || equalParts(got, want) {
				t.Errorf("%s is %s: %+v, error %v; want %+v", field, text, got, err, missing)
			}
		}
		for _, text := range []string{`"x"`, `7`, `true`} {
			if _, err := read(field, text); err == nil {
				t.Errorf("%s is %s, and that is no error", field, text)
			}
		}
	}
}

// equalParts compares all that two answers hold; an empty map is as good as none.
func equalParts(a, b partsAnswer) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// TestObject: a caller can tell one that is not there from an empty one.
func TestObject(t *testing.T) {
	for text, ok := range map[string]bool{`{}`: true, `{"target_version":null}`: true, `null`: false, `""`: false} {
		o := qumulo.ObjectOf(qumulo.UpgradeSettings{TargetVersion: "before"})
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		if got, known := o.Value(); known != ok || got.TargetVersion != "" {
			t.Errorf("%s: %+v, %v; want %v", text, got, known, ok)
		}
	}
}
