package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestWatchConfig(t *testing.T) {
	const interval = 30 * time.Second
	m := mount(t, "one")
	synctest.Test(t, func(t *testing.T) {
		changed := watchConfig(t.Context(), m.path, interval)
		within := func(what string, want bool) {
			t.Helper()
			select {
			case <-changed:
				if !want {
					t.Errorf("%s: a change", what)
				}
			case <-time.After(interval + time.Second):
				if want {
					t.Errorf("%s: no change", what)
				}
			}
		}
		within("nothing", false)
		m.swap(t, "two")
		within("a swap", true)
		within("after a swap", false)
		m.swap(t, "two")
		within("the same content", false)
		if err := os.Rename(m.path, m.path+"~"); err != nil {
			t.Fatal(err)
		}
		within("removed", false)
		if err := os.Rename(m.path+"~", m.path); err != nil {
			t.Fatal(err)
		}
		within("back as it was", false)
		m.swap(t, "three")
		within("another swap", true)
	})
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
