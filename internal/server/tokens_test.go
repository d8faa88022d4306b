//go:build !race

package server_test

import "testing"

// TestTokens is the life of a session token, seen by its scrapes.
func TestTokens(t *testing.T) {
	e := start(t, setup{})
	e.scrape(t).want(t, "qumulo_up 1")
	handshakes := e.cluster.Handshakes()
	for range 1000 {
		e.scrape(t).want(t, "qumulo_up 1")
	}
	// The first scrape waits for its login and may need fewer connections than a later one.
	if e.cluster.Logins() != 1 || e.cluster.Handshakes() > handshakes+5 {
		t.Errorf("%d logins, %d new handshakes in 1,000 scrapes, %d before", e.cluster.Logins(), e.cluster.Handshakes()-handshakes, handshakes)
	}
	e.cluster.RevokeTokens()
	a := e.scrape(t)
	for _, name := range fixed() {
		a.want(t, `qumulo_scrape_collector_success{collector="`+name+`"} 1`)
	}
	if e.cluster.Logins() != 2 {
		t.Errorf("%d logins", e.cluster.Logins())
	}
	e.cluster.RevokeTokens()
	e.cluster.RevokeEachLogin(true)
	e.cluster.ResetCounts()
	e.scrape(t).want(t, "qumulo_up 0", `qumulo_scrape_collector_success{collector="version"} 1`)
	if logins, refused := e.cluster.Logins(), e.cluster.StatusCount(401); logins != 1 || refused > 5 {
		t.Errorf("%d logins and %d refused calls when each token is dead at once", logins, refused)
	}
	e.logged(t, "level=WARN", "rejected a token that it had just issued")
	e.cluster.RevokeEachLogin(false)
	e.scrape(t).want(t, "qumulo_up 1")
}
