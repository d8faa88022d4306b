package main

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// hostile is a listener that answers each request, and then sends more that
// nobody has asked for: net/http writes a line about it.
func hostile(t *testing.T, more string) (url string, sent *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	sent = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				conn.Write([]byte("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"))
				time.Sleep(20 * time.Millisecond)
				conn.Write([]byte(more))
				sent.Add(1)
				time.Sleep(20 * time.Millisecond)
			}()
		}
	}()
	return "http://" + listener.Addr().String(), sent
}

// TestLinesOfLibraries: what net/http writes goes through the exporter's log, in
// its form, without secrets, and a peer can't fill the log with it.
func TestLinesOfLibraries(t *testing.T) {
	url, sent := hostile(t, "\x1b[31mhttp://u:marker-p@proxy session-v1:marker-s access-v1:marker-a "+strings.Repeat("x", 100)+"\r\nAuthorization: Basic marker-b "+strings.Repeat("y", 3000))
	p := start(t, "--qumulo.url="+url, "--qumulo.access-token-file="+file(t, "token", markerToken))
	for end := time.Now().Add(20 * time.Second); sent.Load() < 60; {
		if time.Now().After(end) {
			t.Fatalf("only %d", sent.Load())
		}
		p.ask(t, http.MethodGet, "/metrics")
		time.Sleep(100 * time.Millisecond) // in which more comes on connections that nobody uses
	}
	p.end()
	log := p.stderr.String()
	noMarker(t, log)
	lines := 0
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "level=") {
			t.Errorf("not a line of the exporter: %q", line)
		}
		if !strings.Contains(line, "Unsolicited response") {
			continue
		}
		lines++
		if !strings.HasPrefix(line, "level=WARN ") || !strings.Contains(line, `msg="A library logged a line" text=`) || strings.Contains(line, "\x1b") || len(line) > 2*maxForeign {
			t.Errorf("%q", line)
		}
		for _, want := range []string{"http://<secret>@proxy <secret> <secret> xxx", "Authorization <secret>"} {
			if !strings.Contains(line, want) {
				t.Errorf("no %q in %q", want, line)
			}
		}
	}
	if lines < 1 || lines > foreignBurst+1 {
		t.Errorf("%d lines of %d:\n%s", lines, sent.Load(), log)
	}
}

func TestForeignText(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                                  "plain",
		"a\nb\x00\u202e":                         `a\nb\x00\u202e`,
		"Bearer 1:marker-old rest":               "Bearer <secret>",
		`starting with "bearer\t1:marker"; err=`: "starting with \"bearer <secret>",
		`{"bearer_token":"1:marker"}`:            `{"bearer <secret>`,
		"authorization: x\nmarker":               "authorization <secret>",
		"a session-v1:marker/+= b":               "a <secret> b",
		"Access-V1%3amarker":                     "<secret>",
		"set-cookie: marker":                     "set-cookie <secret>",
		"https://u:marker@h/p":                   "https://<secret>@h/p",
		strings.Repeat("\u00e9", 1<<20):          strings.Repeat("\u00e9", maxForeign/2) + "…",
		strings.Repeat("x", 4*maxForeign-3) + "session-v1:marker": strings.Repeat("x", maxForeign) + "…",
	} {
		got := foreignText(text)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%.60q: %.60q, want %.60q", text, got, want)
		}
	}
}
