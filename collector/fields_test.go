//go:build !race

package collector_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// leastOddAnswers keeps TestEveryField from trying nothing.
const leastOddAnswers = 4000

// TestEveryField makes each field of each answer odd, one at a time. Whatever a field is, the page is
// valid, all that does not come of it stays as it was, and a value that can't be shown is said. All
// values are tried with the first cluster that has a path, and a few with the others.
func TestEveryField(t *testing.T) {
	var tried atomic.Int64
	t.Run("clusters", func(t *testing.T) {
		known := qumulotest.OnPremises().Paths()
		t.Run("on-premises", func(t *testing.T) {
			t.Parallel()
			checkFields(t, qumulotest.OnPremises(), nil, &tried)
		})
		for _, name := range []string{"cnq", "old-release", "release-7.10.0"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				checkFields(t, simulated()[name], known, &tried)
			})
		}
		for _, name := range []string{"onprem-a", "cnq-aws"} {
			t.Run("recorded "+name, func(t *testing.T) {
				t.Parallel()
				model, err := qumulotest.Recorded(filepath.Join(apidir.Find(t), "examples"), name)
				if err != nil {
					t.Fatal(err)
				}
				checkFields(t, model, known, &tried)
			})
		}
	})
	t.Logf("%d odd answers", tried.Load())
	if tried.Load() < leastOddAnswers {
		t.Errorf("%d odd answers, want %d at least", tried.Load(), leastOddAnswers)
	}
}

// checkFields tries the answers of one cluster, and then of the same one with the older forms only of
// what has several. Of the known paths a few values are enough.
func checkFields(t *testing.T, model *qumulotest.Model, known []string, tried *atomic.Int64) {
	t.Helper()
	newest := watchOdd(t, model, known, tried)
	read := newest.answers(t)
	for _, path := range ordered(read) {
		newest.checkPath(t, path, read[path])
	}
	older := watchOdd(t, olderForms(model, read), known, tried)
	more := older.answers(t)
	for _, path := range ordered(more) {
		if read[path] == nil {
			older.checkPath(t, path, more[path])
		}
	}
}

// ordered are the paths of answers. Those that every cluster has are last: while they are odd, a 404 of
// another path is taken for that of something else than a cluster, and clocks that stand still keep it so.
func ordered(answers map[string][]byte) []string {
	always := []string{qumulo.NodesEndpoint.Path, qumulo.VersionEndpoint.Path}
	return slices.SortedFunc(maps.Keys(answers), func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(always, a), slices.Index(always, b)), cmp.Compare(a, b))
	})
}

// olderForms takes out what comes before an answer that no collector reads, in a collector's list.
func olderForms(model *qumulotest.Model, read map[string][]byte) *qumulotest.Model {
	older := model.Clone()
	for _, c := range collector.All() {
		newer := ""
		for _, e := range c.Endpoints {
			for _, path := range model.Paths() {
				switch {
				case !isAt(e, path):
				case read[path] != nil:
					newer = path
				case newer != "":
					older.Remove(newer)
				}
			}
		}
	}
	return older
}

// oddCluster is a cluster one of whose answers is odd. All clocks stand still, and nothing is cached.
type oddCluster struct {
	*watched

	model *qumulotest.Model
	known []string
	tried *atomic.Int64
}

func watchOdd(t *testing.T, model *qumulotest.Model, known []string, tried *atomic.Int64) *oddCluster {
	t.Helper()
	stopped := func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }
	server := qumulotest.NewServer(model.SetClock(stopped))
	t.Cleanup(server.Close)
	intervals := map[string]time.Duration{}
	for _, name := range collector.Names() {
		intervals[name] = 0
	}
	password := qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
	w := watchWith(t, server, password, scrape.Options{Now: stopped, Collectors: collector.Names(), Intervals: intervals})
	return &oddCluster{watched: w, model: model, known: known, tried: tried}
}

// answers are the answers that the collectors read, by path; of a list in pages the first page.
func (c *oddCluster) answers(t *testing.T) map[string][]byte {
	t.Helper()
	var mu sync.Mutex
	read := map[string][]byte{}
	for _, path := range c.model.Paths() {
		if path == qumulo.NativeMetricsEndpoint.Path { // it is no JSON
			continue
		}
		defer c.model.Edit(path, func(body []byte) []byte {
			mu.Lock()
			defer mu.Unlock()
			if read[path] == nil {
				read[path] = body
			}
			return body
		})()
	}
	c.scrape(t)
	return read
}

// checkPath makes the answer of one path odd, and reads it with the collectors that do.
func (c *oddCluster) checkPath(t *testing.T, path string, body []byte) {
	t.Helper()
	var names []string
	for _, col := range collector.All() {
		if col.Name == "native" && !slices.Contains(c.model.Paths(), qumulo.NativeMetricsEndpoint.Path) {
			continue // what its 404 means can't be told while the nodes are odd
		}
		if slices.ContainsFunc(col.Endpoints, func(e qumulo.Endpoint) bool { return isAt(e, path) }) {
			names = append(names, col.Name)
		}
	}
	base := c.read(t, names, nil)
	if len(names) == 0 || base.failed || base.said != "" {
		t.Fatalf("%s: read by %v: %s", path, names, base.said)
	}
	with := func(tb testing.TB, odd []byte) oddReading {
		tb.Helper()
		defer c.model.Edit(path, func(got []byte) []byte {
			if bytes.Equal(got, body) {
				return odd
			}
			return got
		})()
		c.tried.Add(1)
		return c.read(tb, names, base.page)
	}
	answer := fromJSON(t, body)
	of := newOrigins(base.page, with(t, []byte(`"x"`)).page)
	for _, at := range placesIn(answer) {
		if row := at.row(answer); row != nil && !of.knows(row) {
			of.addRow(row, base.page, with(t, row.with(t, answer, absent{})).page)
		}
	}
	var unread []place
	for _, at := range placesIn(answer) {
		if slices.ContainsFunc(unread, at.isWithin) {
			continue
		}
		read := false
		for i, odd := range oddValues(at, at.in(answer), slices.Contains(c.known, path)) {
			if i > 0 && !read { // of another type it changes nothing: no collector looks at it
				unread = append(unread, at)
				break
			}
			r := &testutil.Recorder{TB: t}
			got := with(r, at.with(t, answer, odd.value))
			if odd.value == "" && isPart(at, answer) {
				got.checkSame(r, with(r, at.with(t, answer, nil)))
			}
			read = read || got.said != "" || got.failed || len(changes(base.page, got.page))+len(changes(got.page, base.page)) > 0
			if !isTolerated(path, at.name(), odd) {
				got.check(r, base.page, at, odd, of)
			}
			for _, failure := range r.Failures {
				t.Errorf("%s: %s is %s: %s", path, at, odd, failure)
			}
		}
	}
	if stays := changes(base.page, c.read(t, names, base.page).page); len(stays) > 0 {
		t.Errorf("%s: what was odd is still on the page: %v", path, stays)
	}
}

// oddReading is what the collectors of one path make of an odd answer.
type oddReading struct {
	page   testutil.Page
	said   string // errors and warnings
	failed bool   // a collector's success is 0
}

// read scrapes collectors and wants a valid page. What is on base has been looked at before.
func (c *oddCluster) read(tb testing.TB, names []string, base testutil.Page) oddReading {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	answer, trace := c.ScrapeTraced(ctx, names)
	if ctx.Err() != nil {
		tb.Error("no answer in time")
	}
	page := testutil.PageOf(tb, answer)
	r := oddReading{page: areaSeries(page)}
	for series := range changes(page, base) {
		if value := page[series]; math.IsNaN(value) || math.IsInf(value, 0) || value < 0 && familyOf(series) != "qumulo_time_offset_seconds" {
			tb.Errorf("%s is %v", series, value)
		}
	}
	if base == nil || len(changes(r.page, base))+len(changes(base, r.page)) > 0 {
		checkStateSets(tb, r.page)
	}
	for _, o := range trace.Outcomes {
		r.failed = r.failed || !o.Success
		r.said += strings.Join(o.Warnings, "; ")
		if o.Supported && o.Err != nil {
			r.said += o.Err.Error()
		}
		if _, ok := errors.AsType[*collector.PanicError](o.Err); ok {
			tb.Errorf("%s failed with a panic", o.Collector)
		}
	}
	if strings.Contains(r.said, "panic") {
		tb.Error(r.said)
	}
	return r
}

// check compares a page with the one before a value was odd.
func (r oddReading) check(tb testing.TB, base testutil.Page, at place, odd oddValue, of *origins) {
	tb.Helper()
	gone, fresh := changes(base, r.page), changes(r.page, base)
	named := strings.Contains(r.said, at.name()) || strings.Contains(r.said, "of the list") && at.isElement() ||
		strings.Contains(r.said, "qumulo_") || // a state-set
		strings.Contains(r.said, "/"+url.PathEscape(odd.String())+"/") // an id that is no object's
	for series := range gone {
		if _, stays := r.page[series]; !of.comesOf(at, series, odd.kind == noValue, stays || named) && !r.failed {
			tb.Errorf("%s is gone or another, though it does not come of it; said: %q", series, r.said)
		}
	}
	switch {
	case named:
	case r.failed || r.said != "":
		tb.Errorf("the field is not named: %q", r.said)
	case odd.kind == sameValue && len(gone)+len(fresh) > 0:
		tb.Errorf("the value is the same and the page is not: -%v +%v", gone, fresh)
	case odd.kind == wrongValue && len(gone)+len(fresh) > 0 && !odd.isShown(fresh):
		tb.Errorf("nothing is said: -%v +%v", gone, fresh)
	}
}
