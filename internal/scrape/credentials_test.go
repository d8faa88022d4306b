package scrape_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const credentialsAccepted = "qumulo_credentials_accepted"

// TestCredentialsAccepted: who is rejected is told from who gets no answer. Calls that
// need no token say nothing of it.
func TestCredentialsAccepted(t *testing.T) {
	t.Parallel() // it waits most of the time
	for name, c := range map[string]struct {
		fail     func(s *qumulotest.Server)
		accepted float64 // -1: no series
		calls    int     // with a token
		logins   int
		logged   string
	}{
		"well":           {func(*qumulotest.Server) {}, 1, 4, 1, ""},
		"no privilege":   {func(s *qumulotest.Server) { s.SetPrivileges(qumulotest.DefaultUser) }, 1, 4, 1, "needs PRIVILEGE"},
		"wrong password": {func(s *qumulotest.Server) { s.SetPassword(qumulotest.DefaultUser, "another") }, 0, 0, 1, "rejected"},
		"token rejected": {func(s *qumulotest.Server) { s.RevokeEachLogin(true) }, 0, 1, 1, "rejected a token"},
		"login hangs":    {func(s *qumulotest.Server) { s.LoginFault(qumulotest.Fault{Hang: true}) }, -1, 0, 1, "no answer in time"},
		"login fails":    {func(s *qumulotest.Server) { s.LoginFault(qumulotest.Fault{Status: 500}) }, -1, 0, 1, "500"},
		"fails": {func(s *qumulotest.Server) {
			for _, path := range []string{nodesPath, slotsPath, fsPath, "/v1/capacity/clamp"} {
				s.SetFault(path, qumulotest.Fault{Status: 500})
			}
		}, -1, 4, 1, "500"},
		"stopped": {(*qumulotest.Server).StopListening, -1, 0, 0, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, qumulotest.OnPremises(), nil)
			c.fail(w.server)
			p := w.scrapeWithin(t, 2*time.Second)
			if c.accepted < 0 {
				p.Absent(t, credentialsAccepted)
			} else {
				p.Want(t, credentialsAccepted, c.accepted)
			}
			calls := 0
			for _, path := range []string{nodesPath, slotsPath, fsPath, "/v1/capacity/clamp"} {
				calls += w.server.CallCount(path)
			}
			if calls > c.calls || c.calls > 0 && calls == 0 || w.server.CallCount("/v1/session/login") != c.logins {
				t.Errorf("%d calls with a token, %d logins, want at most %d and %d", calls, w.server.CallCount("/v1/session/login"), c.calls, c.logins)
			}
			if c.logged != "" {
				w.log.WaitFor(t, "level=WARN", c.logged)
			} else if lines := w.said(); len(lines) > 0 {
				t.Errorf("log: %s", lines)
			}
		})
	}
}

// TestCredentialsWhileLoginsArePaused: the page says so on each scrape though nothing is
// sent, and after the pause what the cluster says then.
func TestCredentialsWhileLoginsArePaused(t *testing.T) {
	var ahead atomic.Int64
	w := watch(t, qumulotest.OnPremises(), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	w.server.LoginFault(qumulotest.Fault{Status: http.StatusUnauthorized})
	w.scrape(t).Want(t, credentialsAccepted, 0)
	w.server.LoginFault(qumulotest.Fault{})
	w.server.ResetCounts()
	for range 3 {
		ahead.Add(int64(30 * time.Second))
		w.scrape(t).Want(t, credentialsAccepted, 0)
	}
	if w.server.Logins() != 0 {
		t.Errorf("%d logins in the pause", w.server.Logins())
	}
	ahead.Add(int64(time.Minute))
	w.scrape(t).Want(t, credentialsAccepted, 1)
	w.log.WaitFor(t, "Collectors recovered")
}

// TestCredentialsOfAnotherService: a web server in the cluster's place that answers
// every call alike has accepted nothing.
func TestCredentialsOfAnotherService(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		w := watch(t, qumulotest.OnPremises(), nil)
		w.scrape(t).Want(t, credentialsAccepted, 1)
		w.server.SetFault("", qumulotest.Fault{Status: status, Body: []byte("<html></html>")})
		w.scrape(t).Absent(t, credentialsAccepted)
		if w.server.CallCount(nodesPath) < 2 {
			t.Error("the nodes were not asked for")
		}
		w.log.WaitFor(t, "level=WARN", http.StatusText(status))
	}
}
