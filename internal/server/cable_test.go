package server_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
)

// places is how many toxics can sit on one direction of a cable, one behind the other.
const places = 2

// buffered is how many pieces wait for a toxic: as in toxiproxy, where its latency
// would else slow the stream down too.
const buffered = 1024

// cable is the way to one node, with toxiproxy's toxics on it. toxiproxy's own
// proxy is not used, for two faults of v2.5.0: a toxic that is taken off while
// its connection ends can wait for ever, under the lock that the end needs; and
// what a toxic has closed while more was on its way leaves goroutines behind.
type cable struct {
	address string // where it listens
	node    string

	plugging sync.Mutex
	mu       sync.Mutex
	listener net.Listener // nil while it is unplugged
	conns    map[net.Conn]bool
	links    map[*link]bool
	toxic    [stream.NumDirections][places]*toxics.ToxicWrapper
	ended    sync.WaitGroup
}

func newCable(t *testing.T, node string) *cable {
	t.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled) // a toxic says each of its turns on stderr
	c := &cable{address: "127.0.0.1:0", node: node, conns: map[net.Conn]bool{}, links: map[*link]bool{}}
	for direction := range c.toxic {
		for place := range places {
			c.toxic[direction][place] = wrap(new(toxics.NoopToxic))
		}
	}
	c.plug()
	t.Cleanup(c.unplug)
	return c
}

// wrap makes a toxic that no connection escapes.
func wrap(t toxics.Toxic) *toxics.ToxicWrapper { return &toxics.ToxicWrapper{Toxic: t, Toxicity: 1} }

// plug listens: at first on any port, then on the same one. That may be taken for
// a moment by a connection of somebody else's.
func (c *cable) plug() {
	c.plugging.Lock()
	defer c.plugging.Unlock()
	if c.listener != nil {
		return
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		l, err := net.Listen("tcp", c.address)
		if err == nil {
			c.mu.Lock()
			c.listener, c.address = l, l.Addr().String()
			c.mu.Unlock()
			c.ended.Go(func() { c.accept(l) })
			return
		}
		if time.Now().After(end) {
			panic(err)
		}
	}
}

// unplug cuts all connections and refuses new ones.
func (c *cable) unplug() {
	c.plugging.Lock()
	defer c.plugging.Unlock()
	if c.listener == nil {
		return
	}
	c.mu.Lock()
	_ = c.listener.Close()
	c.listener = nil
	for conn := range c.conns {
		_ = conn.Close()
	}
	c.mu.Unlock()
	c.ended.Wait()
}

func (c *cable) accept(l net.Listener) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.node)
		if err != nil {
			_ = near.Close()
			continue
		}
		c.mu.Lock()
		if c.listener != l { // unplugged meanwhile
			c.mu.Unlock()
			_, _ = near.Close(), far.Close()
			return
		}
		c.conns[near], c.conns[far] = true, true
		c.link(stream.Upstream, near, far)
		c.link(stream.Downstream, far, near)
		c.mu.Unlock()
	}
}

// put puts a toxic into its place, for the connections that are open too.
func (c *cable) put(direction stream.Direction, place int, toxic toxics.Toxic) {
	c.mu.Lock()
	c.toxic[direction][place] = wrap(toxic)
	var open []*link
	for l := range c.links {
		if l.direction == direction && l.place == place {
			open = append(open, l)
		}
	}
	c.mu.Unlock()
	for _, l := range open {
		select {
		case l.stub.Interrupt <- struct{}{}:
		case <-l.ended:
		}
	}
}

func (c *cable) at(l *link) *toxics.ToxicWrapper {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.toxic[l.direction][l.place]
}

// link is one toxic's place on one connection.
type link struct {
	direction stream.Direction
	place     int
	conns     []net.Conn
	stub      *toxics.ToxicStub
	ended     chan struct{}
}

// link carries what comes from one connection to the other; c.mu is held.
func (c *cable) link(direction stream.Direction, from, to net.Conn) {
	in := make(chan *stream.StreamChunk, buffered)
	w := stream.NewChanWriter(in)
	c.ended.Go(func() {
		_, _ = io.Copy(w, from)
		_ = w.Close()
	})
	for place := range places {
		out := make(chan *stream.StreamChunk)
		l := &link{
			direction: direction, place: place, conns: []net.Conn{from, to},
			stub: toxics.NewToxicStub(in, out), ended: make(chan struct{}),
		}
		c.links[l] = true
		c.ended.Go(func() { c.run(l) })
		in = c.relay(out)
	}
	last := in
	c.ended.Go(func() {
		_, _ = io.Copy(to, stream.NewChanReader(last))
		_ = to.Close() // the other direction ends by it, and closes the other end
		c.mu.Lock()
		delete(c.conns, to)
		c.mu.Unlock()
		drain(last)
	})
}

// relay hands on copies: a toxic looks at what it has sent, and the next may
// change it.
func (c *cable) relay(from <-chan *stream.StreamChunk) chan *stream.StreamChunk {
	to := make(chan *stream.StreamChunk, buffered)
	c.ended.Go(func() {
		defer close(to)
		for chunk := range from {
			to <- &stream.StreamChunk{Data: chunk.Data, Timestamp: chunk.Timestamp}
		}
	})
	return to
}

// run lets one toxic after the other work until one has closed the connection or
// its end has come.
func (c *cable) run(l *link) {
	for !l.stub.Closed() {
		toxic := c.at(l)
		if s, ok := toxic.Toxic.(toxics.StatefulToxic); ok {
			l.stub.State = s.NewState()
		}
		if _, ok := toxic.Toxic.(*toxics.ResetToxic); ok {
			for _, conn := range l.conns {
				_ = conn.(*net.TCPConn).SetLinger(0)
			}
		}
		l.stub.Run(toxic)
		if s, ok := toxic.Toxic.(toxics.CleanupToxic); ok {
			s.Cleanup(l.stub)
		}
	}
	close(l.ended)
	c.mu.Lock()
	delete(c.links, l)
	c.mu.Unlock()
	drain(l.stub.Input)
}

// drain lets who still sends come to an end.
func drain(chunks <-chan *stream.StreamChunk) {
	for range chunks {
	}
}

// toxicCases are all toxics of toxiproxy, but the one that does nothing.
func toxicCases() map[string]toxics.Toxic {
	return map[string]toxics.Toxic{
		"latency":            &toxics.LatencyToxic{Latency: 300, Jitter: 100},
		"bandwidth":          &toxics.BandwidthToxic{Rate: 10}, // KB/s
		"slicer":             &toxics.SlicerToxic{AverageSize: 128, SizeVariation: 64, Delay: 1000},
		"timeout":            &toxics.TimeoutToxic{}, // a black hole
		"timeout of 100ms":   &toxics.TimeoutToxic{Timeout: 100},
		"reset_peer":         &toxics.ResetToxic{},
		"reset_peer in 50ms": &toxics.ResetToxic{Timeout: 50},
		"limit_data 300":     &toxics.LimitDataToxic{Bytes: 300},  // within the handshake
		"limit_data 4000":    &toxics.LimitDataToxic{Bytes: 4000}, // within an answer
		"slow_close":         &toxics.SlowCloseToxic{Delay: 300},
	}
}

func typeOf(toxic toxics.Toxic) string { return fmt.Sprintf("%T", toxic) }

// TestToxicsAreAll: a toxic that toxiproxy adds is to be in the list.
func TestToxicsAreAll(t *testing.T) {
	t.Parallel()
	var there []string
	for _, toxic := range toxicCases() {
		there = append(there, typeOf(toxic))
	}
	for name, toxic := range toxics.ToxicRegistry {
		if name != "noop" && !slices.Contains(there, typeOf(toxic)) {
			t.Errorf("toxiproxy's %s is in no case", name)
		}
	}
}
