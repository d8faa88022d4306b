package scrape_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestTokenRevokedBesideSickParts: whether a rejected token is at fault is asked of another address, and of the endpoint that
// any user may ask. That these give no answer holds a new login up for a part of the scrape.
func TestTokenRevokedBesideSickParts(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, sicken := range map[string]func(server *qumulotest.Server, other *qumulotest.Node){
		"other address hangs": func(_ *qumulotest.Server, other *qumulotest.Node) { other.SetFault("", qumulotest.Fault{Hang: true}) },
		"other address sends half answers": func(_ *qumulotest.Server, other *qumulotest.Node) {
			other.SetFault("", qumulotest.Fault{HangBody: true})
		},
		"own user hangs": func(server *qumulotest.Server, _ *qumulotest.Node) {
			server.SetFault("/v1/session/who-am-i", qumulotest.Fault{Hang: true})
		},
		"both": func(server *qumulotest.Server, other *qumulotest.Node) {
			server.SetFault("/v1/session/who-am-i", qumulotest.Fault{HangBody: true})
			other.SetFault("", qumulotest.Fault{Hang: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
			w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
			w.complete(t, w.scrape(t))

			sicken(server, nodes[1])
			server.RevokeTokens()
			server.ResetCounts()
			w.complete(t, w.scrapeWithin(t, 4*time.Second))
			w.complete(t, w.scrapeWithin(t, 4*time.Second))
			if n := w.loginsSent(); n != 1 {
				t.Errorf("%d logins, want 1", n)
			}
			if active := w.active(t); active != nodes[0].URL() {
				t.Errorf("%s is in use, want the well one", active)
			}
			if lines := w.said(); len(lines) > 0 { // no scrape has failed by it
				t.Errorf("log: %q", lines)
			}
		})
	}
}

// TestEndpointsRejectTheTokenBesideASickOwnUser: that endpoints alone reject the token is found out though the endpoint of the own
// user is sick too. No login is sent, and the credentials are accepted.
func TestEndpointsRejectTheTokenBesideASickOwnUser(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, fault := range map[string]qumulotest.Fault{
		"hangs":      {Hang: true},
		"slow":       {Delay: 700 * time.Millisecond},
		"fails":      {Status: http.StatusInternalServerError},
		"rejects it": {Status: http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, qumulotest.OnPremises(), nil)
			w.complete(t, w.scrape(t))
			for _, path := range []string{fsPath, slotsPath} {
				w.server.SetFault(path, qumulotest.Fault{Status: http.StatusUnauthorized})
			}
			w.server.SetFault("/v1/session/who-am-i", fault)
			w.server.ResetCounts()
			for range 3 {
				page := w.scrapeWithin(t, 4*time.Second)
				page.Want(t, "qumulo_up", 1)
				page.Want(t, "qumulo_credentials_accepted", 1)
				success(t, page, "filesystem", 0)
				success(t, page, "drives", 0)
				success(t, page, "cluster", 1)
			}
			if n := w.loginsSent(); n != 0 {
				t.Errorf("%d logins", n)
			}
			if n := w.server.CallCount(nodesPath); n > 3*3 {
				t.Errorf("the nodes were listed %d times in 3 scrapes", n)
			}
			w.log.WaitFor(t, "level=WARN", "filesystem", "401", "the token is accepted for other calls")
			if lines := w.log.Lines("just issued"); len(lines) > 0 {
				t.Errorf("log: %q", lines)
			}
		})
	}
}

// TestTokenRejectedBesideHungAddress: of three addresses one rejects the token, the next one hangs. The third one is asked in the
// time that the proof has: the token is not at fault.
func TestTokenRejectedBesideHungAddress(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode(), server.AddNode()}
	w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL(), nodes[2].URL())
	w.complete(t, w.scrape(t))

	for _, path := range []string{nodesPath, fsPath, slotsPath, "/v1/session/who-am-i"} {
		nodes[0].SetFault(path, qumulotest.Fault{Status: http.StatusUnauthorized})
	}
	nodes[1].SetFault("", qumulotest.Fault{Hang: true})
	server.ResetCounts()
	for range 2 {
		page := w.scrapeWithin(t, 4*time.Second)
		w.complete(t, page)
		page.Want(t, "qumulo_credentials_accepted", 1)
	}
	if n := w.loginsSent(); n != 0 {
		t.Errorf("%d logins", n)
	}
	if active := w.active(t); active != nodes[2].URL() {
		t.Errorf("%s is in use, want the well one", active)
	}
	w.log.WaitFor(t, "level=INFO", "Failed over")
	if lines := w.log.Lines("level=WARN"); len(lines) > 0 {
		t.Errorf("log: %q", lines)
	}
}

// TestTokenRevokedBesideHungAuthentication: the tokens are gone, and the address in use lets all calls hang that need one, so that none
// says so. The other address does when it is asked for the nodes: it is not left for that, and a login follows.
func TestTokenRevokedBesideHungAuthentication(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
	w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
	w.complete(t, w.scrape(t))

	nodes[0].SetFault("", qumulotest.Fault{Hang: true})
	for _, path := range []string{"/v1/version", "/v1/cluster/settings", "/v1/node/state", "/v1/session/login"} {
		nodes[0].SetFault(path, qumulotest.Fault{Delay: time.Millisecond})
	}
	server.RevokeTokens()
	server.ResetCounts()
	for range 2 { // the first one ends in the login, the second one in the fail-over
		w.scrapeWithin(t, 1500*time.Millisecond).Want(t, "qumulo_up", 0)
		time.Sleep(300 * time.Millisecond)
	}
	for range 2 {
		w.complete(t, w.scrapeWithin(t, 1500*time.Millisecond))
	}
	if n := w.loginsSent(); n != 1 {
		t.Errorf("%d logins", n)
	}
	w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
	w.log.WaitFor(t, "level=WARN", "collectors=nodes,filesystem,drives", "no answer in time")
	w.log.WaitFor(t, "level=INFO", "Collectors recovered")
}

// TestTokenRevokedBesideForbiddingAddress: the tokens are gone, and the address in use answers 403 without a look at them, to all calls
// or to the node listing alone. That is no sign that the token is well.
func TestTokenRevokedBesideForbiddingAddress(t *testing.T) {
	for name, path := range map[string]string{"all": "", "the listing": nodesPath} {
		t.Run(name, func(t *testing.T) {
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode()}
			w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL())
			w.complete(t, w.scrape(t))

			nodes[0].SetFault(path, qumulotest.Fault{Status: http.StatusForbidden})
			server.RevokeTokens()
			server.ResetCounts()
			w.scrapeWithin(t, 4*time.Second).Want(t, "qumulo_up", 1)
			w.complete(t, w.scrapeWithin(t, 4*time.Second))
			if n := server.Logins(); n != 1 {
				t.Errorf("%d logins", n)
			}
			if active := w.active(t); active != nodes[1].URL() {
				t.Errorf("%s is in use, want the well one", active)
			}
			w.log.WaitFor(t, "level=INFO", "Failed over")
		})
	}
}
