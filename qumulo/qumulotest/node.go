package qumulotest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Node is one address of a cluster.
type Node struct {
	server *Server
	addr   string
	faults *faults // of this node alone

	mu      sync.Mutex
	running *running // nil while stopped

	hangMu sync.Mutex    // its own: Stop holds mu while it waits for calls to end
	hung   chan struct{} // nil unless it hangs; closed when it no longer does
}

// running is a node's server from a start to the stop after it.
type running struct {
	http   *http.Server
	cancel context.CancelFunc // ends every call in flight
	served chan struct{}      // closed when no connection is accepted any more
	conns  sync.WaitGroup
}

// newNode starts a node at addr; port 0 is a free one.
func newNode(s *Server, addr string) *Node {
	tcp := listen(addr)
	n := &Node{server: s, addr: tcp.Addr().String(), faults: &faults{byPath: map[string]Fault{}}}
	n.serve(tcp)
	return n
}

// Addr returns the node's address, host:port.
func (n *Node) Addr() string { return n.addr }

// URL returns the node's address, "https://127.0.0.1:PORT".
func (n *Node) URL() string { return "https://" + n.addr }

// Calls returns how many calls this node has read, logins too.
func (n *Node) Calls() int {
	n.server.seen.mu.Lock()
	defer n.server.seen.mu.Unlock()
	return n.server.seen.nodes[n.addr]
}

// SetFault is Server.SetFault for calls of this node alone, where it wins over the cluster's.
func (n *Node) SetFault(path string, f Fault) { n.faults.set(path, f) }

// ClearFaults takes the faults of this node alone away.
func (n *Node) ClearFaults() { n.faults.clear() }

// Start listens again on the same port after Stop. It panics where it cannot.
func (n *Node) Start() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running == nil {
		n.serve(listen(n.addr))
	}
}

// serve answers on tcp until the next Stop; n.mu is held, or nobody else has n yet.
func (n *Node) serve(tcp net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{cancel: cancel, served: make(chan struct{})}
	r.http = &http.Server{
		Handler:     n,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				r.conns.Add(1)
			case http.StateClosed:
				r.conns.Done()
			}
		},
	}
	go func() {
		defer close(r.served)
		// It returns when Stop closes it.
		_ = r.http.Serve(&listener{Listener: tcp, config: n.server.config, seen: n.server.seen})
	}()
	n.running = r
}

// Stop closes the node's connections and refuses new ones; it waits for calls in flight to end.
func (n *Node) Stop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.running
	if r == nil {
		return
	}
	n.running = nil
	_ = r.http.Close() // first: a call that ends early must find nobody when it comes again
	r.cancel()
	<-r.served
	r.conns.Wait()
}

// Hang makes the node accept connections, complete TLS and answer nothing, calls in flight
// included. Hang(false) ends that: calls that still wait are then answered.
func (n *Node) Hang(on bool) {
	n.hangMu.Lock()
	defer n.hangMu.Unlock()
	switch {
	case on && n.hung == nil:
		n.hung = make(chan struct{})
	case !on && n.hung != nil:
		close(n.hung)
		n.hung = nil
	}
}

// hold waits while the node hangs; it panics with http.ErrAbortHandler when ctx ends first.
func (n *Node) hold(ctx context.Context) {
	n.hangMu.Lock()
	hung := n.hung
	n.hangMu.Unlock()
	if hung == nil {
		return
	}
	select {
	case <-hung:
	case <-ctx.Done():
		panic(http.ErrAbortHandler)
	}
}

// connKey finds the connection of a call in its context.
type connKey struct{}

// listen listens on addr. A port that a node has left may be taken for a moment by a connection
// of somebody else's, so it tries for some seconds.
func listen(addr string) net.Listener {
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return l
		}
		if time.Now().After(end) {
			panic(fmt.Sprintf("qumulotest: listen: %v", err))
		}
	}
}
