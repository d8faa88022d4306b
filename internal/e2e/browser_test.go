//go:build !race

package e2e_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// browser is one tab of a headless Chromium, driven over its DevTools pipe: its
// command line alone has no window below 500 pixels, which is no phone.
type browser struct {
	in      *os.File // what it is told
	out     *os.File
	answers *bufio.Reader
	session string
	last    int // number of the last command
	events  []message
}

// message is one of the DevTools protocol, either way.
type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  any             `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}

// chromium finds the browser. Where there is none the test is skipped, which CI
// does not allow.
func chromium(t *testing.T) (path string) {
	t.Helper()
	name := os.Getenv("CHROMIUM")
	if name == "" {
		name = "chromium"
	}
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("CHROMIUM") != "":
		t.Fatalf("CHROMIUM: %v", err)
	default:
		t.Skip("no browser (apt-get install chromium, or name one with CHROMIUM)")
	}
	return path
}

func startBrowser(t *testing.T, path string) *browser {
	t.Helper()
	home := t.TempDir()
	commands, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, answers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := &testutil.Log{}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--user-data-dir="+home)
	cmd.Env = append(os.Environ(), "HOME="+home)
	cmd.ExtraFiles = []*os.File{commands, answers} // 3 and 4
	cmd.Stdout, cmd.Stderr = stderr, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it is many processes
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	commands.Close()
	answers.Close()
	b := &browser{in: in, out: out, answers: bufio.NewReader(out)}
	t.Cleanup(func() {
		in.Close()
		out.Close()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		testutil.Eventually(t, "all processes of the browser have ended", func() bool { return syscall.Kill(-cmd.Process.Pid, 0) != nil })
		if t.Failed() {
			t.Logf("browser:\n%s", stderr)
		}
	})
	var target struct{ TargetID string }
	b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Network", "Log"} {
		b.call(t, domain+".enable", nil, nil)
	}
	return b
}

// call makes the browser do something; result may be nil.
func (b *browser) call(t *testing.T, method string, params map[string]any, result any) {
	t.Helper()
	b.last++
	text, err := json.Marshal(message{ID: b.last, Session: b.session, Method: method, Params: params})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		t.Fatal(err)
	}
	for {
		m := b.next(t)
		if m.ID != b.last {
			b.events = append(b.events, m)
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				t.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

func (b *browser) next(t *testing.T) (m message) {
	t.Helper()
	if err := b.out.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	text, err := b.answers.ReadBytes(0)
	if err != nil {
		t.Fatalf("the browser does not answer: %v", err)
	}
	if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// window makes it a phone or a desktop.
func (b *browser) window(t *testing.T, width, height int, phone, dark bool) {
	t.Helper()
	b.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}, nil)
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.call(t, "Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]string{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// open loads a page and gives what happened on the way.
func (b *browser) open(t *testing.T, url string) (events []message) {
	t.Helper()
	b.events = nil
	b.call(t, "Page.navigate", map[string]any{"url": url}, nil)
	for {
		for _, e := range b.events {
			if e.Method == "Page.loadEventFired" {
				return b.events
			}
		}
		b.events = append(b.events, b.next(t))
	}
}

// value is what an expression gives on the page.
func (b *browser) value(t *testing.T, expression string, value any) {
	t.Helper()
	var evaluated struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call(t, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &evaluated)
	if evaluated.ExceptionDetails != nil {
		t.Fatalf("%s: %s", expression, evaluated.ExceptionDetails)
	}
	if err := json.Unmarshal(evaluated.Result.Value, value); err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
}

// screenshot gives the page from its top, also below what the window shows, as PNG.
func (b *browser) screenshot(t *testing.T, width, height int) []byte {
	t.Helper()
	var shot struct{ Data []byte }
	b.call(t, "Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
	}, &shot)
	return shot.Data
}
