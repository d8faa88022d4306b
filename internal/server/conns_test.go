package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// closed reports whether a connection was closed at its other end.
func closed(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now())
	_, err := conn.Read(make([]byte, 1))
	return err == io.EOF //nolint:errorlint // it is what Read returns
}

// TestIdleConns: above the bound the one that has been idle for the longest time
// goes, never one with a request.
func TestIdleConns(t *testing.T) {
	idle := newIdleConns()
	var near, far []net.Conn
	open := func() {
		a, b := net.Pipe()
		near, far = append(near, a), append(far, b)
		idle.changed(a, http.StateNew)
	}
	for range maxIdle {
		open()
	}
	idle.changed(near[0], http.StateActive)
	idle.changed(near[1], http.StateActive)
	idle.changed(near[1], http.StateIdle)
	open() // the bound is reached again
	if closed(far[2]) {
		t.Error("one was closed below the bound")
	}
	open()
	for i, want := range map[int]bool{0: false, 1: false, 2: true, 3: false, maxIdle: false, maxIdle + 1: false} {
		if got := closed(far[i]); got != want {
			t.Errorf("connection %d: closed %v, want %v", i, got, want)
		}
	}
	idle.changed(near[2], http.StateClosed)
	idle.changed(near[3], http.StateClosed)
	idle.closeAll()
	for i, want := range map[int]bool{0: false, 1: true, 3: false, 4: true, maxIdle + 1: true} {
		if got := closed(far[i]); got != want {
			t.Errorf("at the stop, connection %d: closed %v, want %v", i, got, want)
		}
	}
	if idle.longest.Len() != 0 || len(idle.at) != 0 {
		t.Errorf("%d and %d are left", idle.longest.Len(), len(idle.at))
	}
}

// TestIdleConnOfTLS: the goodbye of TLS to a peer that does not read is not waited
// for.
func TestIdleConnOfTLS(t *testing.T) {
	front := httptest.NewTLSServer(http.NotFoundHandler())
	defer front.Close()
	near, far := net.Pipe()
	server := tls.Server(near, &tls.Config{Certificates: front.TLS.Certificates, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12})
	pool := x509.NewCertPool()
	pool.AddCert(front.Certificate())
	client := tls.Client(far, &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12})
	shaken := make(chan error, 1)
	go func() { shaken <- client.HandshakeContext(t.Context()) }()
	if err := errors.Join(server.HandshakeContext(t.Context()), <-shaken); err != nil {
		t.Fatal(err)
	}
	idle := newIdleConns()
	idle.changed(server, http.StateIdle)
	began := time.Now()
	idle.closeAll()
	if took := time.Since(began); took > time.Second || !closed(far) {
		t.Errorf("took %s, closed %v", took, closed(far))
	}
}

// TestLimitWait: a slot that is released goes to one that waits, whoever has gone
// waits no longer, and nothing stays of a key that nobody uses.
func TestLimitWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimit(1, time.Second)
		began := time.Now()
		if !l.acquire(t.Context(), "a") || !l.acquire(t.Context(), "b") {
			t.Fatal("no slot is free")
		}
		if l.acquire(t.Context(), "a") || time.Since(began) != time.Second {
			t.Errorf("a slot, or not, after %s", time.Since(began))
		}
		gone, leave := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer leave()
		if l.acquire(gone, "a") || time.Since(began) != 1100*time.Millisecond {
			t.Errorf("a slot, or not, after %s", time.Since(began))
		}
		time.AfterFunc(200*time.Millisecond, func() { l.release("b") })
		time.AfterFunc(300*time.Millisecond, func() { l.release("a") })
		if !l.acquire(t.Context(), "a") || time.Since(began) != 1400*time.Millisecond {
			t.Errorf("no slot, or one after %s", time.Since(began))
		}
		l.release("a")
		if len(l.taken) != 0 {
			t.Errorf("%v is taken", l.taken)
		}
	})
}
