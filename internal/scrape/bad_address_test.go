package scrape_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// bad is an address at which the cluster is not to be had, and how often somebody
// has come there.
type bad struct {
	url    string
	visits func() int
}

// counted counts the connections that it accepts.
type counted struct {
	net.Listener
	n atomic.Int64
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

func (c *counted) bad() bad {
	return bad{"https://" + c.Addr().String(), func() int { return int(c.n.Load()) }}
}

func listen(t *testing.T) *counted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &counted{Listener: l}
}

// ofNode counts what a node of a cluster has read.
func ofNode(n *qumulotest.Node) bad { return bad{n.URL(), n.Calls} }

// silent takes connections and says nothing, not even in the TLS handshake.
func silent(t *testing.T) bad {
	t.Helper()
	l := listen(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return l.bad()
}

// breaking leads to a node and breaks each connection off when so many bytes have
// come from there: with an end of file, or with a reset.
func breaking(t *testing.T, node *qumulotest.Node, after int64, reset bool) bad {
	t.Helper()
	l := listen(t)
	var open sync.WaitGroup
	t.Cleanup(open.Wait)
	t.Cleanup(func() { _ = l.Close() })
	open.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", node.Addr())
			if err != nil {
				_ = near.Close()
				continue
			}
			open.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
			open.Go(func() {
				_, _ = io.CopyN(near, far, after)
				if reset {
					_ = near.(*net.TCPConn).SetLinger(0)
				}
				_, _ = near.Close(), far.Close()
			})
		}
	})
	return l.bad()
}

// intoSlots is more than a connection carries before the slots, and less than it
// does with them.
const intoSlots = 8000

// TestBadAddress: the first of three addresses does not work, each time in another
// way. The first scrape is complete in time from the second one, and those after
// it take no longer than if there were no other; nobody comes to the first again.
func TestBadAddress(t *testing.T) {
	type kind struct {
		of func(t *testing.T, s *qumulotest.Server) bad
		// slow: nothing can be known of it before its share of the scrape's time is over
		slow bool
	}
	for name, k := range map[string]kind{
		"refuses": {of: func(t *testing.T, _ *qumulotest.Server) bad {
			t.Helper()
			l := listen(t)
			_ = l.Close()
			return l.bad()
		}},
		// A broadcast address: nothing is sent, there is no such way for TCP.
		"unreachable": {of: func(*testing.T, *qumulotest.Server) bad {
			return bad{"https://255.255.255.255:8000", func() int { return 0 }}
		}},
		"unknown to the DNS": {of: func(*testing.T, *qumulotest.Server) bad {
			return bad{"https://cluster..invalid:8000", func() int { return 0 }}
		}},
		"silent": {slow: true, of: func(t *testing.T, _ *qumulotest.Server) bad { t.Helper(); return silent(t) }},
		"another certificate": {of: func(t *testing.T, _ *qumulotest.Server) bad {
			t.Helper()
			other := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(other.Close)
			return bad{other.URL(), func() int { return len(other.Calls()) + other.Handshakes() }}
		}},
		"no TLS": {of: func(t *testing.T, _ *qumulotest.Server) bad {
			t.Helper()
			l := listen(t)
			plain := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.NotFoundHandler()}}
			plain.Start()
			t.Cleanup(plain.Close)
			return l.bad()
		}},
		"breaks off in the handshake": {of: func(t *testing.T, s *qumulotest.Server) bad {
			t.Helper()
			return breaking(t, s.AddNode(), 300, false)
		}},
		"breaks off in the slots": {of: func(t *testing.T, s *qumulotest.Server) bad {
			t.Helper()
			return breaking(t, s.AddNode(), intoSlots, false)
		}},
		"is reset in the slots": {of: func(t *testing.T, s *qumulotest.Server) bad {
			t.Helper()
			return breaking(t, s.AddNode(), intoSlots, true)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			second, third := server.Nodes()[0], server.AddNode()
			first := k.of(t, server)
			w := watchAt(t, server, nil, first.url, second.URL(), third.URL())

			began := time.Now()
			p := w.scrapeWithin(t, 3*time.Second)
			took := time.Since(began)
			w.complete(t, p)
			if k.slow == (took < 500*time.Millisecond) || took > 2*time.Second {
				t.Errorf("the first scrape took %s", took)
			}
			if third.Calls() != 0 || server.Logins() != 1 {
				t.Errorf("%d logins, and %d calls of the third address, where the second works", server.Logins(), third.Calls())
			}
			w.stays(t, first, second, 0)
		})
	}
}

// stays wants scrapes to come from a node from now on, as fast as if there were no
// other address, and the log to tell of the move, and of so many failed scrapes.
func (w *watched) stays(t *testing.T, left bad, at *qumulotest.Node, failures int) {
	t.Helper()
	w.ownMetric(t, `address_failovers_total{target="test"}`, 1)
	w.ownMetric(t, `active_address_info{address="`+at.URL()+`",target="test"}`, 1)
	lines := strings.Join(w.said(), "")
	if strings.Count(lines, "level=INFO msg=\"Failed over to another cluster address") != 1 || strings.Count(lines, "level=WARN") != failures {
		t.Errorf("want one line that tells of the move, and %d of failures:\n%s", failures, lines)
	}
	visits := left.visits()
	fast := watchAt(t, w.server, nil, at.URL())
	fast.scrape(t)
	normal := fast.fastest(t, 0)
	if now := w.fastest(t, normal+50*time.Millisecond); now > normal+50*time.Millisecond {
		t.Errorf("a scrape takes %s, and %s by itself", now, normal)
	}
	if n := left.visits() - visits; n != 0 {
		t.Errorf("somebody came to the first address %d times more", n)
	}
}

// active is the address that calls go to.
func (w *watched) active(t *testing.T) string {
	t.Helper()
	for series := range w.ownPage(t) {
		if rest, ok := strings.CutPrefix(series, `qumulo_exporter_active_address_info{address="`); ok {
			address, _, _ := strings.Cut(rest, `"`)
			return address
		}
	}
	return ""
}

// TestHungNode: a node accepts and does not answer: before the first scrape, so
// that there is no token yet; between two; and with calls under way. The scrape
// that meets it ends at its deadline at the latest, the next one is complete, fast
// and from another node. So it is however short the deadline.
func TestHungNode(t *testing.T) {
	for name, c := range map[string]struct {
		before  bool // the first scrape
		under   bool // calls are under way
		timeout time.Duration
	}{
		"before the first scrape": {before: true, timeout: 2 * time.Second},
		"between scrapes":         {timeout: 2 * time.Second},
		"while calls are made":    {under: true, timeout: 2 * time.Second},
		"with a short deadline":   {timeout: 600 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			server := qumulotest.NewServer(qumulotest.OnPremises())
			t.Cleanup(server.Close)
			nodes := []*qumulotest.Node{server.Nodes()[0], server.AddNode(), server.AddNode()}
			w := watchAt(t, server, nil, nodes[0].URL(), nodes[1].URL(), nodes[2].URL())
			if !c.before {
				w.complete(t, w.scrape(t))
			}
			if c.under {
				server.SetFault("", qumulotest.Fault{Delay: 300 * time.Millisecond, Times: 6})
				go func() {
					testutil.Eventually(t, "calls are under way", func() bool { return server.InFlight() == 6 })
					nodes[0].Hang(true)
				}()
			} else {
				nodes[0].Hang(true)
			}
			// Those that hang end with the test.
			t.Cleanup(func() { nodes[0].Hang(false) })
			began := time.Now()
			first := w.scrapeWithin(t, c.timeout)
			if took := time.Since(began); took > c.timeout+100*time.Millisecond {
				t.Errorf("the scrape that met the hung node took %s of %s", took, c.timeout)
			}
			if !c.before && !c.under { // then there is a token, and the node answers no call at all
				w.complete(t, first)
			}
			if n := nodes[2].Calls(); n != 0 {
				t.Errorf("%d calls of the third address, where the second works", n)
			}
			w.complete(t, w.scrapeWithin(t, c.timeout))
			if c.timeout < time.Second {
				// Callers in a hurry find another address and don't blame this one: a probe does.
				testutil.Eventually(t, "the node is avoided", func() bool {
					w.complete(t, w.scrapeWithin(t, c.timeout))
					return w.active(t) == nodes[1].URL()
				})
			}
			failures := 0
			if first["qumulo_up"] == 0 {
				failures = 1
				w.log.WaitFor(t, "level=INFO", "Collectors recovered", "collectors=nodes,filesystem,")
			}
			if c.before {
				w.log.WaitFor(t, "level=WARN", "collectors=nodes,filesystem,", "login", "does not answer")
			}
			w.stays(t, ofNode(nodes[0]), nodes[1], failures)
		})
	}
}

// TestNodeStopsUnderWay: the scrape under way is complete too.
func TestNodeStopsUnderWay(t *testing.T) {
	w := threeNodes(t)
	nodes := w.server.Nodes()
	w.server.SetFault("", qumulotest.Fault{Delay: 2 * time.Second, Times: 6})
	go func() {
		testutil.Eventually(t, "calls are under way", func() bool { return w.server.InFlight() == 6 })
		nodes[0].Stop()
	}()
	w.complete(t, w.scrapeWithin(t, 3*time.Second))
	if nodes[1].Calls() != 6 { // without the clamp, which this cluster does not have
		t.Errorf("%d calls of the second address, want each once", nodes[1].Calls())
	}
	w.stays(t, bad{visits: func() int { return 0 }}, nodes[1], 0)
}
