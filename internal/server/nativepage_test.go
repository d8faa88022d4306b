package server_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

// TestNativeFormats: what a cluster serves itself is in each format and on each page, under the names and types that the format has.
func TestNativeFormats(t *testing.T) {
	e := start(t, setup{change: func(c *config.Cluster) { c.Collectors = append(c.Collectors, "native") }})
	page := "# TYPE up gauge\nup{node_id=\"1\"} 5\n# TYPE reads counter\nreads_total{node_id=\"1\"} 7\n# TYPE build info\nbuild_info{version=\"1\"} 1\n# EOF\n"
	e.cluster.Model().SetMetricsPage(page)
	classic := []string{"# TYPE up gauge", `up{node_id="1"} 5`, "# TYPE reads_total counter", `reads_total{node_id="1"} 7`, "# TYPE build_info gauge", `build_info{version="1"} 1`}
	e.scrape(t).want(t, classic...)
	for accept, body := range map[string]string{"gzip": "gzip", "zstd": "zstd"} {
		a := e.get(t, "/probe?target=127.0.0.1", "Accept-Encoding", accept)
		a.body = decoded(t, body, a.body)
		a.want(t, classic...)
	}
	om := e.get(t, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	om.want(t, "# TYPE up gauge", `up{node_id="1"} 5`, "# TYPE reads counter", `reads_total{node_id="1"} 7`, "# TYPE build info", `build_info{version="1"} 1`, "# EOF")
	e.get(t, "/probe?target=127.0.0.1&debug=true").want(t, classic...)

	types := map[string]dto.MetricType{}
	for decoder := expfmt.NewDecoder(strings.NewReader(e.get(t, "/metrics", "Accept", protobuf).body), expfmt.FmtProtoDelim); ; {
		f := &dto.MetricFamily{}
		if err := decoder.Decode(f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		types[f.GetName()] = f.GetType()
	}
	for name, want := range map[string]dto.MetricType{"up": dto.MetricType_GAUGE, "reads_total": dto.MetricType_COUNTER, "build_info": dto.MetricType_GAUGE} {
		if got, there := types[name]; !there || got != want {
			t.Errorf("protobuf: %s is a %s (there: %v)", name, got, there)
		}
	}
}
