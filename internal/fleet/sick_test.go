package fleet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestSickAddress: one of two addresses answers nonsense to everything, whichever comes first, from
// the start or after a while: the exporter is up in that scrape or the next, complete, and stays so;
// the log tells of the failover once, and the sick address is left alone.
func TestSickAddress(t *testing.T) {
	for name, fault := range map[string]qumulotest.Fault{
		"500": {Status: 500}, "502": {Status: 502}, "503": {Status: 503}, "404": {Status: 404},
		"401 to every token": {Status: 401},
		"HTML":               {Body: []byte("<!DOCTYPE html><title>Welcome</title>"), ContentType: "text/html"},
		"truncated JSON":     {Body: []byte(`[{"id":1`)},
		"null":               {Body: []byte("null")},
		"cut short":          {CutBody: true},
		"resets":             {Reset: true},
	} {
		for sick := range 2 {
			for _, late := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, address %d, late %v", name, sick+1, late), func(t *testing.T) {
					s, c := simulated(t, "a")
					s.AddNode()
					nodes := s.Nodes()
					c.URLs = []string{nodes[0].URL(), nodes[1].URL()}
					r := newRig(t, c)
					if late {
						for range 2 {
							if r.scrape(t, "a") != 1 {
								t.Fatal("not well at first")
							}
						}
					}
					nodes[sick].SetFault("", fault)
					up := r.scrape(t, "a")
					if up != 1 { // in that scrape, or the next
						up = r.scrape(t, "a")
					}
					if up != 1 {
						t.Fatalf("not up after two scrapes:\n%s", r.log)
					}
					before := nodes[sick].Calls()
					for range 5 {
						if r.scrape(t, "a") != 1 {
							t.Error("up, and then not")
						}
					}
					if n := nodes[sick].Calls() - before; n != 0 {
						t.Errorf("%d calls of the sick address", n)
					}
					page := r.ownPage(t)
					page.Want(t, fmt.Sprintf(`qumulo_exporter_active_address_info{address=%q,target="a"}`, nodes[1-sick].URL()), 1)
					page.Want(t, `qumulo_exporter_address_failovers_total{target="a"}`, float64(1-sick))
					if n := strings.Count(r.log.String(), "Failed over"); n != 1-sick {
						t.Errorf("said %d times:\n%s", n, r.log)
					}
					if n := s.RefusedLogins(); n > 1 {
						t.Errorf("%d logins were rejected", n)
					}
				})
			}
		}
	}
}

// TestSickWhileAway: A stops for one scrape, B answers 500 to all, A comes back.
func TestSickWhileAway(t *testing.T) {
	s, c := simulated(t, "a")
	s.AddNode()
	nodes := s.Nodes()
	c.URLs = []string{nodes[0].URL(), nodes[1].URL()}
	r := newRig(t, c)
	if r.scrape(t, "a") != 1 {
		t.Fatal("not well at first")
	}
	nodes[1].SetFault("", qumulotest.Fault{Status: 500})
	nodes[0].Stop()
	if r.scrape(t, "a") != 0 {
		t.Error("well without an address that works")
	}
	r.log.WaitFor(t, "level=WARN", "Collectors failed", "connection refused")
	nodes[0].Start()
	for range 5 {
		if r.scrape(t, "a") != 1 {
			t.Errorf("the first address is back and not used:\n%s", r.log)
		}
	}
	if !strings.Contains(strings.Join(r.log.Lines("level=INFO"), ""), "recovered") {
		t.Errorf("the log does not tell of the end:\n%s", r.log)
	}
}
