package qumulo

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

const (
	keepAlive = 30 * time.Second
	// spareLife is how long a connection opened ahead waits for its first call.
	spareLife = 2 * time.Minute
	// openTimeout bounds the opening of a connection. It is no caller's: net/http
	// goes on without them, for ever where a node accepts and says nothing.
	openTimeout = 10 * time.Second
)

// dialer opens TLS connections to one address. With the first one that comes to
// stand it opens as many ahead as calls may go on at a time: the first scrape,
// whose calls wait for a login, needs fewer than the later ones, and these are
// to meet no handshake.
type dialer struct {
	tls  *tls.Config
	ip   string // to go to, if it is not for the DNS to say
	want int    // connections, the ones opened ahead included

	mu     sync.Mutex
	begun  int
	warmed bool
	spares []*spare
}

// spare is a connection opened ahead.
type spare struct {
	done chan struct{}
	conn net.Conn
	err  error
}

// dial gives a connection opened ahead, or a new one.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s := d.take(); s != nil {
		select {
		case <-s.done:
		case <-ctx.Done():
			go s.close()
			return nil, ctx.Err()
		}
		if s.err == nil && alive(s.conn) {
			return s.conn, nil
		}
		s.close()
		d.mu.Lock()
		d.begun++
		d.mu.Unlock()
	}
	conn, err := d.handshake(ctx, network, address)
	if err != nil {
		d.mu.Lock()
		d.begun--
		d.mu.Unlock()
		return nil, err
	}
	d.warm(network, address) //nolint:contextcheck // later calls use these connections
	return conn, nil
}

// take gives the oldest spare, or counts the connection that is opened instead.
func (d *dialer) take() *spare {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.spares) == 0 {
		d.begun++
		return nil
	}
	s := d.spares[0]
	d.spares = d.spares[1:]
	return s
}

func (d *dialer) handshake(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{KeepAlive: keepAlive}).DialContext(ctx, network, net.JoinHostPort(cmp.Or(d.ip, name), port))
	if err != nil {
		return nil, err
	}
	cfg := d.tls
	if cfg.ServerName == "" {
		cfg = cfg.Clone()
		cfg.ServerName = name
	}
	secured := tls.Client(conn, cfg)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, ignoreClosed(conn.Close()))
	}
	return secured, nil
}

// warm opens the connections that are missing, once.
func (d *dialer) warm(network, address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.warmed {
		return
	}
	d.warmed = true
	for range d.want - d.begun {
		s := &spare{done: make(chan struct{})}
		d.spares = append(d.spares, s)
		go func() {
			defer close(s.done)
			s.conn, s.err = d.handshake(context.Background(), network, address)
		}()
	}
	time.AfterFunc(spareLife, d.close)
}

// close closes the spares that nobody has taken.
func (d *dialer) close() {
	d.mu.Lock()
	spares := d.spares
	d.spares, d.warmed = nil, true
	d.mu.Unlock()
	for _, s := range spares {
		s.close()
	}
}

func (s *spare) close() {
	<-s.done
	if s.conn != nil {
		_ = s.conn.Close() // nothing was sent on it
	}
}

// alive tells whether the peer has kept a connection open that nothing was sent
// on: there is nothing to read on it, not even its end.
func alive(conn net.Conn) bool {
	// A deadline that has passed already would not look at the connection at all.
	if conn.SetReadDeadline(time.Now().Add(time.Millisecond)) != nil {
		return false
	}
	_, err := conn.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded) && conn.SetReadDeadline(time.Time{}) == nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
