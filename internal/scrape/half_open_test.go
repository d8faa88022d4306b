package scrape_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// firewall passes connections on to an address. Those that it has forgotten stay open, and nothing comes through.
type firewall struct {
	net.Listener

	to string

	mu    sync.Mutex
	known chan struct{} // closed when the connections since then are forgotten
	dials int
}

func newFirewall(t *testing.T, to string) *firewall {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &firewall{Listener: listener, to: to, known: make(chan struct{})}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			client, err := f.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { f.pass(t.Context(), client) })
		}
	})
	t.Cleanup(func() {
		_ = f.Close()
		conns.Wait()
	})
	return f
}

// pass serves a connection until either side, or the test, ends it.
func (f *firewall) pass(ctx context.Context, client net.Conn) {
	f.mu.Lock()
	f.dials++
	known := f.known
	f.mu.Unlock()
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", f.to)
	if err != nil {
		_ = client.Close()
		return
	}
	defer context.AfterFunc(ctx, func() { _, _ = client.Close(), server.Close() })()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			defer way[1].Close()
			_, _ = io.Copy(passing{way[1], known}, way[0])
		})
	}
	both.Wait()
}

// passing drops what is written to a connection that is forgotten.
type passing struct {
	io.Writer

	known chan struct{}
}

// Write implements io.Writer.
func (p passing) Write(data []byte) (int, error) {
	select {
	case <-p.known:
		return len(data), nil
	default:
		return p.Writer.Write(data)
	}
}

func (f *firewall) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.known)
	f.known = make(chan struct{})
}

func (f *firewall) opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dials
}

// TestHalfOpenConnections: a firewall forgets the connections to a cluster of one address, more of them than a scrape uses. One scrape
// fails by that, not one after the other until all of them are used up.
func TestHalfOpenConnections(t *testing.T) {
	t.Parallel() // it waits most of the time
	server := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(server.Close)
	f := newFirewall(t, strings.TrimPrefix(server.URL(), "https://"))
	w := watchWith(t, server, scrape.Options{Addresses: []string{"https://" + f.Addr().String()}, Collectors: collector.Names()})
	w.complete(t, w.scrape(t))
	few := func() testutil.Page {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		return testutil.PageOf(t, w.Scrape(ctx, []string{"version"}))
	}
	if n := f.opened(); n < 5 { // one is the login's; a scrape of one collector uses two
		t.Fatalf("%d connections", n)
	}

	f.forget()
	few().Want(t, "qumulo_up", 0)
	time.Sleep(100 * time.Millisecond) // its calls end after its page is there
	for range 2 {
		page := few()
		page.Want(t, "qumulo_up", 1)
		success(t, page, "version", 1)
	}
	if n := server.Logins(); n != 1 {
		t.Errorf("%d logins", n)
	}
	w.log.WaitFor(t, "level=WARN", "collectors=nodes,version", "no answer in time", "advice=")

	opened := f.opened()
	server.SetFault("/v1/version", qumulotest.Fault{Hang: true}) // one call that hangs is no sign of that
	for range 2 {
		few().Want(t, "qumulo_up", 1)
	}
	if n := f.opened() - opened; n > 2 {
		t.Errorf("%d connections more for two calls that hung", n)
	}
}
