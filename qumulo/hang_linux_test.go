package qumulo_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// hangs makes each open of a file hang until the end of the test, or until release: as on a file
// system that does not answer.
func hangs(t *testing.T, path string) (release func()) {
	t.Helper()
	const setLease = 1024 // F_SETLEASE, which package syscall does not name
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	ok(t, err)
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, held.Fd(), setLease, syscall.F_WRLCK); errno != 0 {
		t.Fatalf("no lease: %v", errno)
	}
	release = func() { _ = held.Close() }
	t.Cleanup(release)
	return release
}

// TestHungFiles: the calls of a client whose file hangs end at their deadline and name the file;
// nothing is sent, and when the file system answers again the next call succeeds.
func TestHungFiles(t *testing.T) {
	for name, file := range map[string]func(t *testing.T) (*rig, string){
		"password": func(t *testing.T) (*rig, string) {
			t.Helper()
			r := newRig(t, realClock)
			return r, r.secretFile
		},
		"token": func(t *testing.T) (*rig, string) {
			t.Helper()
			r := newTokenRig(t, realClock)
			return r, r.secretFile
		},
		"CA": func(t *testing.T) (*rig, string) {
			t.Helper()
			var path string
			r := newTokenRig(t, realClock, func(cfg *qumulo.Config) { path = cfg.TLS.CAFile })
			return r, path
		},
		"client key": func(t *testing.T) (*rig, string) {
			t.Helper()
			path := filepath.Join(t.TempDir(), "key.pem")
			writeFile(t, path, "a key")
			r := newTokenRig(t, realClock, func(cfg *qumulo.Config) { cfg.TLS.CertFile, cfg.TLS.KeyFile = cfg.TLS.CAFile, path })
			return r, path
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, path := file(t)
			release := hangs(t, path)
			for range 3 {
				began := time.Now()
				errs := together(8, func(int) error { return listNodes(within(t, 300*time.Millisecond), r.client) })
				if took := time.Since(began); took < 250*time.Millisecond || took > time.Second {
					t.Errorf("the calls took %v of 300 ms", took)
				}
				named := 0
				for _, err := range errs {
					if !errors.Is(err, qumulo.ErrNoAnswer) {
						t.Errorf("error is %v, want no answer in time", err)
					}
					if e, is := errors.AsType[*qumulo.FileError](err); is && e.Path == path {
						named++
					}
				}
				// Of a file of the TLS settings the call that confirms the token says it.
				if named != 8 && (path == r.secretFile || named == 0) {
					t.Errorf("%d errors name the file, one is %v", named, errs[0])
				}
			}
			if n := len(r.Calls()); n != 0 {
				t.Errorf("%d calls sent", n)
			}
			release()
			if name == "client key" {
				return // it is none
			}
			eventually(t, "the file is read", func() bool { return listNodes(within(t, time.Second), r.client) == nil })
		})
	}
}

// TestHungFilesThatWereRead: what works goes on with what was read before, and the hook is told.
func TestHungFilesThatWereRead(t *testing.T) {
	told := make(chan error, 10)
	r := newTokenRig(t, realClock, func(cfg *qumulo.Config) { cfg.Hooks.File = func(_ string, err error) { told <- err } })
	ok(t, r.call(t))
	release := hangs(t, r.secretFile)
	for range 5 {
		ok(t, listNodes(within(t, time.Second), r.client))
	}
	if err := <-told; err == nil {
		t.Error("the hook was told that the file can be used")
	}
	release()
	if err := <-told; err != nil {
		t.Errorf("the hook was told %v", err)
	}
}
