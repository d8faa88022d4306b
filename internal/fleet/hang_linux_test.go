package fleet_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// hang makes each open of a file hang until the end of the test: as on a file system that does
// not answer.
func hang(t *testing.T, path string) {
	t.Helper()
	const setLease = 1024 // F_SETLEASE, which package syscall does not name
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, held.Fd(), setLease, syscall.F_WRLCK); errno != 0 {
		t.Fatalf("no lease: %v", errno)
	}
}

// TestHungFileHoldsItsCluster: the scrape of a cluster whose password or CA hangs answers at its
// deadline, the log names the file, and the other cluster, a reload and the stop are as quick as ever.
func TestHungFileHoldsItsCluster(t *testing.T) {
	for name, ca := range map[string]bool{"password": false, "CA": true} {
		t.Run(name, func(t *testing.T) {
			s, sick := simulated(t, "sick")
			_, well := simulated(t, "well")
			path := sick.Credentials.PasswordFile
			if ca {
				path = sick.TLS.CAFile
			}
			hang(t, path)
			r := newRig(t, sick, well)
			quick := func(what string, within time.Duration, f func()) {
				t.Helper()
				began := time.Now()
				f()
				if took := time.Since(began); took > within {
					t.Errorf("%s took %v", what, took)
				}
			}
			m, release, _ := r.Take("sick")
			for range 3 {
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				quick("the scrape of the sick cluster", 900*time.Millisecond, func() {
					page := testutil.PageOf(t, m.Scrape(ctx, m.On()))
					page.Want(t, "qumulo_up", 0)
					page.Want(t, `qumulo_scrape_collector_success{collector="nodes"}`, 0)
				})
				cancel()
				quick("the scrape of the other", time.Second, func() {
					if r.scrape(t, "well") != 1 {
						t.Error("the other cluster is not well")
					}
				})
				quick("a reload", 500*time.Millisecond, func() { r.reload(nil, sick, well) })
			}
			release()
			r.log.WaitFor(t, "level=WARN", "file "+path+": no answer from its file system", "advice=")
			if n := s.Logins() + s.RefusedLogins(); n != 0 {
				t.Errorf("%d logins", n)
			}
			changed := sick
			changed.Labels = map[string]string{"a": "b"}
			quick("a reload that makes the cluster anew", 500*time.Millisecond, func() { r.reload(nil, changed, well) })
			quick("the stop", time.Second, r.Close)
		})
	}
}

// TestCAWhileScrapersWork: the CA file is missing, empty, half written and whole again, over and
// over, while twenty scrapers work: no scrape fails. A CA that has changed makes one new transport,
// and not one for each call.
func TestCAWhileScrapersWork(t *testing.T) {
	s, c := simulated(t, "a")
	r := newRig(t, c)
	if r.scrape(t, "a") != 1 {
		t.Fatal("not well at first")
	}
	whole, other := string(s.CAPEM()), qumulotest.NewServer(qumulotest.SingleNode())
	t.Cleanup(other.Close)
	both := whole + string(other.CAPEM())
	stop := make(chan struct{})
	var scrapers sync.WaitGroup
	for range 20 {
		scrapers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if r.scrape(t, "a") != 1 {
					t.Error("a scrape failed")
				}
			}
		})
	}
	path, changes := c.TLS.CAFile, 0
	for round := range 4 {
		for _, text := range []string{"", whole[:len(whole)/2], "nonsense"} {
			testutil.WriteFile(t, path, text)
			time.Sleep(150 * time.Millisecond)
		}
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
		time.Sleep(150 * time.Millisecond)
		testutil.ReplaceFile(t, path, []string{both, whole}[round%2])
		changes++
		time.Sleep(1200 * time.Millisecond) // it is read once a second
	}
	close(stop)
	scrapers.Wait()
	// net/http opens another connection where one is not back yet.
	if n := s.Handshakes(); n > (changes+1)*2*(c.Concurrency+1) {
		t.Errorf("%d handshakes with %d changes", n, changes)
	}
	if s.Handshakes() <= c.Concurrency {
		t.Errorf("%d handshakes: a changed CA was not used", s.Handshakes())
	}
	if s.Logins() != 1 {
		t.Errorf("%d logins", s.Logins())
	}
	if n := strings.Count(r.log.String(), "File can't be used; continuing with its earlier content"); n < 1 || n > 8 {
		t.Errorf("said %d times", n)
	}
}
