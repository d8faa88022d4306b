package fleet_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// aheadClock is the real clock, put forward by hand.
type aheadClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *aheadClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *aheadClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// newClockRig is newRig with a clock that can be put forward.
func newClockRig(t *testing.T, clusters ...config.Cluster) (*rig, *aheadClock) {
	t.Helper()
	clock := &aheadClock{}
	r := &rig{own: scrape.NewExporter(), log: &testutil.Log{}}
	r.Fleet = fleet.New(fleet.Options{
		Own: r.own, UserAgent: "test", Logger: slog.New(slog.NewTextHandler(r.log, nil)), Now: clock.now,
		Load: func() (config.Validated, []error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return validated(r.next...), r.errs
		},
	})
	t.Cleanup(r.Close)
	if err := r.Apply(validated(clusters...)); err != nil {
		t.Fatal(err)
	}
	return r, clock
}

// scrapeAll scrapes all clusters side by side and returns how many are well.
func (r *rig) scrapeAll(t *testing.T, names ...string) (well int) {
	t.Helper()
	var (
		mu      sync.Mutex
		scrapes sync.WaitGroup
	)
	for _, name := range names {
		scrapes.Go(func() {
			up := r.scrape(t, name) == 1
			mu.Lock()
			defer mu.Unlock()
			if up {
				well++
			}
		})
	}
	scrapes.Wait()
	return well
}

// TestBudgetThroughReloads: fifty times a reload and a scrape with a wrong password, each time with
// settings that make the cluster anew, are four rejected logins in half an hour. A corrected
// file waits for nothing.
func TestBudgetThroughReloads(t *testing.T) {
	s, c := simulated(t, "a")
	s.SetPassword(qumulotest.DefaultUser, "another")
	r, clock := newClockRig(t, c)
	for i := range 50 {
		c.Labels = map[string]string{"round": fmt.Sprint(i)}
		if errs := r.reload(nil, c); errs != nil {
			t.Fatal(errs)
		}
		ctx, leave := context.WithCancel(t.Context())
		if i%10 == 3 { // a scrape that breaks off under its login
			m, release, _ := r.Take("a")
			go leave()
			m.Scrape(ctx, m.On())
			release()
		}
		leave()
		if r.scrape(t, "a") != 0 {
			t.Fatal("well with a wrong password")
		}
		clock.advance(30 * time.Second) // 25 minutes in all
	}
	if n := s.RefusedLogins(); n != 4 {
		t.Errorf("%d logins were rejected, want 4", n)
	}
	r.ownPage(t).Want(t, `qumulo_exporter_login_paused{target="a"}`, 1)
	r.log.WaitFor(t, "level=WARN", "collectors=nodes,", "4 logins with this username and password were rejected within 30 minutes", "password file")
	testutil.ReplaceFile(t, c.Credentials.PasswordFile, "another")
	if r.scrape(t, "a") != 1 {
		t.Error("a corrected file waits")
	}
	r.ownPage(t).Want(t, `qumulo_exporter_login_paused{target="a"}`, 0)
	if n := s.Logins(); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
}

// TestBudgetOfOneAccount: twenty clusters know the same wrong password. Together they send it four
// times; the accounts of others are not touched, and a login that works clears the budget.
func TestBudgetOfOneAccount(t *testing.T) {
	var (
		servers  []*qumulotest.Server
		clusters []config.Cluster
		names    []string
	)
	for i := range 20 {
		s, c := simulated(t, fmt.Sprintf("c%d", i))
		s.SetPassword(qumulotest.DefaultUser, "another")
		servers, clusters, names = append(servers, s), append(clusters, c), append(names, c.Name)
	}
	other, otherConfig := simulated(t, "other")
	other.SetPassword("somebody", qumulotest.DefaultPassword)
	otherConfig.Credentials.Username = "somebody"
	r, clock := newClockRig(t, append(clusters, otherConfig)...)
	rejected := func() (n int) {
		for _, s := range servers {
			n += s.RefusedLogins()
		}
		return n
	}
	for range 5 {
		if n := r.scrapeAll(t, append(names, "other")...); n != 1 {
			t.Errorf("%d clusters are well, want the one with another account", n)
		}
		clock.advance(time.Minute)
	}
	if n := rejected(); n != 4 {
		t.Errorf("%d logins were rejected, want 4", n)
	}
	if other.Logins() != 1 {
		t.Errorf("%d logins of the other account", other.Logins())
	}
	// After half an hour there are four more, and no more.
	clock.advance(31 * time.Minute)
	for range 3 {
		r.scrapeAll(t, names...)
	}
	if n := rejected(); n > 8 {
		t.Errorf("%d logins were rejected, want 8 at most", n)
	}
	// All of them get the password that is right: none waits.
	for _, c := range clusters {
		testutil.ReplaceFile(t, c.Credentials.PasswordFile, "another")
	}
	if n := r.scrapeAll(t, names...); n != 20 {
		t.Errorf("%d clusters are well, want all 20", n)
	}
}

// TestPauses shows the whole sequence of pauses: 2, 10, then 30 minutes, and never more than four
// rejected logins in half an hour.
func TestPauses(t *testing.T) {
	for _, addresses := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d addresses", addresses), func(t *testing.T) {
			s, c := simulated(t, "a")
			if addresses == 2 {
				c.URLs = append(c.URLs, s.AddNode().URL())
			}
			s.SetPassword(qumulotest.DefaultUser, "another")
			r, clock := newClockRig(t, c)
			var minutes []string
			var at []int
			for minute := range 120 {
				before := s.RefusedLogins()
				if r.scrape(t, "a") != 0 {
					t.Fatal("well with a wrong password")
				}
				if n := s.RefusedLogins() - before; n > 0 {
					minutes = append(minutes, fmt.Sprintf("%d: %d", minute, n))
				}
				for range s.RefusedLogins() - before {
					at = append(at, minute)
				}
				clock.advance(time.Minute)
			}
			want := "0: 1, 2: 1, 12: 1, 42: 1, 72: 1, 102: 1"
			if addresses == 2 { // the first one is confirmed
				want = "0: 2, 2: 1, 12: 1, 42: 1, 72: 1, 102: 1"
			}
			if got := strings.Join(minutes, ", "); got != want {
				t.Errorf("rejected logins by minute: %s, want %s", got, want)
			}
			for i := 4; i < len(at); i++ {
				if at[i]-at[i-4] < 30 {
					t.Errorf("five rejected logins within half an hour: %v", at)
				}
			}
		})
	}
}

// TestHungLoginsHoldNobody: clusters whose node accepts and never answers keep no cluster with the
// same account from logging in.
func TestHungLoginsHoldNobody(t *testing.T) {
	var clusters []config.Cluster
	for i := range 6 {
		s, c := simulated(t, fmt.Sprintf("hung%d", i))
		node := s.Nodes()[0]
		node.Hang(true)
		t.Cleanup(func() { node.Hang(false) })
		clusters = append(clusters, c)
	}
	_, well := simulated(t, "well")
	r, _ := newClockRig(t, append(clusters, well)...)
	ctx, cancel := context.WithCancel(t.Context())
	var scrapes sync.WaitGroup
	for _, c := range clusters {
		m, release, _ := r.Take(c.Name)
		scrapes.Go(func() { defer release(); m.Scrape(ctx, m.On()) })
	}
	time.Sleep(300 * time.Millisecond) // their logins are under way
	began := time.Now()
	if r.scrape(t, "well") != 1 {
		t.Error("a cluster that is well is held by those that hang")
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	cancel()
	scrapes.Wait()
}
