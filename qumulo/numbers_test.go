package qumulo_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestNumbers: a list of numbers is read as the decoder reads one, error for error, whatever is in it.
func TestNumbers(t *testing.T) {
	for _, text := range []string{
		`[]`, `[ ]`, `null`, `[1]`, ` [ 1 , -2.5e3,18446744073709551615 ] `, "[1,\n\t2\n]", `[null,1,true]`, `["1",2]`, `["a,b",[1,2],{"a":[]},"]"]`,
		`[[]]`, `[1e999]`, `"x"`, `{}`, `5`, `true`, `{"a":1}`,
	} {
		var got struct{ Values qumulo.Numbers }
		var want struct{ Values []qumulo.Number }
		err := json.Unmarshal([]byte(`{"values":`+text+`}`), &got)
		wantErr := json.Unmarshal([]byte(`{"values":`+text+`}`), &want)
		if (err == nil) != (wantErr == nil) || !reflect.DeepEqual([]qumulo.Number(got.Values), want.Values) {
			t.Errorf("%s: %v, error %v; want %v, error %v", text, got.Values, err, want.Values, wantErr)
		}
	}
}

// BenchmarkTimeSeries reads one rate of ten minutes.
func BenchmarkTimeSeries(b *testing.B) {
	series := map[string]any{"id": "iops.read.rate"}
	times, values := make([]int64, 121), make([]float64, 120)
	for i := range times {
		times[i] = 1770091506 + 5*int64(i)
	}
	for i := range values {
		values[i] = 1234.5 + float64(i)/3
	}
	series["times"], series["values"] = times, values
	text, err := json.Marshal(series)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var s qumulo.TimeSeries
		if err := json.Unmarshal(text, &s); err != nil || len(s.Values) != len(values) {
			b.Fatal(err)
		}
	}
}
