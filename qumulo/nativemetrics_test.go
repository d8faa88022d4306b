package qumulo_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const metricsPath = "/v2/metrics/endpoints/default/data"

// TestNativeMetrics: the text comes as it is, whatever size was expected, and what is none is told.
func TestNativeMetrics(t *testing.T) {
	r := newTokenRig(t, alone)
	model := r.Model()
	for name, c := range map[string]struct {
		sent, want, err string
	}{
		"page":                    {sent: "a 1\n# EOF\n", want: "a 1\n# EOF\n"},
		"end without line feed":   {sent: "a 1\n# EOF", want: "a 1\n# EOF"},
		"blanks first":            {sent: "\n a 1\n", want: "\n a 1\n"},
		"cut":                     {sent: "a 1\nb", want: "a 1\nb", err: "truncated page of metrics"},
		"empty":                   {err: "empty body instead of a page of metrics"},
		"blank":                   {sent: " \n", err: "empty body instead of a page of metrics"},
		"HTML":                    {sent: "<html>\n", err: "HTML instead of a page of metrics"},
		"JSON":                    {sent: "{}\n", err: "JSON object instead of a page of metrics"},
		"larger than before":      {sent: strings.Repeat("a 1\n", 10_000), want: strings.Repeat("a 1\n", 10_000)},
		"as many lines as may be": {sent: strings.Repeat("#\n", 1_000_000), want: strings.Repeat("#\n", 1_000_000)},
		"too many lines":          {sent: strings.Repeat("#\n", 1_000_001), err: "more than 1000000 rows"},
	} {
		for _, size := range []int{0, 1, 1000} {
			model.SetMetricsPage(c.sent)
			text, err := r.client.NativeMetrics(t.Context(), size)
			if string(text) != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %d bytes, %v", name, len(text), err)
			}
		}
	}
}

// TestAccept: the cluster is told which form of an answer is read.
func TestAccept(t *testing.T) {
	accepts := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accepts[r.URL.Path] = r.Header.Get("Accept")
		fmt.Fprintln(w, `[]`)
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, "access-v1:x")
	client, err := qumulo.New(qumulo.Config{URLs: []string{server.URL}, Credentials: qumulo.Credentials{AccessTokenFile: file}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, _ = client.NativeMetrics(t.Context(), 0)
	_, _ = client.Nodes(t.Context())
	if a := accepts[metricsPath]; !strings.HasPrefix(a, "application/openmetrics-text;version=1.0.0,text/plain;") || accepts[nodesPath] != "application/json" {
		t.Errorf("accepted are %q", accepts)
	}
}

// TestNativeMetricsBreakOff: what came is returned with the error.
func TestNativeMetricsBreakOff(t *testing.T) {
	r := newTokenRig(t, alone)
	r.Model().SetMetricsPage(strings.Repeat("a 1\n", 1000))
	r.SetFault(metricsPath, qumulotest.Fault{CutBody: true})
	text, err := r.client.NativeMetrics(t.Context(), 0)
	if body, ok := errors.AsType[*qumulo.BodyError](err); !ok || !body.Broken || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the error is %v", err)
	}
	if len(text) != 2000 {
		t.Errorf("%d bytes of half the page", len(text))
	}
	if calls := r.CallCount(metricsPath); calls != 1 {
		t.Errorf("%d calls", calls)
	}
}

// TestNativeMetricsBounds: the client's own bounds hold.
func TestNativeMetricsBounds(t *testing.T) {
	for want, bound := range map[string]func(*qumulo.Config){
		"more than 10 bytes": func(c *qumulo.Config) { c.MaxBytes = 10 },
		"more than 2 rows":   func(c *qumulo.Config) { c.MaxRows = 2 },
	} {
		r := newTokenRig(t, alone, bound)
		r.Model().SetMetricsPage("a 1\nb 1\nc 1\n")
		text, err := r.client.NativeMetrics(t.Context(), 0)
		if len(text) > 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q, %v, want %s", text, err, want)
		}
	}
}
