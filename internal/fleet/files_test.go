package fleet_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestPasswordRotated: a new password in the file is used when the token has
// ended, without a reload, and no scrape fails on the way.
func TestPasswordRotated(t *testing.T) {
	s, c := simulated(t, "a")
	r := newRig(t, c)
	scrape := func(when string, logins int) {
		t.Helper()
		if r.scrape(t, "a") != 1 || s.Logins() != logins || s.RefusedLogins() != 0 {
			t.Errorf("%s: not complete, or %d logins and %d refused ones, want %d", when, s.Logins(), s.RefusedLogins(), logins)
		}
	}
	scrape("at first", 1)
	s.SetPassword(qumulotest.DefaultUser, "rotated-password")
	testutil.WriteFile(t, c.Credentials.PasswordFile, "rotated-password\n")
	scrape("with the old token", 1)
	s.RevokeTokens()
	scrape("after its end", 2)
	scrape("with the new token", 2)
}

// TestReloadsUnderLoad: a thousand reloads, half of them of a broken file, while
// twenty scrapers scrape: no scrape fails, nobody logs in again, nothing grows.
func TestReloadsUnderLoad(t *testing.T) {
	const reloads, scrapers = 1000, 20
	dir := t.TempDir()
	servers := make(map[string]*qumulotest.Server)
	var stanzas []string
	for _, name := range []string{"a", "b", "c"} {
		s, _ := simulated(t, name)
		servers[name] = s
		testutil.WriteFile(t, filepath.Join(dir, name+".pem"), string(s.CAPEM()))
		stanzas = append(stanzas, fmt.Sprintf("  - {name: %s, url: %q, tls_config: {ca_file: %s.pem}}\n", name, s.URL(), name))
	}
	testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword)
	head := "defaults: {username: " + qumulotest.DefaultUser + ", password_file: password}\nclusters:\n"
	good := []string{head + strings.Join(stanzas, ""), head + stanzas[1] + stanzas[0], head + stanzas[0] + stanzas[1] + "# as before\n"}
	bad := []string{"", "clusters: [", head + stanzas[0] + "    nonsense: 1\n", head + stanzas[0] + stanzas[0], strings.Repeat("x", 1000)}
	path := filepath.Join(dir, "qumulo_exporter.yml")
	testutil.WriteFile(t, path, good[0])
	files := config.NewFiles(slog.New(slog.DiscardHandler))
	load := func() (config.Validated, []error) {
		return config.Load(path, config.Scrape{Timeout: 10 * time.Second}, files)
	}
	f := fleet.New(fleet.Options{Load: load, Own: scrape.NewExporter(), UserAgent: "test", Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(f.Close)
	if errs := f.Reload(); errs != nil {
		t.Fatal(errs)
	}
	r := &rig{Fleet: f}
	for name := range servers {
		r.scrape(t, name)
	}
	before, heapBefore := runtime.NumGoroutine(), heap()
	var (
		wg      sync.WaitGroup
		done    atomic.Bool
		scrapes atomic.Int64
	)
	for i := range scrapers {
		wg.Go(func() {
			for !done.Load() {
				if name := []string{"a", "b"}[i%2]; r.scrape(t, name) != 1 {
					t.Errorf("a scrape of %s has failed", name)
				}
				scrapes.Add(1)
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	for i := range reloads {
		broken := i%2 == 1
		if broken {
			testutil.ReplaceFile(t, path, bad[random.IntN(len(bad))])
		} else {
			testutil.ReplaceFile(t, path, good[random.IntN(len(good))])
		}
		if errs := f.Reload(); (len(errs) > 0) != broken {
			t.Fatalf("reload %d: config errors %v, broken %v", i, errs, broken)
		}
	}
	done.Store(true)
	wg.Wait()
	if scrapes.Load() < scrapers*10 {
		t.Errorf("%d scrapes are no load", scrapes.Load())
	}
	for _, name := range []string{"a", "b"} { // c came and went, which is a new login each time it came
		if n := servers[name].Logins(); n != 1 {
			t.Errorf("%s: %d logins", name, n)
		}
	}
	testutil.Eventually(t, fmt.Sprintf("no more than ten goroutines are left beside %d", before), func() bool { return runtime.NumGoroutine() <= before+10 })
	if grown := heap() - heapBefore; grown > 4<<20 {
		t.Errorf("the heap has grown by %d KiB", grown>>10)
	}
}

// heap is what is in use of it, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
