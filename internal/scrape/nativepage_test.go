package scrape_test

import (
	"context"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// nativeGauges are families of a cluster's own page, each with one series.
func nativeGauges(names ...string) []exposition.Family {
	var all []exposition.Family
	for _, name := range names {
		all = append(all, exposition.Family{Name: name, Type: exposition.Gauge, Help: "Of the cluster.", Samples: []byte(name + " 1\n"), Series: 1})
	}
	return all
}

func pageText(t *testing.T, page exposition.Page) string {
	t.Helper()
	var b strings.Builder
	if err := page.WriteText(&b, func(err error) { t.Error(err) }); err != nil {
		t.Error(err)
	}
	return b.String()
}

// TestNativeFamilies: they are on the page, sorted among the exporter's, of a traced scrape too; where the exporter has a
// name, its family is there, the drop is counted at each scrape and logged once.
func TestNativeFamilies(t *testing.T) {
	metric := &collector.Metric{Name: "qumulo_test", Help: "A test."}
	w := watchThese(t, collector.Collector{Name: "native", Read: func(_ context.Context, _ *collector.Source, out *collector.Output) error {
		out.Add(metric, 7)
		out.AddNative(nativeGauges("a", "qumulo_up", "qumulo_test"))
		out.AddNative(nativeGauges("z"))
		return nil
	}})
	traced, _ := w.ScrapeTraced(t.Context(), w.On())
	for _, page := range []exposition.Page{w.Scrape(t.Context(), w.On()), traced} {
		text := pageText(t, page)
		p := testutil.ParsePage(t, text)
		success(t, p, "native", 1)
		p.Want(t, "qumulo_up", 1)
		p.Want(t, "qumulo_test", 7)
		p.Want(t, "a", 1)
		p.Want(t, "z", 1)
		if !strings.HasPrefix(text, "# HELP a Of the cluster.\n# TYPE a gauge\na 1\n") || !strings.HasSuffix(text, "\nz 1\n") {
			t.Errorf("not sorted:\n%s", text)
		}
	}
	for _, name := range []string{"qumulo_up", "qumulo_test"} {
		if n := len(w.log.Lines("level=WARN", "Family dropped", "family="+name)); n != 1 {
			t.Errorf("the drop of %s is logged %d times", name, n)
		}
	}
}

// TestNativeCheckpoint: what stood at a checkpoint is on the page of a scrape that could not wait, and no more.
func TestNativeCheckpoint(t *testing.T) {
	w := watchThese(t, collector.Collector{Name: "native", Read: func(ctx context.Context, src *collector.Source, out *collector.Output) error {
		if _, err := src.Nodes(); err != nil {
			return err
		}
		out.AddNative(nativeGauges("a"))
		out.Checkpoint()
		out.AddNative(nativeGauges("b"))
		<-ctx.Done()
		return context.Cause(ctx)
	}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	p := testutil.ParsePage(t, pageText(t, w.Scrape(ctx, w.On())))
	success(t, p, "native", 0)
	p.Want(t, "qumulo_up", 1)
	p.Want(t, "a", 1)
	p.Absent(t, "b")
}

// TestNativeCached: a collector with an interval shows them until it is read again.
func TestNativeCached(t *testing.T) {
	reads := 0
	w := watchThese(t, collector.Collector{Name: "native", Interval: time.Hour, Read: func(_ context.Context, _ *collector.Source, out *collector.Output) error {
		reads++
		out.AddNative(nativeGauges("a"))
		return nil
	}})
	for range 2 {
		page := w.Scrape(t.Context(), w.On())
		testutil.ParsePage(t, pageText(t, page)).Want(t, "a", 1)
		// The next page is not changed by what somebody does with this one.
		page.With([]*dto.MetricFamily{{Name: &page.Text[0].Name, Type: dto.MetricType_GAUGE.Enum()}}, func(string) {})
	}
	if reads != 1 {
		t.Errorf("%d reads in two scrapes", reads)
	}
}
