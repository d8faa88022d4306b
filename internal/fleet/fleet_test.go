package fleet_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// rig is a fleet, the configuration that its next reload finds, and its log.
type rig struct {
	*fleet.Fleet

	own  *scrape.Exporter
	log  *testutil.Log
	mu   sync.Mutex
	next []config.Cluster
	errs []error
}

func newRig(t *testing.T, clusters ...config.Cluster) *rig {
	t.Helper()
	r := &rig{own: scrape.NewExporter(), log: &testutil.Log{}}
	r.Fleet = fleet.New(fleet.Options{
		Own: r.own, UserAgent: "test", Logger: slog.New(slog.NewTextHandler(r.log, nil)),
		Load: func() (config.Validated, []error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return validated(r.next...), r.errs
		},
	})
	t.Cleanup(r.Close)
	if r.Ready() {
		t.Error("ready without a configuration")
	}
	if err := r.Apply(validated(clusters...)); err != nil {
		t.Fatal(err)
	}
	return r
}

func validated(clusters ...config.Cluster) config.Validated {
	return config.Validated{Config: config.Config{Clusters: clusters, Scrape: config.Scrape{Timeout: 5 * time.Second}}}
}

// reload puts other clusters, or config errors, into the configuration and reloads.
func (r *rig) reload(errs []error, clusters ...config.Cluster) []error {
	r.mu.Lock()
	r.next, r.errs = clusters, errs
	r.mu.Unlock()
	return r.Reload()
}

// simulated starts a cluster and gives the settings to watch it.
func simulated(t *testing.T, name string) (*qumulotest.Server, config.Cluster) {
	t.Helper()
	s := qumulotest.NewServer(qumulotest.SingleNode())
	t.Cleanup(s.Close)
	dir := t.TempDir()
	return s, config.Cluster{
		Name: name, URLs: []string{s.URL()}, Concurrency: 4, Collectors: []string{"nodes", "filesystem", "version", "cluster", "drives"},
		Credentials: qumulo.Credentials{Username: qumulotest.DefaultUser, PasswordFile: testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword)},
		TLS:         commonconfig.TLSConfig{CAFile: testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(s.CAPEM()))},
	}
}

// scrape is the least of qumulo_up and of all collectors' success: 1 if all is well.
func (r *rig) scrape(t *testing.T, name string) (health float64) {
	t.Helper()
	m, release, found := r.Take(name)
	if !found {
		t.Fatalf("no cluster %s", name)
	}
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	page := testutil.PageOf(t, m.Scrape(ctx, m.On()))
	health = page["qumulo_up"]
	for _, success := range page.With("qumulo_scrape_collector_success", "") {
		health = min(health, success)
	}
	return health
}

// ownPage is what the exporter's own metrics say.
func (r *rig) ownPage(t *testing.T) testutil.Page {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(r.own)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return testutil.PageOf(t, exposition.Page{Gathered: families})
}

// wantLoaded compares what the metrics say of the last reload.
func (r *rig) wantLoaded(t *testing.T, successful float64) {
	t.Helper()
	r.ownPage(t).Want(t, "qumulo_exporter_config_last_reload_successful", successful)
}

// seriesOf counts the exporter's own series of a cluster.
func (r *rig) seriesOf(t *testing.T, target string) int {
	t.Helper()
	return len(r.ownPage(t).With("", `target="`+target+`"`))
}

// TestReload: what has not changed goes on as if nothing had been.
func TestReload(t *testing.T) {
	same, sameConfig := simulated(t, "same")
	changed, changedConfig := simulated(t, "changed")
	_, goneConfig := simulated(t, "gone")
	added, addedConfig := simulated(t, "added")
	r := newRig(t, sameConfig, changedConfig, goneConfig)
	for _, name := range []string{"same", "changed", "gone"} {
		if r.scrape(t, name) != 1 {
			t.Errorf("%s is not well", name)
		}
	}
	changedConfig.Concurrency = 2
	if errs := r.reload(nil, sameConfig, changedConfig, addedConfig); errs != nil {
		t.Fatal(errs)
	}
	for _, name := range []string{"same", "changed", "added"} {
		if r.scrape(t, name) != 1 {
			t.Errorf("%s is not well", name)
		}
	}
	if same.Logins() != 1 || changed.Logins() != 2 || added.Logins() != 1 {
		t.Errorf("logins: %d, %d, %d, want 1, 2, 1", same.Logins(), changed.Logins(), added.Logins())
	}
	if _, _, found := r.Take("gone"); found {
		t.Error("a cluster that is no longer in the configuration is there")
	}
	var names []string
	for _, s := range r.Statuses() {
		names = append(names, s.Name)
	}
	if strings.Join(names, " ") != "same changed added" {
		t.Errorf("clusters %s", names)
	}
	testutil.Eventually(t, "the own metrics of a cluster that is gone go too", func() bool { return r.seriesOf(t, "gone") == 0 })
	if r.seriesOf(t, "same") == 0 || r.seriesOf(t, "changed") == 0 {
		t.Error("no own metrics")
	}
}

// TestReloadWithErrors: all stays as it is, and the metrics and the log say so.
func TestReloadWithErrors(t *testing.T) {
	s, c := simulated(t, "a")
	r := newRig(t, c)
	r.scrape(t, "a")
	r.wantLoaded(t, 1)
	err := errors.New("line 3: nonsense")
	if errs := r.reload([]error{err}); len(errs) != 1 || !errors.Is(errs[0], err) {
		t.Errorf("config errors %v", errs)
	}
	r.wantLoaded(t, 0)
	if r.scrape(t, "a") != 1 || s.Logins() != 1 {
		t.Errorf("the cluster is not as it was: %d logins", s.Logins())
	}
	if log := r.log.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "line 3: nonsense") {
		t.Errorf("log: %s", log)
	}
	if errs := r.reload(nil, c); errs != nil {
		t.Errorf("a good reload: %v", errs)
	}
	r.wantLoaded(t, 1)
}

// TestReloadUnderAScrape: a scrape of a cluster that is removed or changed ends
// as it would have.
func TestReloadUnderAScrape(t *testing.T) {
	for name, after := range map[string]func(config.Cluster) []config.Cluster{
		"removed": func(config.Cluster) []config.Cluster { return nil },
		"changed": func(c config.Cluster) []config.Cluster { c.Concurrency = 1; return []config.Cluster{c} },
	} {
		t.Run(name, func(t *testing.T) {
			s, c := simulated(t, "a")
			r := newRig(t, c)
			s.SetFault("", qumulotest.Fault{Delay: 200 * time.Millisecond})
			up := make(chan float64)
			go func() { up <- r.scrape(t, "a") }()
			testutil.Eventually(t, "a scrape is under way", func() bool { return s.InFlight() > 0 })
			r.reload(nil, after(c)...)
			if got := <-up; got != 1 {
				t.Error("the scrape under way has failed")
			}
		})
	}
}

// TestRemovedTwiceUnderAScrape: the own metrics of a cluster go with the last that
// bears its name, in whatever order they end.
func TestRemovedTwiceUnderAScrape(t *testing.T) {
	s, c := simulated(t, "a")
	r := newRig(t, c)
	s.SetFault("", qumulotest.Fault{Delay: 500 * time.Millisecond})
	up := make(chan float64)
	go func() { up <- r.scrape(t, "a") }()
	testutil.Eventually(t, "a scrape is under way", func() bool { return s.InFlight() > 0 })
	r.reload(nil)
	r.reload(nil, c)
	r.reload(nil)
	if got := <-up; got != 1 {
		t.Error("the scrape under way has failed")
	}
	testutil.Eventually(t, "the own metrics go", func() bool { return r.seriesOf(t, "a") == 0 })
}

// TestReloadEndsPause: after a refused login a reload is a reason to try again.
func TestReloadEndsPause(t *testing.T) {
	s, c := simulated(t, "a")
	s.SetPassword(qumulotest.DefaultUser, "another")
	r := newRig(t, c)
	for range 3 {
		r.scrape(t, "a")
	}
	if n := s.RefusedLogins(); n != 1 {
		t.Fatalf("%d logins sent", n)
	}
	s.SetPassword(qumulotest.DefaultUser, qumulotest.DefaultPassword)
	if r.scrape(t, "a") != 0 {
		t.Error("there is no pause")
	}
	r.reload(nil, c)
	if r.scrape(t, "a") != 1 {
		t.Error("the pause goes on after a reload")
	}
}

// TestOnly: exactly one.
func TestOnly(t *testing.T) {
	_, a := simulated(t, "a")
	_, b := simulated(t, "b")
	r := newRig(t, a)
	m, release, found := r.Only()
	if !found || m.Config.Name != "a" {
		t.Error("the only one is not found")
	}
	release()
	for _, clusters := range [][]config.Cluster{{a, b}, {}} {
		r.reload(nil, clusters...)
		if _, _, found := r.Only(); found {
			t.Errorf("one of %d", len(clusters))
		}
	}
}
