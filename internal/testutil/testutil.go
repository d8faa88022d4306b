// Package testutil holds what the tests of several packages share. Only tests import it.
package testutil

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
	"time"
)

const (
	// patience is how long Eventually waits: a machine that stands still for a while fails no test.
	patience = 30 * time.Second
	// The pauses between two looks grow, so that what comes soon is seen soon, and what takes its time is not asked for
	// without end.
	firstPause, longestPause = time.Millisecond, 100 * time.Millisecond
)

// Eventually waits until a condition holds, and ends the test where it doesn't within 30 seconds.
func Eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	pause, end := firstPause, time.Now().Add(patience)
	for !holds() {
		if time.Now().After(end) {
			tb.Fatalf("did not happen within %s: %s", patience, what)
			return
		}
		time.Sleep(pause)
		pause = min(2*pause, longestPause)
	}
}

// Ports below those that systems give to whoever asks for any: between FreeAddress and the start of the program none of
// these takes the port.
const firstPort, ports, tries = 10_000, 20_000, 100

// FreeAddress returns host and port of the loopback that nobody listens on now. A program that can listen on port 0 and
// say where it does needs none.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	var err error
	for range tries {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(firstPort+rand.IntN(ports))) //nolint:gosec // any will do
		var listener net.Listener
		if listener, err = (&net.ListenConfig{}).Listen(tb.Context(), "tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	tb.Fatal(err)
	return ""
}
