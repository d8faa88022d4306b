package scrape_test

import (
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// overlapping scrapes every 300 ms, longer than one scrape may take, and returns the pages. Each scrape
// joins the calls of those under way, if there are any. After the first has begun, and before its
// slowest answer, it calls fault.
func (w *watched) overlapping(t *testing.T, timeout time.Duration, fault func()) []testutil.Page {
	t.Helper()
	pages := make([]testutil.Page, 10)
	var scrapes sync.WaitGroup
	for i := range pages {
		scrapes.Go(func() { pages[i] = w.scrapeWithin(t, timeout) })
		time.Sleep(50 * time.Millisecond)
		if i == 0 {
			fault()
		}
		time.Sleep(250 * time.Millisecond)
	}
	scrapes.Wait()
	return pages
}

// TestNodeHangsInScrape: a node that has answered some calls of a scrape and hangs then is found
// out, though it has answered while the others waited; scrapes that join are not lost with it.
func TestNodeHangsInScrape(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := threeNodes(t)
	w.server.SetFault(slotsPath, qumulotest.Fault{Delay: 100 * time.Millisecond})
	for _, p := range w.overlapping(t, 2*time.Second, func() { w.server.Nodes()[0].Hang(true) }) {
		w.complete(t, p)
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
}

// TestCallHangs: a call that never ends fails the scrapes that wait for it, for as long as one may
// take. Those that begin later make calls of their own, however many overlap.
func TestCallHangs(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := watch(t, qumulotest.OnPremises(), nil)
	w.scrape(t)
	w.server.SetFault(slotsPath, qumulotest.Fault{Hang: true, Times: 1})
	pages := w.overlapping(t, time.Second, func() {})
	success(t, pages[0], "drives", 0)
	for _, p := range pages[5:] { // 1.5 s and later
		w.complete(t, p)
	}
}

// TestNodeHangsInLogin: what waits for a login that a node does not answer any more waits for
// seconds, and the next scrape logs in elsewhere.
func TestNodeHangsInLogin(t *testing.T) {
	t.Parallel() // it waits most of the time
	w := threeNodes(t)
	w.server.RevokeTokens()
	w.server.LoginFault(qumulotest.Fault{Delay: 100 * time.Millisecond})
	logins, began := w.server.CallCount("/v1/session/login"), time.Now()
	var scrape sync.WaitGroup
	scrape.Go(func() { w.scrapeWithin(t, 10*time.Second).Want(t, "qumulo_up", 0) })
	for w.server.CallCount("/v1/session/login") == logins && time.Since(began) < 5*time.Second {
		time.Sleep(time.Millisecond)
	}
	w.server.Nodes()[0].Hang(true)
	scrape.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("found out after %s", took)
	}
	w.complete(t, w.scrape(t))
	if n := w.server.CallCount("/v1/session/login"); n != logins+2 {
		t.Errorf("%d logins were sent", n-logins)
	}
}

// TestCallsHangSaidOnce: which of many calls that hang got a slot, or went with a token that is not confirmed, and which waited, is
// chance. It is no other failure in each scrape.
func TestCallsHangSaidOnce(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, c := range map[string]struct{ begins, lists bool }{
		"all but the listing": {lists: true},
		"all":                 {},
		"from the start":      {begins: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			w := watchWith(t, server, scrape.Options{Addresses: []string{server.URL()}, Collectors: collector.Names()})
			if !c.begins {
				w.complete(t, w.scrape(t))
			}
			server.SetFault("", qumulotest.Fault{Hang: true})
			server.LoginFault(qumulotest.Fault{Delay: time.Millisecond})
			if c.lists {
				server.SetFault(nodesPath, qumulotest.Fault{Delay: time.Millisecond})
			}
			said := 0
			for i := range 6 {
				w.scrapeWithin(t, time.Second).Want(t, "qumulo_up", collector.Boolean(c.lists))
				if i == 1 { // collectors with an interval say it in the second one
					said = len(w.said())
				}
			}
			if lines := w.said(); said == 0 || len(lines) > said {
				t.Errorf("%d lines after two scrapes, then:\n%s", said, lines[said:])
			}
			w.log.WaitFor(t, "level=WARN", "filesystem", "no answer in time", "advice=")
		})
	}
}
