package qumulo_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// sicknesses are the answers of a node that is not well, to all that it is asked.
func sicknesses() map[string]qumulotest.Fault {
	return map[string]qumulotest.Fault{
		"500": {Status: 500}, "502": {Status: 502}, "503": {Status: 503}, "301": {Status: 301},
		"401":            {Status: 401},
		"404":            {Status: 404},
		"HTML":           {Body: []byte("<!DOCTYPE html><title>Welcome</title>"), ContentType: "text/html"},
		"truncated JSON": {Body: []byte(`[{"id":1`)},
		"null":           {Body: []byte("null")},
	}
}

// twoNodes makes a client that knows two nodes of a cluster.
func twoNodes(t *testing.T, options ...func(*qumulo.Config)) (*rig, []*qumulotest.Node) {
	t.Helper()
	s := newCluster(t)
	s.AddNode()
	r := &rig{Server: s, clock: &clock{at: time.Now()}, secretFile: t.TempDir() + "/secret"}
	r.SetPassword(qumulotest.DefaultUser, markerPassword)
	r.write(t, markerPassword+"\n")
	r.connect(t, qumulo.Credentials{Username: qumulotest.DefaultUser, PasswordFile: r.secretFile}, append([]func(*qumulo.Config){func(cfg *qumulo.Config) {
		cfg.URLs = []string{s.Nodes()[0].URL(), s.Nodes()[1].URL()}
	}}, options...))
	return r, s.Nodes()
}

// answers counts the calls of a node that have ended.
func (r *rig) answers(node *qumulotest.Node) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls {
		if c.Address == node.URL() {
			n++
		}
	}
	return n
}

// TestSickNode: one of two nodes answers nonsense, from the start or from some time on. All
// calls succeed, the other node stays in use, and the sick one is asked again now and then
// and used when it is well.
func TestSickNode(t *testing.T) {
	for name, fault := range sicknesses() {
		for sick := range 2 {
			for _, before := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, node %d, well before: %v", name, sick+1, before), func(t *testing.T) {
					r, nodes := twoNodes(t)
					if before {
						ok(t, r.batch(t, 4)...)
					}
					nodes[sick].SetFault("", fault)
					r.RevokeTokens() // the login meets it too
					for range 3 {
						ok(t, r.batch(t, 4)...)
						_, err := r.client.FileSystem(soon(t))
						ok(t, err)
					}
					well := nodes[1-sick]
					if a := r.client.State().Address; a != well.URL() {
						t.Errorf("%s is in use", a)
					}
					before := nodes[sick].Calls()
					ok(t, r.batch(t, 4)...)
					if n := nodes[sick].Calls() - before; n != 0 {
						t.Errorf("%d calls of the sick node while the other works", n)
					}
					if sick == 1 {
						return // nobody has met it
					}
					r.clock.advance(2 * time.Hour)
					ok(t, r.batch(t, 4)...)
					eventually(t, "the sick node is asked again", func() bool { return nodes[sick].Calls() > before && nodes[sick].Calls() == r.answers(nodes[sick]) })
					time.Sleep(20 * time.Millisecond) // and what it said is known
					r.clock.advance(time.Second)      // it is older than what comes
					nodes[sick].ClearFaults()
					well.SetFault("", fault)
					ok(t, r.batch(t, 4)...)
					ok(t, r.batch(t, 4)...)
					if a := r.client.State().Address; a != nodes[sick].URL() {
						t.Errorf("%s is in use, and not the node that is well again", a)
					}
				})
			}
		}
	}
}

// TestBothSick: no loop, at most one more request a call, and the error of the first node.
func TestBothSick(t *testing.T) {
	for name, fault := range sicknesses() {
		t.Run(name, func(t *testing.T) {
			r, nodes := twoNodes(t, alone)
			ok(t, r.call(t))
			nodes[0].SetFault("", fault)
			nodes[1].SetFault("", qumulotest.Fault{Status: 507})
			for i := range 3 {
				r.reset()
				err := r.call(t)
				if err == nil {
					t.Fatal("no error")
				}
				if status, is := errors.AsType[*qumulo.StatusError](err); is && status.Status == 507 {
					t.Errorf("the error is the second node's: %v", err)
				}
				// A token that is rejected is replaced, which is a call of its own.
				if n := len(r.Calls()); n > 2+2*r.CallCount(loginPath) {
					t.Errorf("attempt %d: %d requests for a call, %d of them logins", i, n, r.CallCount(loginPath))
				}
			}
			nodes[0].ClearFaults()
			r.client.Resume()
			r.clock.advance(time.Hour)
			ok(t, r.call(t))
		})
	}
}

// TestSickWhileTheOtherIsAway: the other node answers nonsense in place of one that stops for
// a scrape, and must not stay in use when that one comes back.
func TestSickWhileTheOtherIsAway(t *testing.T) {
	for name, fault := range sicknesses() {
		t.Run(name, func(t *testing.T) {
			r, nodes := twoNodes(t)
			ok(t, r.batch(t, 4)...)
			nodes[1].SetFault("", fault)
			nodes[0].Stop()
			if err := r.call(t); err == nil {
				t.Fatal("no error")
			}
			nodes[0].Start()
			for range 4 {
				ok(t, r.batch(t, 4)...)
			}
			if a := r.client.State().Address; a != nodes[0].URL() {
				t.Errorf("%s is in use", a)
			}
		})
	}
}

// TestMissingEndpointOfASickNode: that a node has no endpoint at all says nothing of the
// release.
func TestMissingEndpointOfASickNode(t *testing.T) {
	r, nodes := twoNodes(t)
	ok(t, r.batch(t, 4)...)
	nodes[0].SetFault("", qumulotest.Fault{Status: 404})
	_, err := r.client.Slots(soon(t))
	ok(t, err)
	nodes[1].SetFault("", qumulotest.Fault{Status: 404})
	if _, err := r.client.Slots(soon(t)); !errors.Is(err, qumulo.ErrNoAPI) {
		t.Errorf("error is %v, want that this is not the API", err)
	}
	nodes[0].ClearFaults()
	_, err = r.client.Slots(soon(t)) // nothing was remembered
	ok(t, err)
}

// TestMissingEndpointIsRemembered: for an hour, or until the cluster runs another release.
func TestMissingEndpointIsRemembered(t *testing.T) {
	const clamp = "/v1/capacity/clamp"
	r := newTokenRig(t)
	missing := func() {
		t.Helper()
		if _, err := r.client.CapacityClamp(soon(t)); !errors.Is(err, qumulo.ErrNotSupported) {
			t.Errorf("error is %v, want an endpoint that the release does not have", err)
		}
	}
	ok(t, r.call(t))
	for range 5 {
		missing()
	}
	if n := r.CallCount(clamp); n != 1 {
		t.Errorf("%d calls, want 1 in the hour", n)
	}
	r.clock.advance(time.Hour + time.Second)
	missing()
	if n := r.CallCount(clamp); n != 2 {
		t.Errorf("%d calls, want one more after the hour", n)
	}
	_, err := r.client.Version(soon(t))
	ok(t, err)
	missing()
	r.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 7.99.0"})
	_, err = r.client.Version(soon(t))
	ok(t, err)
	missing()
	if n := r.CallCount(clamp); n != 3 {
		t.Errorf("%d calls, want one more after the upgrade", n)
	}
}
