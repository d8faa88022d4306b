package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// mounted is a file as kubelet mounts it: a link into a folder ..data, which is itself a link and is swapped.
type mounted struct {
	dir, path string
	swaps     int
}

func mount(t *testing.T, text string) *mounted {
	t.Helper()
	m := &mounted{dir: t.TempDir()}
	m.path = filepath.Join(m.dir, "qumulo_exporter.yml")
	m.swap(t, text)
	if err := os.Symlink(filepath.Join("..data", "qumulo_exporter.yml"), m.path); err != nil {
		t.Fatal(err)
	}
	return m
}

// swap replaces the content, as kubelet does, and removes the old one.
func (m *mounted) swap(t *testing.T, text string) {
	t.Helper()
	data := filepath.Join(m.dir, "..data")
	old, _ := os.Readlink(data)
	m.swaps++
	version := filepath.Join(m.dir, fmt.Sprintf("..version%d", m.swaps))
	if err := os.Mkdir(version, 0o755); err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(version, "qumulo_exporter.yml"), text)
	for _, err := range []error{
		os.Symlink(filepath.Base(version), data+"_tmp"),
		os.Rename(data+"_tmp", data),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if old != "" {
		if err := os.RemoveAll(filepath.Join(m.dir, old)); err != nil {
			t.Fatal(err)
		}
	}
}

// watched is a watch of a file, by a clock that stands still but for it.
type watched struct {
	configWatch

	log     testutil.Log
	changes <-chan struct{}
}

const interval = 30 * time.Second

// watch begins to watch the file. It must be called in a bubble.
func watch(t *testing.T, path string) *watched {
	t.Helper()
	w := &watched{}
	logger := slog.New(slog.NewTextHandler(&w.log, nil))
	w.configWatch = configWatch{path: path, interval: interval, read: config.NewFiles(logger).Content, failed: new(atomic.Bool), logger: logger}
	w.changes = w.start(t.Context())
	time.Sleep(interval / 2) // what is done comes between two looks
	return w
}

// looks waits for so many looks and returns after how many of them there was a change; 0: after none.
func (w *watched) looks(n int) (changed int) {
	for i := 1; i <= n; i++ {
		select {
		case <-w.changes:
			changed = i
			time.Sleep(interval / 2)
		case <-time.After(interval):
		}
	}
	return changed
}

// want wants a change after the second look at what was done, or none.
func (w *watched) want(t *testing.T, what string, change bool) {
	t.Helper()
	want := 0
	if change {
		want = 2
	}
	if got := w.looks(4); got != want {
		t.Errorf("%s: a change after look %d, want %d (0: none)", what, got, want)
	}
}

func TestWatchConfig(t *testing.T) {
	m := mount(t, "one")
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, m.path)
		w.want(t, "nothing", false)
		m.swap(t, "two")
		w.want(t, "a swap", true)
		w.want(t, "after a swap", false)
		m.swap(t, "two")
		w.want(t, "the same content", false)
		if err := os.Rename(m.path, m.path+"~"); err != nil {
			t.Fatal(err)
		}
		w.want(t, "removed", false)
		if err := os.Rename(m.path+"~", m.path); err != nil {
			t.Fatal(err)
		}
		w.want(t, "back as it was", false)
		m.swap(t, "three")
		w.want(t, "another swap", true)
	})
}

// TestWatchConfigWritten: a file that is written in place is taken when it is whole, though each part is one too.
func TestWatchConfigWritten(t *testing.T) {
	path := file(t, "qumulo_exporter.yml", "one")
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, path)
		text := ""
		for range 5 {
			text += "part\n"
			testutil.WriteFile(t, path, text)
			if w.looks(1) != 0 {
				t.Fatalf("taken: %q", text)
			}
		}
		if w.looks(1) != 1 {
			t.Error("it is whole, and not taken")
		}
		w.want(t, "after it", false)
		testutil.WriteFile(t, path, "something else")
		if w.looks(1) != 0 {
			t.Error("taken at the first look")
		}
		testutil.WriteFile(t, path, text)
		w.want(t, "what is current again", false)
		if log := w.log.String(); log != "" {
			t.Errorf("logged: %s", log)
		}
	})
}

// TestWatchConfigUnusable: what can't be read is logged once, and the watch continues.
func TestWatchConfigUnusable(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string)
		want  string
	}{
		"a pipe": {func(t *testing.T, path string) {
			t.Helper()
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a regular file"},
		"too large": {func(t *testing.T, path string) {
			t.Helper()
			testutil.WriteFile(t, path, "")
			if err := os.Truncate(path, 1<<40); err != nil {
				t.Fatal(err)
			}
		}, "larger than 4194304 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "qumulo_exporter.yml", "one")
			replace := func(by func()) {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				by()
			}
			synctest.Test(t, func(t *testing.T) {
				w := watch(t, path)
				replace(func() { c.spoil(t, path) })
				w.looks(1)
				if log := w.log.String(); log != "" { // it may be about to be replaced
					t.Errorf("logged at once: %s", log)
				}
				w.want(t, name, false)
				replace(func() { testutil.WriteFile(t, path, "two") })
				w.want(t, "another file", true)
				if log := w.log.String(); strings.Count(log, "\n") != 2 ||
					len(w.log.Lines(`level=WARN msg="File can't be used; continuing with its earlier content"`, path, c.want)) != 1 ||
					len(w.log.Lines(`level=INFO msg="File can be used again"`, path)) != 1 {
					t.Errorf("logged: %s", log)
				}
			})
		})
	}
}

// TestAutoReload: a changed file is loaded without a signal; one with errors changes nothing and is logged once.
func TestAutoReload(t *testing.T) {
	const text = "clusters: [{name: NAME, url: https://cluster.invalid, username: u, password_file: password}]"
	m := mount(t, strings.ReplaceAll(text, "NAME", "first"))
	testutil.WriteFile(t, filepath.Join(m.dir, "password"), markerToken)
	p := start(t, "--config.file="+m.path, "--config.auto-reload-interval=10ms")
	shows := func(name string) func() bool {
		return func() bool {
			page, _ := p.ask(t, http.MethodGet, "/config")
			return strings.Contains(page, "name: "+name)
		}
	}
	m.swap(t, strings.ReplaceAll(text, "NAME", "second"))
	testutil.Eventually(t, "the second configuration is loaded", shows("second"))
	m.swap(t, strings.ReplaceAll(text, "username", "colour: red, username"))
	testutil.Eventually(t, "the error is logged", func() bool { return strings.Contains(p.stderr.String(), "colour: unknown key") })
	if !shows("second")() {
		t.Error("a file with errors is loaded")
	}
	m.swap(t, strings.ReplaceAll(text, "NAME", "third"))
	testutil.Eventually(t, "the third configuration is loaded", shows("third"))
	if status := p.end(); status != exitOK {
		t.Errorf("exit status %d", status)
	}
	log := p.stderr.String()
	if got := strings.Count(log, "level=ERROR"); got != 1 {
		t.Errorf("%d errors in the log: %s", got, log)
	}
	if got := strings.Count(log, `msg="Configuration loaded"`); got != 3 {
		t.Errorf("%d times loaded: %s", got, log)
	}
	noMarker(t, log)
}

// TestAutoReloadTriesAgain: a file that is refused since another one is not there yet is loaded when that has come, as
// a ConfigMap and a Secret do at different times. The log tells of the error once.
func TestAutoReloadTriesAgain(t *testing.T) {
	const text = "clusters: [{name: NAME, url: https://cluster.invalid, access_token_file: FILE}]"
	m := mount(t, strings.NewReplacer("NAME", "first", "FILE", "token").Replace(text))
	testutil.WriteFile(t, filepath.Join(m.dir, "token"), markerToken)
	p := start(t, "--config.file="+m.path, "--config.auto-reload-interval=10ms")
	m.swap(t, strings.NewReplacer("NAME", "second", "FILE", "late").Replace(text))
	p.stderr.WaitFor(t, "access_token_file: no such file")
	time.Sleep(100 * time.Millisecond) // in which it is tried some times
	testutil.WriteFile(t, filepath.Join(m.dir, "late"), markerToken)
	testutil.Eventually(t, "the second configuration is loaded", func() bool {
		page, _ := p.ask(t, http.MethodGet, "/config")
		return strings.Contains(page, "name: second")
	})
	time.Sleep(100 * time.Millisecond)
	p.end()
	if log := p.stderr.String(); strings.Count(log, "level=ERROR") != 1 || strings.Count(log, `msg="Configuration loaded"`) != 2 {
		t.Errorf("logged: %s", log)
	}
}

func TestAutoReloadFlag(t *testing.T) {
	token := file(t, "token", markerToken)
	for _, c := range []struct{ flag, want string }{
		{"30", `--config.auto-reload-interval: "30" is not a duration like 10s or 500ms`},
		{"-1s", "--config.auto-reload-interval: -1s is negative: give a duration, or 0s for none"},
		{"30s", "--config.auto-reload-interval: there is no file to reload: give --config.file too"},
	} {
		got := runWith(t, "--qumulo.url=https://cluster.invalid", "--qumulo.access-token-file="+token, "--config.auto-reload-interval="+c.flag)
		if got.status != exitUsage || strings.Count(got.stderr, "\n") != 2 || !strings.Contains(got.stderr, "qumulo_exporter: "+c.want) {
			t.Errorf("%s: %+v", c.flag, got)
		}
	}
}
