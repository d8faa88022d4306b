package qumulotest

import (
	"net/url"
	"strconv"
	"time"
)

const (
	sampleSeconds = 5     // a cluster measures itself so often
	sampledFor    = 86400 // and keeps the samples so many seconds
)

// timeSeries is a row of /v1/analytics/time-series/: of each interval its bounds and its value.
type timeSeries struct {
	ID     string    `json:"id"`
	Times  []int64   `json:"times"`
	Values []float64 `json:"values"`
}

// seriesLoad is a rate, per second, in microseconds or in bytes per second.
type seriesLoad struct {
	id   string
	load float64
}

// seriesLoads are the rates that a cluster keeps, and what they are of a busy one. Each total is the sum of
// read and write, or of the two causes of reclaim.
func seriesLoads() []seriesLoad {
	return []seriesLoad{
		{"iops.read.rate", 1200},
		{"iops.write.rate", 300.5},
		{"iops.total.rate", 1500.5},
		{"throughput.read.rate", 52428800},
		{"throughput.write.rate", 7340032},
		{"throughput.total.rate", 59768832},
		{"reclaim.deferred.rate", 4096},
		{"reclaim.snapshot.rate", 8192},
		{"reclaim.total.rate", 12288},
		{"latency.read.rate", 850},
		{"latency.write.rate", 1250},
	}
}

// performance is the load over time: nothing in a quiet cluster, and in a busy one between nothing and almost
// twice the load, in steps that begin anew every 80 seconds.
func performance(c cluster, m *Model) {
	m.SetFunc("/v1/analytics/time-series/", func(now time.Time, query url.Values) any {
		last := now.Unix() / sampleSeconds * sampleSeconds
		first := last
		if begin, ok := beginTime(query); ok {
			first = max((begin.Unix()+sampleSeconds-1)/sampleSeconds*sampleSeconds, last-sampledFor)
		}
		answer := []timeSeries{}
		for _, rate := range seriesLoads() {
			s := timeSeries{ID: rate.id, Times: []int64{}, Values: []float64{}}
			for t := first; t < last; t += sampleSeconds {
				s.Times = append(s.Times, t)
				s.Values = append(s.Values, load(c.busy, t)*rate.load)
			}
			if first < last {
				s.Times = append(s.Times, last)
				answer = append(answer, s)
			}
		}
		return answer
	})
}

// load is how busy the cluster is in the interval that begins at t.
func load(busy bool, t int64) float64 {
	if !busy {
		return 0
	}
	return float64(t/sampleSeconds%16) / 8
}

// beginTime is the parameter of the analytics paths in either of its forms; ok is false where it is
// missing, or nothing of the kind.
func beginTime(query url.Values) (begin time.Time, ok bool) {
	text := query.Get("begin-time")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0), true
	}
	begin, err := time.Parse(time.RFC3339, text)
	return begin, err == nil
}
