package collector_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const quotasPath = "/v1/files/quotas/status/"

// quotasPage is the page of the quotas collector without what the engine says.
func quotasPage(t *testing.T, w *watched, success float64) testutil.Page {
	t.Helper()
	return areaPage(t, w, "quotas", success, 1)
}

func TestQuotas(t *testing.T) {
	for name, c := range map[string]struct {
		options collector.QuotasOptions
		quotas  string
		want    testutil.Page // without the counts that are 0
		said    []string
	}{
		"none": {quotas: `[]`, options: collector.QuotasOptions{Max: 9}},
		"numbers as texts and as numbers": {
			options: collector.QuotasOptions{Max: 9},
			quotas:  `[{"id":"7","path":"/a/","limit":"200","capacity_usage":"50"},{"id":8,"path":"/b/","limit":100,"capacity_usage":76}]`,
			want: quotaSeries(map[string][2]float64{`id="7",path="/a/"`: {200, 50}, `id="8",path="/b/"`: {100, 76}}, testutil.Page{
				"qumulo_quotas": 2, `qumulo_quotas_over{ratio="0.75"}`: 1,
			}),
		},
		"each bound counts what is exactly there": {
			options: collector.QuotasOptions{Max: 0},
			quotas: `[{"id":"1","limit":"100","capacity_usage":"74"},{"id":"2","limit":"100","capacity_usage":"75"},{"id":"3","limit":"100","capacity_usage":"85"},
				{"id":"4","limit":"100","capacity_usage":"95"},{"id":"5","limit":"100","capacity_usage":"100"},{"id":"6","limit":"100","capacity_usage":"130"},
				{"id":"7","limit":"0","capacity_usage":"0"}]`,
			want: testutil.Page{
				"qumulo_quotas": 7, "qumulo_quotas_omitted": 7, `qumulo_quotas_over{ratio="0.75"}`: 6, `qumulo_quotas_over{ratio="0.85"}`: 5,
				`qumulo_quotas_over{ratio="0.95"}`: 4, `qumulo_quotas_over{ratio="1"}`: 3,
			},
		},
		"the fullest stay, a limit of 0 is full, and of equals the lower ids": {
			options: collector.QuotasOptions{Max: 3},
			quotas: `[{"id":"20","path":"/e/","limit":"100","capacity_usage":"50"},{"id":"1","path":"/a/","limit":"100","capacity_usage":"10"},
				{"id":"9","path":"/b/","limit":"100","capacity_usage":"50"},{"id":"3","path":"/c/","limit":"0","capacity_usage":"5"},
				{"id":"4","path":"/d/","limit":"100","capacity_usage":"120"},{"id":"30","path":"/f/","limit":"100","capacity_usage":"50"},
				{"id":"5","path":"/g/","limit":"1","capacity_usage":"0"},{"id":"6","path":"/h/","limit":"1","capacity_usage":"0"}]`,
			want: quotaSeries(map[string][2]float64{`id="4",path="/d/"`: {100, 120}, `id="3",path="/c/"`: {0, 5}, `id="9",path="/b/"`: {100, 50}}, testutil.Page{
				"qumulo_quotas": 8, "qumulo_quotas_omitted": 5, `qumulo_quotas_over{ratio="0.75"}`: 2, `qumulo_quotas_over{ratio="0.85"}`: 2,
				`qumulo_quotas_over{ratio="0.95"}`: 2, `qumulo_quotas_over{ratio="1"}`: 2,
			}),
		},
		"filter": {
			options: collector.QuotasOptions{Include: []collector.Pattern{"/home/.*", "/projects"}, Exclude: []collector.Pattern{"/home/tmp|/home/x.*"}, Max: 9},
			quotas: `[{"id":"1","path":"/home/a/","limit":"1","capacity_usage":"0"},{"id":"2","path":"/home/tmp/","limit":"1","capacity_usage":"0"},
				{"id":"3","path":"/old/home/a/","limit":"1","capacity_usage":"0"},{"id":"4","path":"/projects/","limit":"1","capacity_usage":"0"},
				{"id":"5","path":"/projects/a/","limit":"1","capacity_usage":"0"},{"id":"6","path":"/home/x\ny/","limit":"1","capacity_usage":"0"}]`,
			want: quotaSeries(map[string][2]float64{`id="1",path="/home/a/"`: {1, 0}, `id="4",path="/projects/"`: {1, 0}}, testutil.Page{
				"qumulo_quotas": 6, "qumulo_quotas_omitted": 4,
			}),
		},
		"odd values": {
			options: collector.QuotasOptions{Max: 9},
			quotas: `[{"id":"1","path":"/a/","capacity_usage":"5"},{"id":"2","path":"/b/","limit":"x","capacity_usage":"5"},{"id":"3","path":"/c/","limit":"8","capacity_usage":-1},
				{"path":"/d/","limit":"8","capacity_usage":"8"},"what",{"id":"5","path":"/e/","limit":"8","capacity_usage":"4"},{"id":"5","path":"/e/","limit":"8","capacity_usage":"8"}]`,
			want: testutil.Page{
				"qumulo_quotas": 6, "qumulo_quotas_omitted": 2, `qumulo_quotas_over{ratio="0.75"}`: 2, `qumulo_quotas_over{ratio="0.85"}`: 2,
				`qumulo_quotas_over{ratio="0.95"}`: 2, `qumulo_quotas_over{ratio="1"}`: 2,
				`qumulo_quota_used_bytes{id="1",path="/a/"}`: 5, `qumulo_quota_used_bytes{id="2",path="/b/"}`: 5, `qumulo_quota_limit_bytes{id="3",path="/c/"}`: 8,
				`qumulo_quota_limit_bytes{id="5",path="/e/"}`: 8, `qumulo_quota_used_bytes{id="5",path="/e/"}`: 8,
			},
			said: []string{"collector=quotas", "limit of 2", "not a number", "negative", "its id is missing", `its id \"5\" is taken`, "a JSON string"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			model := qumulotest.NewModel().Set(quotasPath, json.RawMessage(`{"quotas":`+c.quotas+`,"paging":{"next":null}}`))
			w := watchOptions(t, model, "quotas", &c.options)
			want := quotaSeries(nil, testutil.Page{"qumulo_quotas": 0, "qumulo_quotas_omitted": 0})
			for _, ratio := range []string{"0.75", "0.85", "0.95", "1"} {
				want[`qumulo_quotas_over{ratio="`+ratio+`"}`] = 0
			}
			maps.Copy(want, c.want)
			if diff := cmp.Diff(want, quotasPage(t, w, 1)); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			wantSaid(t, w, c.said)
		})
	}
}

func quotaSeries(quotas map[string][2]float64, p testutil.Page) testutil.Page {
	for labels, values := range quotas {
		p["qumulo_quota_limit_bytes{"+labels+"}"], p["qumulo_quota_used_bytes{"+labels+"}"] = values[0], values[1]
	}
	return p
}

// TestQuotasFail: where a page fails there is nothing, and half of the list is not taken for all.
func TestQuotasFail(t *testing.T) {
	wantFailures(t, "quotas", quotasPath)
	model := qumulotest.NewModel().Set(quotasPath, json.RawMessage(`{"quotas":[{"id":"1","limit":"5","capacity_usage":"5"}],"paging":{"next":"`+quotasPath+`?after=1&limit=1000"}}`))
	w := watchOptions(t, model, "quotas", &collector.QuotasOptions{Max: 9})
	if p := quotasPage(t, w, 0); len(p) > 0 { // the second page leads to itself
		t.Errorf("there is %v", p)
	}
	w.log.WaitFor(t, "level=WARN", "collectors=quotas", "paging.next")
}

// TestPatterns: what can stand in the configuration.
func TestPatterns(t *testing.T) {
	for text, want := range map[string]bool{"/home/.*": true, "a|b": true, "": false, "(": false, "a)(b": false} {
		if got := collector.Pattern("").Valid(text); got != want {
			t.Errorf("pattern %q: %v", text, got)
		}
	}
	for text, want := range map[string]bool{"/": true, "/a b/ü": true, "": false, "a": false, "/a\x00": false, "/\xff": false} {
		if got := collector.AbsolutePath("").Valid(text); got != want {
			t.Errorf("path %q: %v", text, got)
		}
	}
	if collector.Pattern("").Want() == "" || collector.AbsolutePath("").Want() == "" {
		t.Error("nothing says what is wanted")
	}
}
