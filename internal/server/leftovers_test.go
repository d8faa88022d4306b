package server_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// settle waits until the exporter has no more goroutines and connections than at
// first. The opening of a connection may go on for 10 s without those who wanted it.
func (s *storm) settle(t *testing.T, when string) {
	t.Helper()
	var goroutines, kept, sockets int
	var stacks string
	for end := time.Now().Add(12 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		goroutines, kept, stacks = s.goroutines(t)
		sockets = s.sockets(t)
		open := s.cluster.OpenConnections()
		if goroutines <= s.calm && s.cluster.InFlight() == 0 && open <= concurrency*len(s.cables) && kept <= 2*open && sockets <= open {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %d goroutines (at first %d), %d sockets and %d goroutines of theirs stay; at the cluster %d connections and %d calls:\n%s",
				when, goroutines, s.calm, sockets, kept, open, s.cluster.InFlight(), stacks)
		}
	}
}

// goroutines counts those of the exporter; two for each connection to the cluster
// that is kept open are counted apart.
func (s *storm) goroutines(t *testing.T) (others, kept int, stacks string) {
	t.Helper()
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	_, records, _ := strings.Cut(b.String(), "\n") // the first line is the total
	label := fmt.Sprintf("%q:%q", "exporter", s.label)
	for record := range strings.SplitSeq(records, "\n\n") {
		if !strings.Contains(record, label) {
			continue
		}
		count, _, _ := strings.Cut(record, " ")
		n, err := strconv.Atoi(count)
		if err != nil {
			t.Fatalf("not what a profile looks like: %v\n%s", err, record)
		}
		if strings.Contains(record, "http.(*persistConn).readLoop+") || strings.Contains(record, "http.(*persistConn).writeLoop+") {
			kept += n
			continue
		}
		others += n
		stacks += record + "\n\n"
	}
	return others, kept, stacks
}

// awaitEnds waits until the exporter has noticed what the end of a fault has broken
// off: a login, or a kept connection that a login would be sent on. As a login may
// have got through it is not repeated, and the scrapes that wait for it fail. One
// that hangs would do so up to its own time limit: it is broken off.
func (s *storm) awaitEnds(t *testing.T, when string) {
	t.Helper()
	began, broken := time.Now(), false
	for ; ; time.Sleep(5 * time.Millisecond) {
		_, kept, stacks := s.goroutines(t)
		if !strings.Contains(stacks, "(*session).startLogin") && kept <= 2*s.cluster.OpenConnections() {
			return
		}
		if time.Since(began) > time.Second && !broken {
			broken = true
			s.cluster.StopListening()
			s.cluster.Resume()
		}
		if time.Since(began) > 6*time.Second {
			t.Fatalf("%s: a login or %d goroutines of connections do not end:\n%s", when, kept, stacks)
		}
	}
}

// sockets counts the exporter's ends of connections to the cluster: those in use,
// and those that the other side has closed and the exporter has not. Where the
// system does not tell (it is Linux's table) there are none.
func (s *storm) sockets(t *testing.T) int {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	var ports []string // as the table writes them
	for _, c := range s.cables {
		_, port, _ := net.SplitHostPort(c.address)
		number, _ := strconv.Atoi(port)
		ports = append(ports, fmt.Sprintf(":%04X", number))
	}
	n := 0
	for line := range strings.Lines(string(table)) {
		if !slices.ContainsFunc(ports, func(port string) bool { return strings.Contains(line, port) }) {
			continue
		}
		fields := strings.Fields(line) // number, own address, the other's, state
		for _, port := range ports {
			if len(fields) > 3 && strings.HasSuffix(fields[2], port) && slices.Contains([]string{"01", "02", "08"}, fields[3]) {
				n++
			}
		}
	}
	return n
}
