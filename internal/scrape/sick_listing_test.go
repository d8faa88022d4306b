package scrape_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestSickListing: a node that answers all but the node listing is left for one that lists them: at once where it says something,
// by the next scrape where it lets the listing wait. What both say is no node's fault.
func TestSickListing(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, c := range map[string]struct {
		fault qumulotest.Fault
		waits bool
	}{
		"400":            {fault: qumulotest.Fault{Status: http.StatusBadRequest}},
		"403":            {fault: qumulotest.Fault{Status: http.StatusForbidden}},
		"421":            {fault: qumulotest.Fault{Status: http.StatusMisdirectedRequest}},
		"429":            {fault: qumulotest.Fault{Status: http.StatusTooManyRequests}},
		"no node":        {fault: qumulotest.Fault{Body: []byte("[]")}},
		"too many nodes": {fault: qumulotest.Fault{Body: []byte("[" + strings.Repeat("{},", 10_001) + "{}]")}},
		"hangs":          {fault: qumulotest.Fault{Hang: true}, waits: true},
		"half a list":    {fault: qumulotest.Fault{HangBody: true}, waits: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
			w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
			w.complete(t, w.scrape(t))

			nodes[0].SetFault(nodesPath, c.fault)
			server.ResetCounts()
			want := 2 // listings: each address is asked once
			page := w.scrapeWithin(t, 1500*time.Millisecond)
			if c.waits {
				page.Want(t, "qumulo_up", 0)
				testutil.Eventually(t, "the well node is in use", func() bool { return w.active(t) == nodes[1].URL() })
				page = w.scrapeWithin(t, 1500*time.Millisecond)
				want++
			}
			w.complete(t, page)
			if n := server.CallCount(nodesPath); n != want {
				t.Errorf("%d node listings, want %d", n, want)
			}
			w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
			if active := w.active(t); active != nodes[1].URL() {
				t.Errorf("%s is in use, which does not list the nodes", active)
			}

			server.SetFault(nodesPath, c.fault)
			w.scrapeWithin(t, 1500*time.Millisecond).Want(t, "qumulo_up", 0)
			time.Sleep(300 * time.Millisecond) // in which the other address would be found
			server.ClearFaults()
			w.complete(t, w.scrape(t))
			if active := w.active(t); active != nodes[1].URL() {
				t.Errorf("%s is in use, though both have said the same", active)
			}
		})
	}
}

// TestListingSlowEverywhere: where no address lists the nodes in the time that a scrape has, none of them is left for one that does it
// no sooner.
func TestListingSlowEverywhere(t *testing.T) {
	t.Parallel() // it waits most of the time
	const scrapes = 3
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
	w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
	w.complete(t, w.scrape(t))
	server.SetFault(nodesPath, qumulotest.Fault{Delay: 1800 * time.Millisecond})
	server.ResetCounts()
	for range scrapes {
		w.scrapeWithin(t, 1300*time.Millisecond).Want(t, "qumulo_up", 0)
		time.Sleep(2 * time.Second) // in which the other address lists them
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, 0)
	if active := w.active(t); active != nodes[0].URL() {
		t.Errorf("%s is in use", active)
	}
	if n := server.CallCount(nodesPath); n != 2*scrapes {
		t.Errorf("%d node listings in %d scrapes", n, scrapes)
	}
	if lines := w.said(); len(lines) != 1 || !containsAll(lines[0], []string{"level=WARN", "collectors=nodes", "no answer in time"}) {
		t.Errorf("log: %q", lines)
	}
}

// TestHungLogin: a node that lets the login wait, and answers what needs no token, is left when the login has had its time.
func TestHungLogin(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
	nodes[0].SetFault("/v1/session/login", qumulotest.Fault{Hang: true})
	w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
	w.scrapeWithin(t, 2*time.Second).Want(t, "qumulo_up", 0)
	time.Sleep(30 * time.Second) // what a login has
	w.complete(t, w.scrape(t))
	if n := server.Logins(); n != 1 {
		t.Errorf("%d logins", n)
	}
	if n := server.CallCount("/v1/session/login"); n != 2 {
		t.Errorf("%d logins were sent, want one to each address", n)
	}
	w.log.WaitFor(t, "level=WARN", "login", "no answer in time", "advice=")
}

// TestEndpointRejectsTheToken: one endpoint that says 401 to the token that all others take is at fault itself. It costs no login,
// no other collector, and does not look as if the credentials were rejected.
func TestEndpointRejectsTheToken(t *testing.T) {
	w := watch(t, qumulotest.OnPremises(), nil)
	w.complete(t, w.scrape(t))
	for _, path := range []string{fsPath, slotsPath} {
		w.server.SetFault(path, qumulotest.Fault{Status: http.StatusUnauthorized})
	}
	w.server.ResetCounts()
	const scrapes = 5
	for range scrapes {
		page := w.scrape(t)
		page.Want(t, "qumulo_up", 1)
		page.Want(t, "qumulo_credentials_accepted", 1)
		success(t, page, "filesystem", 0)
		success(t, page, "drives", 0)
		success(t, page, "version", 1)
	}
	if n := w.server.Logins(); n != 0 {
		t.Errorf("%d logins", n)
	}
	if n := w.server.StatusCount(http.StatusUnauthorized); n < 2*scrapes || n > 4*scrapes {
		t.Errorf("%d calls were rejected in %d scrapes", n, scrapes)
	}
	if n := w.server.CallCount("/v1/session/who-am-i"); n < scrapes || n > 2*scrapes {
		t.Errorf("the own user was asked for %d times in %d scrapes", n, scrapes)
	}
	w.log.WaitFor(t, "level=WARN", "filesystem", "401", "the token is accepted for other calls", "advice=")
}

// TestHungCachedReadsMakeRoom: reads of collectors with an interval that hang give their slots up for the node listing, and then are
// left alone for a while. Those that had no slot are read in the next scrape.
func TestHungCachedReadsMakeRoom(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	cached := []string{"filesystem", "version", "support"}
	w := watchBySlots(t, server, scrape.Options{
		Addresses: []string{server.URL()}, Collectors: append([]string{"nodes"}, cached...),
		Intervals: map[string]time.Duration{"filesystem": time.Hour, "version": time.Hour, "support": time.Hour},
	}, 1)
	server.SetFault(fsPath, qumulotest.Fault{Hang: true})
	for range 4 { // each of the first two reads of it holds the slot until the listing after it
		w.scrapeWithin(t, 1500*time.Millisecond).Want(t, "qumulo_up", 1)
	}
	page := w.scrapeWithin(t, 1500*time.Millisecond)
	page.Want(t, "qumulo_up", 1)
	success(t, page, "filesystem", 0)
	success(t, page, "version", 1)
	success(t, page, "support", 1)
	w.log.WaitFor(t, "level=WARN", "filesystem", "the node listing had to wait while all slots were taken")
	server.ClearFaults()
}
