package collector_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const timePath, timeV1Path = "/v2/time/status", "/v1/time/status"

func TestTime(t *testing.T) {
	for name, r := range map[string]oneReading{
		"each node": {
			answers: map[string]string{timePath: `{"time":"2026-02-03T04:05:06.25Z","node_statuses":[
				{"node_id":4,"status":"TIME_NOT_SYNCHRONIZING"},{"node_id":"2","status":"TIME_SYNCHRONIZING"}]}`},
			want: testutil.Page{
				"qumulo_time_seconds": 1770091506.25, `qumulo_time_synchronizing{node_id="4"}`: 0, `qumulo_time_synchronizing{node_id="2"}`: 1,
			},
			absent: []string{`qumulo_time_synchronizing{node_id=""}`},
		},
		"v1": {
			release: "7.8.0", answers: map[string]string{timeV1Path: `{"time":"2026-02-03T04:05:06Z","status":"TIME_NOT_SYNCHRONIZING"}`},
			want: testutil.Page{"qumulo_time_seconds": 1770091506, `qumulo_time_synchronizing{node_id=""}`: 0},
		},
		"nothing is said": {
			answers: map[string]string{timePath: `{"time":null,"node_statuses":null}`}, absent: []string{"qumulo_time_"},
		},
		"nothing is said by v1": {
			release: "7.8.0", answers: map[string]string{timeV1Path: `{"time":"","status":null}`}, absent: []string{"qumulo_time_"},
		},
		"no time": {
			answers: map[string]string{timePath: `{"time":"noon","node_statuses":[{"node_id":1,"status":"TIME_SYNCHRONIZING"}]}`},
			want:    testutil.Page{`qumulo_time_synchronizing{node_id="1"}`: 1}, absent: []string{"qumulo_time_seconds", "qumulo_time_offset"},
			said: []string{`time is \"noon\", not a time`},
		},
		"another word": {
			answers: map[string]string{timePath: `{"time":"2026-02-03T04:05:06Z","node_statuses":[{"node_id":1,"status":"TIME_DRIFTING"},{"node_id":2,"status":null}]}`},
			want:    testutil.Page{"qumulo_time_seconds": 1770091506}, absent: []string{"qumulo_time_synchronizing"},
			said: []string{`status: the word \"TIME_DRIFTING\" is new: no series`},
		},
		"a node twice, one without an id, one that is none": {
			answers: map[string]string{timePath: `{"node_statuses":[{"node_id":1,"status":"TIME_SYNCHRONIZING"},
				{"node_id":1,"status":"TIME_NOT_SYNCHRONIZING"},{"status":"TIME_SYNCHRONIZING"},7]}`},
			want: testutil.Page{`qumulo_time_synchronizing{node_id="1"}`: 1}, absent: []string{`qumulo_time_synchronizing{node_id=""}`},
			said: []string{`node_id \"1\" is missing or taken`, `node_id \"\" is missing or taken`, "not an object"},
		},
		"403 of v2 is no reason for v1": {
			faults: map[string]qumulotest.Fault{timePath: {Status: 403}}, absent: []string{"qumulo_time_"}, failed: true,
			said: []string{"needs PRIVILEGE_TIME_READ"},
		},
		"500": {faults: map[string]qumulotest.Fault{timePath: {Status: 500}}, absent: []string{"qumulo_time_"}, failed: true, said: []string{"500"}},
		"404": {faults: both(qumulotest.Fault{Status: 404}, timePath, timeV1Path), absent: []string{"qumulo_time_"}, missing: true},
	} {
		r.collector = "time"
		t.Run(name, r.check)
	}
}

// TestTimeForms: every form of RFC 3339 is the same moment.
func TestTimeForms(t *testing.T) {
	const digits = "250000000"
	want := map[string]float64{
		"2026-02-03T04:05:06Z": 1770091506, "2026-02-03T06:05:06+02:00": 1770091506, "2026-02-02T22:35:06.25-05:30": 1770091506.25,
		"2026-02-03t04:05:06.5z": 1770091506.5, "1969-12-31T23:59:59Z": -1,
	}
	for n := range len(digits) {
		fraction := digits[:n+1]
		value := 1770091506.2
		if n > 0 {
			value = 1770091506.25
		}
		want["2026-02-03T04:05:06."+fraction+"Z"] = value
		want["2026-02-03T06:05:06."+fraction+"+02:00"] = value
	}
	for text, value := range want {
		t.Run(text, oneReading{
			collector: "time", answers: map[string]string{timePath: fmt.Sprintf(`{"time":%q}`, text)},
			want: testutil.Page{"qumulo_time_seconds": value},
		}.check)
	}
}

// TestTimeOffset: the clock is compared with the middle of the request that was answered. Neither the
// login nor the form that the release lacks counts, each of which takes a second here.
func TestTimeOffset(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, time.Hour, -time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			model := qumulotest.Release("7.8.0").SetClock(func() time.Time { return time.Now().Add(skew) })
			w := watch(t, model, nil, "time")
			w.server.LoginFault(qumulotest.Fault{Delay: time.Second})
			w.server.SetFault(timePath, qumulotest.Fault{Status: 404, Delay: time.Second})
			got := w.scrape(t)["qumulo_time_offset_seconds"]
			if math.Abs(got-skew.Seconds()) > 0.4 {
				t.Errorf("the offset is %v, want %v", got, skew.Seconds())
			}
		})
	}
	t.Run("a slow answer", func(t *testing.T) {
		t.Parallel()
		// The cluster looks at its clock when the delay is over: half of the request later than its middle.
		w := watch(t, qumulotest.Release("7.10.0"), nil, "time")
		w.server.SetFault(timePath, qumulotest.Fault{Delay: time.Second})
		if got := w.scrape(t)["qumulo_time_offset_seconds"]; math.Abs(got-0.5) > 0.2 {
			t.Errorf("the offset is %v, want 0.5", got)
		}
	})
}

// TestTimeIsKeptByNobody: the offset is of this answer, whatever the last one was.
func TestTimeIsKeptByNobody(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	w := watch(t, qumulotest.Release("7.10.0"), func() time.Time { return now }, "time")
	for text, offset := range map[string]float64{"2026-02-03T04:05:07.5Z": 1.5, "2026-02-03T04:05:05Z": -1, "2026-02-03T04:05:06Z": 0} {
		w.server.Model().Set(timePath, json.RawMessage(fmt.Sprintf(`{"time":%q}`, text)))
		w.scrape(t).Want(t, "qumulo_time_offset_seconds", offset)
		now = now.Add(time.Minute)
		w.server.Model().Set(timePath, json.RawMessage(`{}`))
		w.scrape(t).Absent(t, "qumulo_time_offset_seconds")
		now = now.Add(-time.Minute)
	}
}
