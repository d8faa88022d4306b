package qumulo_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// dns is a resolver whose answers change.
type dns struct {
	mu    sync.Mutex
	ips   []string
	err   error
	asked int
}

func (d *dns) LookupHost(context.Context, string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	return d.ips, d.err
}

func (d *dns) set(err error, ips ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ips, d.err = ips, err
}

func (d *dns) questions() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

// named makes a client of a cluster that has three nodes, 127.0.0.1 to 127.0.0.3
// at one port, known by one name.
func named(t *testing.T) (*rig, *dns, []*qumulotest.Node) {
	t.Helper()
	s := newCluster(t)
	_, port, err := net.SplitHostPort(s.Nodes()[0].Addr())
	ok(t, err)
	nodes := []*qumulotest.Node{s.Nodes()[0], s.AddNodeAt("127.0.0.2:" + port), s.AddNodeAt("127.0.0.3:" + port)}
	d := &dns{ips: []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"}}
	r := newTokenRigOf(t, s, alone, func(cfg *qumulo.Config) {
		cfg.URLs = []string{"https://cluster.example:" + port}
		cfg.TLS.ServerName = "localhost"
		cfg.Resolver = d
	})
	return r, d, nodes
}

// TestNameWithSeveralAddresses: each is a way of its own, so that a node that
// stops or hangs is left for the next.
func TestNameWithSeveralAddresses(t *testing.T) {
	for name, c := range map[string]struct{ fail, mend func(*qumulotest.Node) }{
		"stopped": {(*qumulotest.Node).Stop, (*qumulotest.Node).Start},
		"hung":    {func(n *qumulotest.Node) { n.Hang(true) }, func(n *qumulotest.Node) { n.Hang(false) }},
	} {
		t.Run(name, func(t *testing.T) {
			r, d, nodes := named(t)
			_, err := r.client.Nodes(soon(t))
			ok(t, err)
			if a := r.client.State().Address; !strings.HasSuffix(a, " (127.0.0.1)") || !strings.HasPrefix(a, "https://cluster.example:") {
				t.Errorf("address in use: %s", a)
			}
			c.fail(nodes[0])
			defer c.mend(nodes[0])
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, err = r.client.Nodes(ctx)
			ok(t, err)
			if a := r.client.State().Address; !strings.HasSuffix(a, " (127.0.0.2)") {
				t.Errorf("address in use: %s", a)
			}
			calls := nodes[0].Calls()
			began := time.Now()
			_, err = r.client.Nodes(soon(t))
			ok(t, err)
			if nodes[0].Calls() != calls || time.Since(began) > time.Second {
				t.Errorf("the next call took %s, and %d calls of the bad node", time.Since(began), nodes[0].Calls()-calls)
			}
			if d.questions() != 1 {
				t.Errorf("%d questions to the DNS", d.questions())
			}
		})
	}
}

// TestNameChanges: the DNS is asked again after a while. Addresses that are gone
// are left, those that stay keep their connections.
func TestNameChanges(t *testing.T) {
	r, d, nodes := named(t)
	_, err := r.client.Nodes(soon(t))
	ok(t, err)
	d.set(nil, "127.0.0.3", "127.0.0.2")
	_, err = r.client.Nodes(soon(t))
	ok(t, err)
	if nodes[0].Calls() != 2 || d.questions() != 1 {
		t.Errorf("%d calls, %d questions: asked again too soon", nodes[0].Calls(), d.questions())
	}
	r.clock.advance(time.Minute)
	eventually(t, "the new addresses are used", func() bool { // the question does not hold the call up
		_, err := r.client.Nodes(soon(t))
		ok(t, err)
		return strings.HasSuffix(r.client.State().Address, " (127.0.0.2)")
	})
	d.set(errors.New("the DNS is down"))
	r.clock.advance(time.Minute)
	_, err = r.client.Nodes(soon(t))
	ok(t, err)
	eventually(t, "the DNS was asked", func() bool { return d.questions() == 3 })
	calls := nodes[1].Calls()
	_, err = r.client.Nodes(soon(t))
	ok(t, err)
	if nodes[1].Calls() != calls+1 {
		t.Error("without an answer of the DNS the addresses at hand stay")
	}
}

// TestNameWithoutAnswer: the fault is the call's, and says so.
func TestNameWithoutAnswer(t *testing.T) {
	r, d, _ := named(t)
	d.set(&net.DNSError{Err: "no such host", Name: "cluster.example", IsNotFound: true})
	_, err := r.client.Nodes(soon(t))
	if dns, ok := errors.AsType[*net.DNSError](err); !ok || dns.Name != "cluster.example" {
		t.Errorf("error is %v", err)
	}
}

// TestLiteralAddressIsNotResolved: nothing asks the DNS for an IP address, nor for
// this machine.
func TestLiteralAddressIsNotResolved(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "localhost"} {
		s, d := newCluster(t), &dns{}
		_, port, err := net.SplitHostPort(s.Nodes()[0].Addr())
		ok(t, err)
		r := newTokenRigOf(t, s, alone, func(cfg *qumulo.Config) {
			cfg.URLs, cfg.Resolver = []string{"https://" + host + ":" + port}, d
		})
		_, err = r.client.Nodes(soon(t))
		ok(t, err)
		if d.questions() != 0 {
			t.Errorf("%s: %d questions", host, d.questions())
		}
	}
}
