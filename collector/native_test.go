package collector_test

import (
	"context"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	metricsPath = "/v2/metrics/endpoints/default/data"
	dropped     = "qumulo_native_dropped_samples"
)

// nativeText is what the cluster made itself of a page, in the classic text format.
func nativeText(t *testing.T, p exposition.Page) string {
	t.Helper()
	return testutil.Text(t, exposition.Page{Text: nativeFamilies(p)})
}

// stopped is a clock that stands still.
func stopped() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }

// TestNativeForms: in whatever form the cluster writes its page, the same is shown.
func TestNativeForms(t *testing.T) {
	shown := func(form qumulotest.MetricsForm) string {
		w := watch(t, qumulotest.OnPremises().SetClock(stopped).SetMetricsForm(form), stopped, "native")
		answer := w.Scrape(t.Context(), w.On())
		page := testutil.PageOf(t, answer)
		success(t, page, "native", 1)
		page.Want(t, dropped, 0)
		if n := w.server.CallCount(metricsPath); n != 1 {
			t.Errorf("%+v: %d calls", form, n)
		}
		if logged := w.log.Lines("level=WARN"); len(logged) > 0 {
			t.Errorf("%+v: logged %q", form, logged)
		}
		return nativeText(t, answer)
	}
	want := shown(qumulotest.MetricsForm{})
	for _, name := range []string{"qumulo_info{", "qumulo_protocol_operations_total{", "qumulo_protocol_operation_latency_seconds_bucket{", "qumulo_fan_speed_rpm{"} {
		if !strings.Contains(want, "\n"+name) {
			t.Errorf("there is no %s", name)
		}
	}
	for _, form := range []qumulotest.MetricsForm{
		{Counters: qumulotest.CounterBare},
		{Counters: qumulotest.CounterCount, Units: true, NoEOF: true},
		{Timestamps: true, Exemplars: true, ContentType: "text/plain"},
		{Classic: true, Timestamps: true},
		{Classic: true, Counters: qumulotest.CounterCount, Units: true, ContentType: "application/octet-stream"},
		{Classic: true, Counters: qumulotest.CounterBare, ContentType: "application/openmetrics-text"},
	} {
		if got := shown(form); got != want {
			t.Errorf("%+v: another page:\n%.2000s", form, got)
		}
	}
	buckets := regexp.MustCompile(`(?m)^qumulo_\w+_bucket\{.*\n`)
	without := strings.ReplaceAll(buckets.ReplaceAllString(want, ""), " histogram\n", " summary\n")
	if got := shown(qumulotest.MetricsForm{NoBuckets: true}); got != without {
		t.Errorf("without buckets another page:\n%.2000s", got)
	}
}

// TestNativeFaults: what of a page is whole is shown, what is not is counted, and logged once.
func TestNativeFaults(t *testing.T) {
	const whole = "# TYPE qumulo_fs_free_bytes gauge\nqumulo_fs_free_bytes 7\n"
	for name, c := range map[string]struct {
		page    string
		fault   qumulotest.Fault
		success float64
		dropped float64
		none    bool // nothing of the page is shown
		said    string
	}{
		"in order":       {page: whole, success: 1},
		"malformed line": {page: whole + "qumulo_x one\n", success: 1, dropped: 1, said: "samples are left out, such as qumulo_x: malformed line"},
		"duplicate":      {page: whole + "qumulo_fs_free_bytes 8\n", success: 1, dropped: 1, said: "such as qumulo_fs_free_bytes: duplicate series"},
		"two types": {
			page: whole + "# TYPE qumulo_fs_free_bytes counter\nqumulo_fs_free_bytes{a=\"1\"} 8\n", success: 1, dropped: 1, said: "family with two types",
		},
		"unknown family": {page: whole + "something_else{a=\"1\"} 8\n", success: 1},
		"a name of ours": {page: whole + "# TYPE qumulo_up gauge\nqumulo_up 8\n", success: 1, said: "Family dropped"},
		"cut":            {page: whole + "# TYPE qumulo_x gauge\nqumulo_x{", success: 0, dropped: 1, said: "truncated page of metrics"},
		"empty":          {page: "", success: 0, none: true, said: "empty body instead of a page of metrics"},
		"HTML":           {page: "<html>\n" + whole, success: 0, none: true, said: "HTML instead of a page of metrics"},
		"broken off": {
			page: whole + strings.Repeat("# a comment that fills the page\n", 1000), fault: qumulotest.Fault{CutBody: true}, success: 0, said: "truncated page of metrics",
		},
		"403": {fault: qumulotest.Fault{Status: 403}, none: true, said: "PRIVILEGE_METRICS_READ"},
		"500": {fault: qumulotest.Fault{Status: 500}, none: true, said: "500"},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.SingleNode().SetMetricsPage(c.page), nil, "native", "version")
			w.server.SetFault(metricsPath, c.fault)
			for range 2 {
				answer := w.Scrape(t.Context(), w.On())
				page := testutil.PageOf(t, answer)
				success(t, page, "native", c.success)
				success(t, page, "version", 1)
				page.Want(t, "qumulo_up", 1)
				if c.none {
					page.Absent(t, "qumulo_native_")
					continue
				}
				page.Want(t, "qumulo_fs_free_bytes", 7)
				page.Want(t, dropped, c.dropped)
			}
			logged := w.log.Lines("level=WARN", c.said)
			if want := min(1, len(c.said)); len(logged) != want || len(w.log.Lines("level=WARN")) != want {
				t.Errorf("logged is %q, want it once", w.log.String())
			}
		})
	}
}

// TestNativeUnsupported: releases before 5.3.0 have no such page.
func TestNativeUnsupported(t *testing.T) {
	w := watch(t, qumulotest.OldRelease(), nil, "native")
	for range 2 {
		page := w.scrape(t)
		success(t, page, "native", 1)
		page.Want(t, `qumulo_scrape_collector_supported{collector="native"}`, 0)
		page.Absent(t, "qumulo_native_")
	}
	if n := w.server.CallCount(metricsPath); n != 1 {
		t.Errorf("asked for %d times", n)
	}
}

// TestNativeHangs: a page that hangs takes nothing from the other collectors.
func TestNativeHangs(t *testing.T) {
	for name, fault := range map[string]qumulotest.Fault{"answer": {Hang: true}, "body": {HangBody: true}} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.SingleNode(), nil, "native", "drives", "version")
			w.server.SetFault(metricsPath, fault)
			ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
			defer cancel()
			page := testutil.PageOf(t, w.Scrape(ctx, w.On()))
			success(t, page, "native", 0)
			success(t, page, "drives", 1)
			success(t, page, "version", 1)
			page.Absent(t, "qumulo_native_")
		})
	}
}

// TestNativeOptions: metrics are shown and held by their names, as queries have them.
func TestNativeOptions(t *testing.T) {
	var passed atomic.Int64
	clock := func() time.Time { return stopped().Add(time.Duration(passed.Load())) }
	const before = "# TYPE qumulo_a counter\nqumulo_a 1\n# TYPE qumulo_b info\nqumulo_b_info 1\n# TYPE qumulo_c gauge\nqumulo_c 1\nqumulo_d 1\n"
	model := qumulotest.SingleNode().SetMetricsPage(before)
	server := qumulotest.NewServer(model)
	t.Cleanup(server.Close)
	w := watchWith(t, server, withPassword(t, server), scrape.Options{Now: clock, Collectors: []string{"native"}, CollectorOptions: []any{
		&collector.NativeOptions{
			Include: []collector.NamePattern{"qumulo_[abc].*", "qumulo_d"}, Exclude: []collector.NamePattern{"qumulo_c"},
			Hold: []collector.Hold{".*=1h", ".*_total=3h", "qumulo_d=0s"},
		},
	}})
	names := func() (names []string) {
		for _, f := range nativeFamilies(w.Scrape(t.Context(), w.On())) {
			names = append(names, f.MetricName())
		}
		return names
	}
	for _, step := range []struct {
		forward time.Duration
		want    string
	}{{0, "qumulo_a_total qumulo_b_info qumulo_d"}, {59 * time.Minute, "qumulo_a_total qumulo_b_info"}, {time.Minute, "qumulo_a_total"}, {2 * time.Hour, ""}} {
		passed.Add(int64(step.forward))
		if got := strings.Join(names(), " "); got != step.want {
			t.Errorf("after %s more: %q, want %q", step.forward, got, step.want)
		}
		model.SetMetricsPage("# EOF\n")
	}
}

func TestHoldIsChecked(t *testing.T) {
	for text, want := range map[string]bool{
		".+_info=1d": true, "a|b=90s": true, "a=0s": true, "": false, "a": false, "a=": false, "=1d": false, "a=1": false, "a)(b=1d": false, "a=b=1d": false,
	} {
		if got := collector.Hold(text).Valid(text); got != want {
			t.Errorf("%q is valid: %t", text, got)
		}
	}
	if want := collector.Hold("").Want(); !collector.Hold("").Valid(want[strings.LastIndex(want, " ")+1:]) {
		t.Errorf("the example of %q is none", want)
	}
}
