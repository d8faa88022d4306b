package scrape_test

import (
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// loginsSent counts the logins that the cluster has read, answered or not.
func (w *watched) loginsSent() int {
	n := 0
	for _, call := range w.server.Calls() {
		if call.Path == "/v1/session/login" {
			n++
		}
	}
	return n
}

// TestSlowLogin: the login takes five seconds, a scrape has two. The scrapes that
// wait for it end in time with what needs no token; the login continues, and serves
// the one that it ends under.
func TestSlowLogin(t *testing.T) {
	t.Parallel()
	const timeout = 2 * time.Second
	w := watch(t, qumulotest.OnPremises(), nil)
	w.server.LoginFault(qumulotest.Fault{Delay: 5 * time.Second})
	start := time.Now()
	for range 2 {
		began := time.Now()
		p := w.scrapeWithin(t, timeout)
		if took := time.Since(began); took < timeout || took > timeout+200*time.Millisecond {
			t.Errorf("a scrape took %s, want its %s", took, timeout)
		}
		p.Want(t, "qumulo_up", 0)
		for name, value := range map[string]float64{"version": 1, "cluster": 1, "nodes": 0, "filesystem": 0, "drives": 0} {
			success(t, p, name, value)
		}
		if w.server.Logins() != 0 || w.loginsSent() != 1 {
			t.Errorf("%d logins sent, %d answered, want one under way", w.loginsSent(), w.server.Logins())
		}
	}
	w.complete(t, w.scrapeWithin(t, timeout))
	if took := time.Since(start); took < 5*time.Second || took > 5500*time.Millisecond {
		t.Errorf("complete after %s, want that with the end of the login", took)
	}
	w.complete(t, w.scrapeWithin(t, timeout))
	if w.loginsSent() != 1 || w.server.Logins() != 1 {
		t.Errorf("%d logins sent", w.loginsSent())
	}
	lines := w.said()
	if len(lines) != 2 || !containsAll(lines[0], []string{"level=WARN", "collectors=nodes,filesystem,drives", "no answer in time"}) ||
		!containsAll(lines[1], []string{"level=INFO", "Collectors recovered", "collectors=nodes,filesystem,drives"}) {
		t.Errorf("log:\n%s", strings.Join(lines, ""))
	}
}
