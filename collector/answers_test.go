package collector_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// answersCase is what one collector makes of a cluster that has these answers and no others.
type answersCase struct {
	answers map[string]string // JSON by path
	faults  map[string]int    // statuses by path
	want    testutil.Page
	absent  []string // what series begin with that are not there
	said    []string // words of one line of the log; none: nothing is said
	failed  bool     // success is 0
	// unsupported: supported is 0, and success 1.
	unsupported bool
}

// check scrapes the one collector. What is said is said once.
func (c answersCase) check(t *testing.T, name string) {
	t.Helper()
	w := watch(t, qumulotest.NewModel(), nil, name)
	w.server.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 7.8.0"}).
		Set(nodesPath, json.RawMessage(`[{"id":1,"node_status":"online"}]`))
	for path, body := range c.answers {
		w.server.Model().Set(path, json.RawMessage(body))
	}
	for path, status := range c.faults {
		w.server.SetFault(path, qumulotest.Fault{Status: status})
	}
	got := w.scrape(t)
	for series, value := range maps.All(c.want) {
		got.Want(t, series, value)
	}
	for _, prefix := range c.absent {
		got.Absent(t, prefix)
	}
	success(t, got, name, collector.Boolean(!c.failed))
	got.Want(t, `qumulo_scrape_collector_supported{collector="`+name+`"}`, collector.Boolean(!c.unsupported))
	if len(c.said) == 0 {
		if strings.Contains(w.log.String(), "WARN") {
			t.Errorf("complaints:\n%s", w.log)
		}
		return
	}
	w.log.WaitFor(t, append(c.said, "WARN", "="+name)...)
	before := len(w.log.Lines())
	w.scrape(t)
	if len(w.log.Lines()) != before {
		t.Errorf("said again in the next scrape:\n%s", w.log)
	}
}

// oneOf is a state-set of which the word holds; series is its name and the labels before the word's.
func oneOf(series, label, holds string, words ...string) testutil.Page {
	page := testutil.Page{}
	for _, w := range append(words, "unknown") {
		page[series+label+`="`+w+`"}`] = collector.Boolean(w == holds)
	}
	return page
}

// pages puts pages together.
func pages(parts ...testutil.Page) testutil.Page {
	all := testutil.Page{}
	for _, p := range parts {
		maps.Copy(all, p)
	}
	return all
}
