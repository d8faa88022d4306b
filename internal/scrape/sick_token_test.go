package scrape_test

import (
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
			if n := server.Logins(); n != 1 {
				t.Errorf("%d logins, want 1", n)
			}
			if active := w.active(t); active != nodes[0].URL() {
				t.Errorf("%s is in use, want the well one", active)
			}
		})
	}
}
