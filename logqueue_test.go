package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// TestLogThatNobodyReads: the exporter answers, and stops, as ever.
func TestLogThatNobodyReads(t *testing.T) {
	server, args := cluster(t)
	reader, stderr := io.Pipe()
	t.Cleanup(func() { reader.Close() })
	p := &program{address: testutil.FreeAddress(t), ended: make(chan int, 1)}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		p.ended <- run(ctx, append(args, "--log.level=debug", "--web.listen-address="+p.address), &p.stdout, stderr)
	}()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		testutil.Eventually(t, "it is ready", func() bool {
			_, status := p.ask(t, http.MethodGet, "/-/ready")
			return status == http.StatusOK
		})
		for range 3 {
			if page, status := p.ask(t, http.MethodGet, "/metrics"); status != http.StatusOK || !strings.Contains(page, "\nqumulo_up 1\n") {
				t.Errorf("%d: %s", status, page)
			}
		}
		if page, status := p.ask(t, http.MethodPost, "/-/reload"); status != http.StatusOK {
			t.Errorf("%d: %s", status, page)
		}
	}()
	wait := func(what string, done <-chan struct{}) {
		t.Helper()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatal(what + " hangs with the log")
		}
	}
	wait("a page", asked)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if stop(); <-p.ended != exitOK {
			t.Error("another status than at any stop")
		}
	}()
	wait("the stop", stopped)
	if n := server.Logins(); n != 1 {
		t.Errorf("%d logins", n)
	}
}

// TestLogQueueLost: a reader that comes back gets the lines in their order, and how many are lost.
func TestLogQueueLost(t *testing.T) {
	reader, stuck := io.Pipe()
	lost := make(chan int64, 1)
	q := newLogQueue(stuck, func(n int64) { lost <- n })
	const more = 7
	for i := range maxQueued + 1 + more { // one of them is being written
		fmt.Fprintf(q, "line %d\n", i)
	}
	var b strings.Builder
	read := make(chan error)
	go func() {
		_, err := io.Copy(&b, reader)
		read <- err
	}()
	q.Close()
	stuck.Close()
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	if n := <-lost; n != more {
		t.Errorf("%d lost, want %d", n, more)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != maxQueued+1 || lines[0] != "line 0" || lines[maxQueued] != fmt.Sprintf("line %d", maxQueued) {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

// tired is a reader that takes ten seconds for the first line, and a while for each other one.
type tired struct{ lines int }

func (w *tired) Write(line []byte) (int, error) {
	time.Sleep([]time.Duration{10 * time.Second, 90 * time.Millisecond}[min(w.lines, 1)])
	w.lines++
	return len(line), nil
}

// TestLogQueueBehind: a reader that is behind is waited for once, and not for each line until it has caught up.
func TestLogQueueBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newLogQueue(&tired{}, func(n int64) { t.Errorf("%d lost", n) })
		wait := func(what string, want time.Duration) {
			t.Helper()
			began := time.Now()
			for range 50 {
				fmt.Fprintln(q, "line")
			}
			if took := time.Since(began); took != want {
				t.Errorf("%s: waited %v, want %v", what, took, want)
			}
		}
		wait("the first line", logPatience)
		time.Sleep(11 * time.Second)
		wait("behind", 0)
		time.Sleep(20 * time.Second)
		wait("caught up", 50*90*time.Millisecond)
		q.Close()
	})
}
