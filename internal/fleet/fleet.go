// Package fleet holds the clusters that are watched, as the configuration in
// force names them.
package fleet

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Options make a Fleet.
type Options struct {
	// Load reads the configuration again: checked as a whole, or with all its config errors.
	Load      func() (config.Validated, []error)
	Own       *scrape.Exporter
	UserAgent string
	Logger    *slog.Logger
	// Now is the clock, for tests; nil: time.Now.
	Now func() time.Time
}

// Fleet is the clusters that are watched. It is safe for concurrent use.
type Fleet struct {
	Options

	budget  *qumulo.LoginBudget // of all clusters, through all reloads
	base    context.Context     //nolint:containedctx // ends with the fleet
	stop    context.CancelFunc
	reload  sync.Mutex     // held by who changes the members
	said    string         // why the last reload has failed
	retired sync.WaitGroup // members that are no longer, and still at work

	mu      sync.RWMutex
	config  *config.Validated // nil until one is loaded
	members []*Member         // in the configuration's order
}

// Member is one cluster of a configuration.
type Member struct {
	*scrape.Cluster

	Config config.Cluster
	client *qumulo.Client
	users  sync.WaitGroup
}

// State is what the cluster's client knows without asking the cluster.
func (m *Member) State() qumulo.State { return m.client.State() }

// New makes a fleet without clusters. It is not ready until Apply.
func New(o Options) *Fleet {
	f := &Fleet{Options: o, budget: qumulo.NewLoginBudget(o.Now)}
	f.base, f.stop = context.WithCancel(context.Background())
	return f
}

// Ready reports whether a configuration is loaded.
func (f *Fleet) Ready() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.config != nil
}

// Config is the current configuration.
func (f *Fleet) Config() config.Validated {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.config == nil {
		return config.Validated{}
	}
	return *f.config
}

// Take returns the cluster of a name, to be used until release is called: a reload
// leaves it at work until then.
func (f *Fleet) Take(name string) (m *Member, release func(), found bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, m := range f.members {
		if m.Config.Name == name {
			m.users.Add(1)
			return m, m.users.Done, true
		}
	}
	return nil, nil, false
}

// Only returns the one cluster, if exactly one is watched. See Take.
func (f *Fleet) Only() (m *Member, release func(), found bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if len(f.members) != 1 {
		return nil, nil, false
	}
	f.members[0].users.Add(1)
	return f.members[0], f.members[0].users.Done, true
}

// Statuses are what the last scrapes of the clusters found, in the
// configuration's order.
func (f *Fleet) Statuses() []scrape.Status {
	f.mu.RLock()
	defer f.mu.RUnlock()
	statuses := make([]scrape.Status, len(f.members))
	for i, m := range f.members {
		statuses[i] = m.Status()
	}
	return statuses
}

// Reload reads the configuration and applies it, or returns its config errors and
// leaves all as it is.
func (f *Fleet) Reload() []error { return f.loadAnd(f.say) }

// Retry is Reload for who asks again and again: what failed alike the last time is not said.
func (f *Fleet) Retry() []error { return f.loadAnd(f.sayNew) }

func (f *Fleet) loadAnd(say func([]error)) []error {
	f.reload.Lock()
	defer f.reload.Unlock()
	cfg, errs := f.Load()
	if len(errs) == 0 {
		if err := f.apply(cfg); err != nil {
			errs = []error{err}
		}
	}
	f.Own.Loaded(len(errs) == 0, time.Now())
	say(errs)
	f.said = fmt.Sprint(errs)
	return errs
}

// say logs why a reload has failed: in one line if it was that the last time too. Whoever reaches the port can ask for
// reloads, and a file can have a thousand errors.
func (f *Fleet) say(errs []error) {
	if len(errs) > 1 && fmt.Sprint(errs) == f.said {
		errs = []error{fmt.Errorf("%d errors, as before", len(errs))}
	}
	for _, err := range errs {
		f.Logger.Error("Config reload failed; keeping the current configuration", "err", err)
	}
}

func (f *Fleet) sayNew(errs []error) {
	if fmt.Sprint(errs) != f.said {
		f.say(errs)
	}
}

// Apply makes the clusters of the first configuration.
func (f *Fleet) Apply(cfg config.Validated) error {
	f.reload.Lock()
	defer f.reload.Unlock()
	err := f.apply(cfg)
	f.Own.Loaded(err == nil, time.Now())
	return err
}

// apply keeps the clusters whose settings have not changed, with their tokens,
// connections and what they have read. The others finish the scrapes under way.
func (f *Fleet) apply(cfg config.Validated) error {
	var members, fresh []*Member
	for _, c := range cfg.Clusters {
		if m := f.same(c); m != nil {
			members = append(members, m)
			continue
		}
		m, err := f.newMember(c)
		if err != nil {
			for _, m := range fresh {
				m.client.Close()
				f.Own.Forget(m.Config.Name, nil)
			}
			return fmt.Errorf("cluster %s: %w", c.Name, err)
		}
		fresh, members = append(fresh, m), append(members, m)
	}
	for _, m := range fresh {
		f.watch(m)
	}
	f.mu.Lock()
	before := f.members
	f.config, f.members = &cfg, members
	f.mu.Unlock()
	gone := f.retire(before, members)
	f.Logger.Info("Configuration loaded", "clusters", len(members), "new_or_changed", len(fresh), "removed_or_changed", gone)
	return nil
}

func (f *Fleet) same(c config.Cluster) *Member {
	for _, m := range f.members {
		if reflect.DeepEqual(m.Config, c) {
			return m
		}
	}
	return nil
}

// newMember makes a cluster and its client. It sends nothing.
func (f *Fleet) newMember(c config.Cluster) (*Member, error) {
	cfg := c.ClientConfig()
	cfg.UserAgent, cfg.Hooks, cfg.Now, cfg.LoginBudget = f.UserAgent, f.Own.Hooks(c.Name, f.Logger), f.Now, f.budget
	client, err := qumulo.New(cfg)
	if err != nil {
		f.Own.Forget(c.Name, nil)
		return nil, err
	}
	return &Member{Config: c, client: client, Cluster: scrape.NewCluster(scrape.Options{
		Name: c.Name, Addresses: c.URLs, WebUI: c.WebUI(), Client: client, Collectors: c.Collectors, Intervals: c.Intervals,
		CollectorOptions: c.Options, Logger: f.Logger, Now: f.Now,
	})}, nil
}

func (f *Fleet) watch(m *Member) {
	f.Own.Watch(m.Cluster)
	if m.Config.TLS.InsecureSkipVerify {
		f.Logger.Warn("The cluster's certificate is NOT verified: anyone in between can read the credentials. Trust its CA instead",
			"cluster", m.Config.Name)
	}
	f.Logger.Info("Watching", "cluster", m.Config.Name, "addresses", m.Config.URLs, "collectors", m.On())
}

// retire lets go of the members that are no longer, and names them. A reload is a
// reason to try a rejected login once more in those that stay.
func (f *Fleet) retire(before, now []*Member) (gone []string) {
	stays := make(map[*Member]bool)
	for _, m := range now {
		stays[m] = true
	}
	for _, m := range before {
		if stays[m] {
			m.client.Resume()
			continue
		}
		gone = append(gone, m.Config.Name)
		f.retired.Go(func() {
			m.users.Wait()
			m.client.WaitLogin(f.base)
			m.Close()
			f.Own.Forget(m.Config.Name, m.Cluster)
		})
	}
	return gone
}

// Close lets go of all clusters and waits for the scrapes under way.
func (f *Fleet) Close() {
	f.stop()
	f.reload.Lock()
	defer f.reload.Unlock()
	f.mu.Lock()
	before := f.members
	f.config, f.members = nil, nil
	f.mu.Unlock()
	f.retire(before, nil)
	f.retired.Wait()
}
