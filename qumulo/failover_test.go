package qumulo_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// newFailoverRig makes a client that knows three nodes of the cluster.
func newFailoverRig(t *testing.T) (r *rig, moves *atomic.Int64) {
	t.Helper()
	moves = new(atomic.Int64)
	s := newCluster(t)
	s.AddNode()
	s.AddNode()
	r = newTokenRigOf(t, s, func(cfg *qumulo.Config) {
		cfg.URLs = nil
		for _, n := range s.Nodes() {
			cfg.URLs = append(cfg.URLs, n.URL())
		}
		cfg.Hooks.Failover = func() { moves.Add(1) }
	})
	return r, moves
}

// checkNodes checks how many calls each node has read.
func (r *rig) checkNodes(t *testing.T, want ...int) {
	t.Helper()
	for i, n := range r.Nodes() {
		if n.Calls() != want[i] {
			t.Errorf("node %d has read %d calls, want %d", i+1, n.Calls(), want[i])
		}
	}
}

func TestFailoverFromStoppedNode(t *testing.T) {
	r, moves := newFailoverRig(t)
	ok(t, r.batch(t, 8)...)
	r.checkNodes(t, 8, 0, 0)
	r.Nodes()[0].Stop()
	ok(t, r.batch(t, 8)...)
	r.checkNodes(t, 8, 8, 0)
	if got := r.client.State().Address; got != r.Nodes()[1].URL() || moves.Load() != 1 {
		t.Errorf("address %s in use after %d moves, want the second after one", got, moves.Load())
	}
	// The one that works stays in use.
	r.Nodes()[0].Start()
	r.clock.advance(time.Hour)
	ok(t, r.batch(t, 8)...)
	// The other one is asked once, beside the calls, whether it is well again.
	eventually(t, "the check", func() bool { return r.Nodes()[0].Calls() == 9 })
	ok(t, r.batch(t, 8)...)
	r.checkNodes(t, 9, 24, 0)
	r.Nodes()[1].Stop()
	r.Nodes()[2].Stop()
	ok(t, r.batch(t, 8)...)
	r.checkNodes(t, 17, 24, 0)
	if moves.Load() != 2 {
		t.Errorf("%d moves, want 2", moves.Load())
	}
}

// A node that accepts and does not answer takes its share of the deadline, once.
func TestFailoverFromHungNode(t *testing.T) {
	r, moves := newFailoverRig(t)
	ok(t, r.batch(t, 8)...)
	node := r.Nodes()[0]
	node.Hang(true)
	defer node.Hang(false)
	ctx := qumulo.WithRound(within(t, 1500*time.Millisecond), qumulo.Round{Began: r.clock.now()})
	ok(t, together(8, func(int) error { return listNodes(ctx, r.client) })...)
	r.checkNodes(t, 17, 8, 0) // one of them the probe
	began := time.Now()
	ok(t, r.batch(t, 8)...)
	if took := time.Since(began); took > 400*time.Millisecond {
		t.Errorf("the next batch took %v: it tried the hung node again", took)
	}
	r.checkNodes(t, 17, 16, 0)
	if moves.Load() != 1 {
		t.Errorf("%d moves, want 1", moves.Load())
	}
}

// An answer to the listing that is none is a reason to ask another node, once. That a token
// is rejected is confirmed at one other node. No node is blamed for what the others say too.
func TestFailoverOnAnswers(t *testing.T) {
	for status, second := range map[int]int{400: 1, 403: 1, 421: 1, 429: 1, 401: 1, 404: 1, 500: 1, 502: 1, 503: 1} {
		r, moves := newFailoverRig(t)
		fault := busy(status, "")
		fault.Header = nil
		r.SetFault(nodesPath, fault)
		if e := as[*qumulo.StatusError](t, r.call(t)); e.Status != status {
			t.Errorf("%+v, want status %d", e, status)
		}
		r.checkNodes(t, 1, second, 0)
		if moves.Load() != 0 {
			t.Errorf("status %d: %d moves, want none", status, moves.Load())
		}
	}
}

// Each node is asked once, the one in use perhaps twice: its connection was there
// already, and dies before or under the call. The error is that of the first.
func TestAllNodesStopped(t *testing.T) {
	r, moves := newFailoverRig(t)
	ok(t, r.call(t))
	r.reset()
	r.StopListening()
	err := r.call(t)
	if err == nil || !strings.Contains(err.Error(), "connection refused") || errors.Is(err, qumulo.ErrNoAnswer) {
		t.Errorf("error is %v, want a refused connection", err)
	}
	asked := map[string]int{}
	for _, c := range r.hookCalls() {
		asked[c.Address]++
	}
	for i, n := range r.Nodes() {
		if most := []int{2, 1, 1}[i]; asked[n.URL()] < 1 || asked[n.URL()] > most {
			t.Errorf("the hook was told of %d calls of %s, want 1 to %d", asked[n.URL()], n.URL(), most)
		}
	}
	if moves.Load() != 0 {
		t.Errorf("%d moves to nodes that do not answer", moves.Load())
	}
	r.Resume()
	ok(t, r.call(t))
}
