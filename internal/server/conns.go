package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// maxIdle is how many connections may be open without a request. Each takes a
// file descriptor, of which a process has 1,024 on many systems, and the
// connections to the clusters need theirs. Prometheus opens a connection again
// that was closed between two scrapes.
const maxIdle = 256

// idleConns are the open connections without a request: new ones, on which none
// has come yet, and those that are kept for the next one. It is safe for
// concurrent use.
type idleConns struct {
	mu      sync.Mutex
	longest list.List // the one that has been idle for the longest time is first
	at      map[net.Conn]*list.Element
}

func newIdleConns() *idleConns { return &idleConns{at: make(map[net.Conn]*list.Element)} }

// changed is the http.Server's ConnState. Above the bound it closes the one that
// has been idle for the longest time.
func (c *idleConns) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(conn)
	if state != http.StateNew && state != http.StateIdle {
		return
	}
	c.at[conn] = c.longest.PushBack(conn)
	if c.longest.Len() > maxIdle {
		c.closeFirst()
	}
}

// closeAll closes those that are idle now.
func (c *idleConns) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.longest.Len() > 0 {
		c.closeFirst()
	}
}

func (c *idleConns) closeFirst() {
	conn, _ := c.longest.Front().Value.(net.Conn)
	c.forget(conn)
	// TLS says goodbye at its end, and waits up to five seconds for a peer that does
	// not read.
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	_ = conn.Close() // the peer may have closed it meanwhile
}

func (c *idleConns) forget(conn net.Conn) {
	if at, ok := c.at[conn]; ok {
		c.longest.Remove(at)
		delete(c.at, conn)
	}
}
