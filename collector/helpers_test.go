package collector_test

import (
	"flag"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var update = flag.Bool("update", false, "write the golden files again")

// webUI is where people administer the simulated clusters.
const webUI = "https://cluster.example.com"

// watched is a simulated cluster and what watches it.
type watched struct {
	*scrape.Cluster

	server *qumulotest.Server
	log    *testutil.Log
}

// fixed are the collectors of tests that count calls or lines of the log: one more collector
// changes nothing for them.
func fixed() []string { return []string{"nodes", "filesystem", "version", "cluster", "drives"} }

// watch starts both, with the collectors named, or those that are on by default; clock nil is
// the real one.
func watch(tb testing.TB, model *qumulotest.Model, clock func() time.Time, names ...string) *watched {
	tb.Helper()
	server := qumulotest.NewServer(model)
	tb.Cleanup(server.Close)
	password := qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
	return watchWith(tb, server, password, scrape.Options{Now: clock, Collectors: names})
}

// watchWith watches a simulated cluster as one user, with what else the options say.
func watchWith(tb testing.TB, server *qumulotest.Server, as qumulo.Credentials, o scrape.Options) *watched {
	tb.Helper()
	client, err := qumulo.New(qumulo.Config{
		URLs: []string{server.URL()}, Credentials: as, TLS: config.TLSConfig{CA: string(server.CAPEM())}, Now: o.Now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	log := &testutil.Log{}
	o.Name, o.Addresses, o.WebUI, o.Client = "test", []string{server.URL()}, webUI, client
	o.Logger = slog.New(slog.NewTextHandler(log, nil))
	c := scrape.NewCluster(o)
	tb.Cleanup(c.Close)
	return &watched{Cluster: c, server: server, log: log}
}

// scrape returns the page of one scrape of all collectors that are on.
func (w *watched) scrape(tb testing.TB) testutil.Page {
	tb.Helper()
	return testutil.PageOf(tb, w.Scrape(tb.Context(), w.On()))
}

// nativeFamilies are those of a page that the cluster made itself.
func nativeFamilies(p exposition.Page) []exposition.Family {
	ours := scrape.OutcomeMetrics()
	for _, c := range collector.All() {
		ours = append(ours, c.Metrics...)
	}
	return slices.DeleteFunc(slices.Clone(p.Text), func(f exposition.Family) bool {
		return slices.ContainsFunc(ours, func(m *collector.Metric) bool { return m.Name == f.MetricName() })
	})
}

// watchAll starts both with all collectors, those with options so that each has something to show.
func watchAll(tb testing.TB, model *qumulotest.Model, clock func() time.Time) *watched {
	tb.Helper()
	return watchAllAs(tb, model, clock, nil)
}

// watcher makes a user of a cluster, and returns its credentials.
type watcher func(testing.TB, *qumulotest.Server) qumulo.Credentials

// withPassword is the user that each cluster has.
func withPassword(testing.TB, *qumulotest.Server) qumulo.Credentials {
	return qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
}

// withAccessToken is the same user with an access token that expires, beside another one that does not.
func withAccessToken(tb testing.TB, server *qumulotest.Server) qumulo.Credentials {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "token")
	testutil.WriteFile(tb, file, server.AddAccessToken(qumulotest.DefaultUser, time.Date(2099, 1, 2, 3, 4, 5, 0, time.UTC)))
	server.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	return qumulo.Credentials{AccessTokenFile: file}
}

// watchAllAs is watchAll as that user; nil: withPassword.
func watchAllAs(tb testing.TB, model *qumulotest.Model, clock func() time.Time, as watcher) *watched {
	tb.Helper()
	if as == nil {
		as = withPassword
	}
	server := qumulotest.NewServer(model)
	tb.Cleanup(server.Close)
	return watchWith(tb, server, as(tb, server), scrape.Options{Now: clock, Collectors: collector.Names(), CollectorOptions: []any{
		&collector.QuotasOptions{Exclude: []collector.Pattern{"/scratch"}, Max: 1000},
		&collector.DirectoriesOptions{Paths: []collector.AbsolutePath{"/", "/projects"}},
	}})
}

// watchOptions is watch with options of one collector, which alone is on.
func watchOptions(tb testing.TB, model *qumulotest.Model, name string, options any) *watched {
	tb.Helper()
	server := qumulotest.NewServer(model)
	tb.Cleanup(server.Close)
	password := qumulo.Credentials{Username: qumulotest.DefaultUser, Password: qumulo.NewSecret(qumulotest.DefaultPassword)}
	return watchWith(tb, server, password, scrape.Options{Collectors: []string{name}, CollectorOptions: []any{options}})
}

// success wants the outcome of one collector.
func success(tb testing.TB, p testutil.Page, name string, value float64) {
	tb.Helper()
	p.Want(tb, `qumulo_scrape_collector_success{collector="`+name+`"}`, value)
}

// areaSeries are the series of a page but what the engine says of the scrape.
func areaSeries(p testutil.Page) testutil.Page {
	area := testutil.Page{}
	for series, value := range p {
		name, _, _ := strings.Cut(series, "{")
		if !slices.ContainsFunc(scrape.OutcomeMetrics(), func(m *collector.Metric) bool { return m.Name == name }) {
			area[series] = value
		}
	}
	return area
}

// wantSaid wants words in one line of warnings, or no warning at all. The collector alone is on:
// that the cluster has no node listing counts for nothing.
func wantSaid(t *testing.T, w *watched, words []string) {
	t.Helper()
	if len(words) > 0 {
		w.log.WaitFor(t, words...)
	} else if lines := w.log.Lines("level=WARN", "collector="); len(lines) > 0 {
		t.Errorf("complaints: %v", lines)
	}
}

// wantFailures wants nothing of a collector whose one endpoint fails: success 0, unless the
// release does not have it.
func wantFailures(t *testing.T, name, path string) {
	t.Helper()
	for status, supported := range map[int]float64{403: 1, 404: 0, 500: 1} {
		w := watch(t, qumulotest.OnPremises(), nil, name)
		w.server.SetFault(path, qumulotest.Fault{Status: status})
		if p := areaPage(t, w, name, 1-supported, supported); len(p) > 0 {
			t.Errorf("%d: there is %v", status, p)
		}
	}
}

// areaPage scrapes the one collector that is on, wants its outcome, and returns its series.
func areaPage(t *testing.T, w *watched, name string, success, supported float64) testutil.Page {
	t.Helper()
	p := w.scrape(t)
	p.Want(t, `qumulo_scrape_collector_success{collector="`+name+`"}`, success)
	p.Want(t, `qumulo_scrape_collector_supported{collector="`+name+`"}`, supported)
	return areaSeries(p)
}
