package server_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

// TestContentTypes: each format that Prometheus may ask for, and what a caller gets that asks for something else.
func TestContentTypes(t *testing.T) {
	e := start(t, setup{})
	for accept, want := range map[string]string{
		"":          "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
		"*/*":       "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
		"text/html": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
		"text/plain;version=0.0.4;escaping=allow-utf-8":               "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8",
		"application/openmetrics-text;version=1.0.0;escaping=dots":    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
		"application/openmetrics-text;version=0.0.1,*/*;q=0.1":        "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores",
		"application/openmetrics-text;q=0.4,text/plain;version=0.0.4": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
		protobuf: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores",
	} {
		a := e.get(t, "/metrics", "Accept", accept)
		if got := a.header.Get("Content-Type"); a.status != http.StatusOK || got != want || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("Accept %q: %d, %s, want %s", accept, a.status, got, want)
		}
		if vary := a.header.Values("Vary"); !slices.Equal(vary, []string{"Accept", "Accept-Encoding"}) {
			t.Errorf("Vary: %q", vary)
		}
	}
}

// TestContentEncodings: the header says what the page is in, of both pages that may be large.
func TestContentEncodings(t *testing.T) {
	e := start(t, setup{})
	for _, path := range []string{"/metrics", "/probe?target=127.0.0.1"} {
		for accept, want := range map[string]string{"identity": "", "gzip": "gzip", "zstd,gzip": "zstd", "br": "", "gzip;q=0": ""} {
			a := e.get(t, path, "Accept-Encoding", accept)
			if got := a.header.Get("Content-Encoding"); got != want {
				t.Errorf("%s, Accept-Encoding %q: %q", path, accept, got)
				continue
			}
			if _, there := a.header["Content-Encoding"]; want == "" && there {
				t.Errorf("%s: an empty header", path)
			}
			a.body = decoded(t, want, a.body)
			a.want(t, "qumulo_up 1", `qumulo_node_status{node_id="2",status="online"} 1`)
		}
	}
}

func decoded(t *testing.T, encoding, body string) string {
	t.Helper()
	var (
		in  io.Reader = strings.NewReader(body)
		err error
	)
	switch encoding {
	case "gzip":
		in, err = gzip.NewReader(in)
	case "zstd":
		in, err = zstd.NewReader(in)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// TestHead: headers, and no page.
func TestHead(t *testing.T) {
	e := start(t, setup{})
	a := e.ask(t, http.MethodHead, "/metrics", "Accept-Encoding", "gzip")
	if a.status != http.StatusOK || a.body != "" || a.header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%d, %s, %d bytes", a.status, a.header, len(a.body))
	}
}

// TestNames: name[] chooses families, the exporter's own and the cluster's.
func TestNames(t *testing.T) {
	e := start(t, setup{})
	a := e.metrics(t, "/metrics?name[]=qumulo_up&name[]=qumulo_exporter_build_info&name[]=other")
	a.want(t, "qumulo_up 1")
	if n := strings.Count(a.body, "# TYPE "); n != 2 || !strings.Contains(a.body, "qumulo_exporter_build_info{") {
		t.Errorf("%d families:\n%s", n, a.body)
	}
}

// TestNativeHistograms: the exporter's own ones are in protobuf, which alone has them.
func TestNativeHistograms(t *testing.T) {
	own := prometheus.NewRegistry()
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Help: "h", Buckets: []float64{1}, NativeHistogramBucketFactor: 1.1})
	h.Observe(3)
	own.MustRegister(h)
	e := start(t, setup{own: own})
	seen := map[string]*dto.MetricFamily{}
	for decoder := expfmt.NewDecoder(strings.NewReader(e.get(t, "/metrics", "Accept", protobuf).body), expfmt.FmtProtoDelim); ; {
		f := &dto.MetricFamily{}
		if err := decoder.Decode(f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen[f.GetName()] = f
	}
	if got := seen["h"].GetMetric()[0].GetHistogram(); got.GetSampleCount() != 1 || len(got.GetPositiveSpan()) != 1 || len(got.GetBucket()) != 1 {
		t.Errorf("the histogram: %v", got)
	}
	if seen["qumulo_up"].GetMetric()[0].GetGauge().GetValue() != 1 {
		t.Error("qumulo_up is not 1")
	}
}

var errGather = errors.New("a part is broken")

// TestOwnMetricsFail: what can be gathered is on the page; where that is nothing, the status says so.
func TestOwnMetricsFail(t *testing.T) {
	broken := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		name := "one"
		return []*dto.MetricFamily{{Name: &name, Type: dto.MetricType_GAUGE.Enum(), Metric: []*dto.Metric{{Gauge: &dto.Gauge{Value: new(1.0)}}}}}, errGather
	})
	e := start(t, setup{own: broken})
	e.metrics(t, "/metrics").want(t, "qumulo_up 1", "one 1")
	nothing := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return nil, errGather })
	e = start(t, setup{own: nothing})
	e.metrics(t, "/metrics").want(t, "qumulo_up 1")
	e.apply(t) // no cluster
	if a := e.get(t, "/metrics", "Accept-Encoding", "gzip"); a.status != http.StatusInternalServerError || !strings.Contains(a.body, errGather.Error()) ||
		a.header.Get("Content-Encoding") != "" {
		t.Errorf("%d %s: %s", a.status, a.header, a.body)
	}
	if log := e.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
		t.Errorf("logged above debug: %s", log)
	}
}
