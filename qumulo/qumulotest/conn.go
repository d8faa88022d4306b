package qumulotest

import (
	"crypto/tls"
	"net"
	"sync"
)

// listener hands out TLS connections that are counted. The http package does not see that they
// are TLS, so it leaves the handshake to the first read and speaks HTTP/1.1 only.
type listener struct {
	net.Listener
	config *tls.Config
	seen   *recorder
}

// Accept returns the next connection, before its handshake.
func (l *listener) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.seen.add(&l.seen.connections, 1)
	return &conn{Conn: tls.Server(raw, l.config), raw: raw, seen: l.seen}, nil
}

// conn is a TLS connection that counts its handshake and its end.
type conn struct {
	*tls.Conn
	raw   net.Conn
	seen  *recorder
	shake sync.Once
	end   sync.Once
}

// Read completes the handshake first.
func (c *conn) Read(p []byte) (int, error) {
	c.shake.Do(func() {
		// A failed handshake is kept by the TLS connection: its Read gives that error.
		if c.Handshake() == nil {
			c.seen.add(&c.seen.handshakes, 1)
		}
	})
	return c.Conn.Read(p)
}

// Close closes the connection and counts it off.
func (c *conn) Close() error {
	c.end.Do(func() { c.seen.add(&c.seen.connections, -1) })
	return c.Conn.Close()
}

// reset breaks the connection so that the client sees a TCP reset.
func (c *conn) reset() {
	if tcp, ok := c.raw.(*net.TCPConn); ok {
		// Where this fails the connection still breaks, with an end of file.
		_ = tcp.SetLinger(0)
	}
	_ = c.raw.Close()
}
