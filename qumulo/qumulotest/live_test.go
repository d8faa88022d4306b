package qumulotest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
)

// lived is a model that lives, and its clock.
type lived struct {
	*Model

	begin, now time.Time
}

func live(m *Model) *lived {
	begin := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	l := &lived{m, begin, begin}
	m.SetClock(func() time.Time { return l.now }).Live()
	return l
}

// at moves the clock.
func (l *lived) at(age time.Duration) *lived {
	l.now = l.begin.Add(age)
	return l
}

// read decodes the answer of a path, for begin-time two minutes ago.
func (l *lived) read(t *testing.T, path string, into any) {
	t.Helper()
	a, ok := l.answer(path, url.Values{"begin-time": {strconv.FormatInt(l.now.Add(-2*time.Minute).Unix(), 10)}, "filter": {"all"}})
	if err := json.Unmarshal(a.body, into); err != nil || !ok {
		t.Fatalf("%s: %v, %q", path, err, a.body)
	}
}

// ages are the stages of a cluster's life.
func ages() []time.Duration {
	return []time.Duration{0, 30 * time.Second, 61 * time.Second, 151 * time.Second, 181 * time.Second, 25 * time.Hour}
}

func TestLiveFollowsTheDefinition(t *testing.T) {
	known := readVendor(t, apidir.Find(t))
	for name, m := range ownClusters() {
		t.Run(name, func(t *testing.T) {
			l := live(m)
			for _, age := range ages() {
				for _, path := range jsonPaths(l.at(age).Model) {
					var body json.RawMessage
					l.read(t, path, &body)
					for _, fault := range known.check(path, body) {
						t.Errorf("after %s: %s", age, fault)
					}
				}
			}
		})
	}
}

// TestLiveGrowth: counters and what is used grow, up to half of what is free.
func TestLiveGrowth(t *testing.T) {
	const base = 23089744183296 // free bytes
	l := live(OnPremises())
	received := int64(-1)
	for _, c := range []struct {
		age  time.Duration
		used int64
	}{{0, 0}, {61 * time.Second, 61 * growth}, {181 * time.Second, 181 * growth}, {40 * time.Hour, base / 2}} {
		var fs fileSystem
		l.at(c.age).read(t, "/v1/file-system", &fs)
		if got := base - bytesOf(fs.Free); got != c.used || fs.Total != "81604378624000" || fs.Snapshot != "4398046511104" {
			t.Errorf("after %s: %d more bytes are used, want %d: %+v", c.age, got, c.used, fs)
		}
		days := l.days(t)
		today := days[len(days)-1]
		if bytesOf(today.Used) != bytesOf(fs.Total)-bytesOf(fs.Free)-bytesOf(fs.Snapshot) || bytesOf(today.Data)+bytesOf(today.Metadata) != bytesOf(today.Used) {
			t.Errorf("after %s: today is %+v, the file system %+v", c.age, today, fs)
		}
		var nodes []struct {
			Devices []struct {
				Received string `json:"bytes_received"`
			} `json:"devices"`
		}
		l.read(t, "/v3/network/status", &nodes)
		if n := bytesOf(nodes[0].Devices[0].Received); n <= received {
			t.Errorf("after %s: %d bytes received, and before that %d", c.age, n, received)
		} else {
			received = n
		}
	}
	// Of a day that is over it stays what it was at its end.
	end := l.begin.Truncate(24 * time.Hour).Add(24 * time.Hour)
	first := l.at(end.Sub(l.begin) + time.Hour).days(t)
	later := l.at(end.Sub(l.begin) + 2*time.Hour).days(t)
	n := len(first)
	if n != 3 || first[n-2] != later[n-2] || bytesOf(first[n-1].Used) >= bytesOf(later[n-1].Used) || bytesOf(first[n-2].Used) >= bytesOf(first[n-1].Used) {
		t.Errorf("%+v, an hour later %+v", first, later)
	}
}

// days are the last three of the capacity history.
func (l *lived) days(t *testing.T) (days []capacityDay) {
	t.Helper()
	begin := l.now.Truncate(24*time.Hour).AddDate(0, 0, -2)
	a, _ := l.answer("/v1/analytics/capacity-history/", url.Values{"begin-time": {strconv.FormatInt(begin.Unix(), 10)}})
	if err := json.Unmarshal(a.body, &days); err != nil || len(days) != 3 {
		t.Fatalf("%v: %s", err, a.body)
	}
	return days
}

// TestLiveClients: those that are connected do what there is to do.
func TestLiveClients(t *testing.T) {
	l := live(Release("7.8.0"))
	for age, want := range map[time.Duration]int{
		0: 2, 14 * time.Second: 2, 15 * time.Second: 3, 61 * time.Second: 6, 90 * time.Second: 8, 106 * time.Second: 7, 181 * time.Second: 2, 210 * time.Second: 0, 241 * time.Second: 2,
	} {
		l.at(age)
		var nodes []nodeConnections
		l.read(t, "/v2/network/connections/", &nodes)
		connected := map[string]bool{}
		for _, n := range nodes {
			for _, c := range n.Connections {
				if strings.HasPrefix(c.Address, "203.0.113.") {
					connected[c.Address] = true
				}
			}
		}
		var activity currentActivity
		l.read(t, "/v1/analytics/activity/current", &activity)
		reads := 0.0
		for _, row := range activity.Entries {
			if !connected[row.IP] {
				t.Errorf("after %s: %s is not connected", age, row.IP)
			}
			if row.Type == "file-iops-read" {
				reads += row.Rate
			}
		}
		if len(connected) != want || len(activity.Entries) != 4*want || reads != float64(150*want) {
			t.Errorf("after %s: %d clients, %d rows, %v reads; want %d clients", age, len(connected), len(activity.Entries), reads, want)
		}
	}
	a, _ := l.at(0).answer("/v1/analytics/activity/current", url.Values{"type": {"file-iops-read"}})
	if n := bytes.Count(a.body, []byte("file-iops-read")); n != 2 || bytes.Contains(a.body, []byte("write")) {
		t.Errorf("of one type: %s", a.body)
	}
}

// TestLiveLoad: a rate is that of the clients that were there, and nothing before the beginning.
func TestLiveLoad(t *testing.T) {
	l := live(Release("7.8.0")).at(96 * time.Second)
	var series []timeSeries
	l.read(t, "/v1/analytics/time-series/", &series)
	at := map[string]map[int64]float64{}
	for _, s := range series {
		at[s.ID] = map[int64]float64{}
		for i, v := range s.Values {
			at[s.ID][s.Times[i]-l.begin.Unix()] = v
		}
	}
	// Intervals begin at whole five seconds: a second before the beginning, and so on.
	for second, want := range map[int64]float64{-6: 0, -1: 0, 4: 300, 9: 300, 14: 300, 19: 450, 89: 1050} {
		if got, ok := at["iops.read.rate"][second]; got != want || !ok {
			t.Errorf("%v reads in second %d, want %v", got, second, want)
		}
		if sum := at["throughput.read.rate"][second] + at["throughput.write.rate"][second]; at["throughput.total.rate"][second] != sum {
			t.Errorf("second %d: total %v, sum %v", second, at["throughput.total.rate"][second], sum)
		}
	}
}

// TestLiveIsALayer: what a test sets holds, what a release does not have it does not get, and
// the same time gives the same answers.
func TestLiveIsALayer(t *testing.T) {
	before := OnPremises()
	before.Set("/v1/file-system", []byte(`"odd"`)).Remove(oldRestriperPath)
	still := before.Clone()
	l := live(before).at(100 * time.Second)
	if body, _ := l.Answer("/v1/file-system"); string(body) != `"odd"` {
		t.Errorf("a body of another shape is changed: %s", body)
	}
	if _, ok := l.Answer(oldRestriperPath); ok {
		t.Error("there is an answer that was not there")
	}
	l.Set(ecPath, []byte(`{"set":1}`))
	if body, _ := l.Answer(ecPath); string(body) != `{"set":1}` {
		t.Errorf("what was set later is changed: %s", body)
	}
	slots, _ := l.Answer("/v1/cluster/slots/")
	first := bytes.Clone(slots)
	l.at(time.Hour).Answer("/v1/cluster/slots/")
	if again, _ := l.at(100 * time.Second).Answer("/v1/cluster/slots/"); !bytes.Equal(again, first) {
		t.Error("the same time gives another answer")
	}
	if body, _ := still.Answer("/v1/cluster/slots/"); bytes.Equal(body, first) {
		t.Error("the clone from before lives too")
	}
}
