package files

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// disk is a file whose content, error and hanging can be switched.
type disk struct {
	mu    sync.Mutex
	text  string
	err   error
	hang  chan struct{} // closed: it does not
	opens atomic.Int64
	told  []error // what changed was told
}

func (d *disk) set(text string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text, d.err = text, err
}

func (d *disk) open(string) (io.ReadCloser, error) {
	d.opens.Add(1)
	d.mu.Lock()
	hang := d.hang
	d.mu.Unlock()
	if hang != nil {
		<-hang
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return io.NopCloser(strings.NewReader(d.text)), d.err
}

func (d *disk) reader() *Reader {
	check := func(content string) error {
		if content == "" {
			return errors.New("empty")
		}
		return nil
	}
	f := NewReader("/secret", 10, check, func(_ string, err error) { d.told = append(d.told, err) })
	f.open = d.open
	return f
}

// TestHang: a file that hangs holds each who asks until his deadline, and one goroutine, whoever
// asks; when it answers again so does Read.
func TestHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{text: "good", hang: make(chan struct{})}
		f := d.reader()
		for range 50 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			began := time.Now()
			_, err := f.Read(ctx)
			if took := time.Since(began); took != time.Second {
				t.Errorf("it took %v of 1 s", took)
			}
			file, ok := errors.AsType[*Error](err)
			if !ok || file.Path != "/secret" || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "file /secret: no answer") {
				t.Errorf("error is %v", err)
			}
			cancel()
		}
		if n := d.opens.Load(); n != 1 {
			t.Errorf("opened %d times while the first still hangs", n)
		}
		close(d.hang)
		if text, err := f.Read(t.Context()); text != "good" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	})
}

// TestLatest: what was read before is used while the file hangs, is missing, or passes no check,
// and that is told once, as is its end.
func TestLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{text: "first"}
		f := d.reader()
		latest := func(want string, within time.Duration) {
			t.Helper()
			began := time.Now()
			text, err := f.Latest(t.Context())
			if text != want || err != nil || time.Since(began) > within {
				t.Errorf("%q, %v after %v, want %q", text, err, time.Since(began), want)
			}
			synctest.Wait()
		}
		latest("first", 0)
		d.set("", nil) // half written
		latest("first", 0)
		d.set("", os.ErrNotExist)
		latest("first", 0)
		d.set("larger than ten", nil)
		latest("first", 0)
		d.set("second", nil)
		latest("second", 0)
		d.mu.Lock()
		d.hang = make(chan struct{})
		d.mu.Unlock()
		latest("second", patience)
		for range 20 {
			latest("second", 0) // it has had its moment
		}
		d.set("third", nil)
		close(d.hang)
		synctest.Wait()
		latest("third", 0)
		if len(d.told) != 4 || d.told[0] == nil || d.told[1] != nil || d.told[2] == nil || d.told[3] != nil {
			t.Errorf("told %v, want the begin and the end of both", d.told)
		}
	})
}

// TestLatestOfNothing: without an earlier content the fault is told.
func TestLatestOfNothing(t *testing.T) {
	d := &disk{err: &os.PathError{Op: "open", Path: "/secret", Err: syscall.EACCES}}
	_, err := d.reader().Latest(t.Context())
	if err == nil || err.Error() != "file /secret: permission denied" {
		t.Errorf("error is %v", err)
	}
	if len(d.told) != 0 {
		t.Errorf("told %v", d.told)
	}
}

// TestOpenRegular: a pipe and a folder are not opened, and a change within the same second and of
// the same size is seen.
func TestOpenRegular(t *testing.T) {
	dir := t.TempDir()
	pipe, plain := filepath.Join(dir, "pipe"), filepath.Join(dir, "plain")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	never := func(string, error) { t.Error("told") }
	for _, path := range []string{pipe, dir} {
		_, err := NewReader(path, 100, nil, never).Read(t.Context())
		if err == nil || err.Error() != "file "+path+": not a regular file" {
			t.Errorf("%s: %v", path, err)
		}
	}
	f := NewReader(plain, 100, nil, never)
	at := time.Now()
	for _, text := range []string{"one", "two"} {
		if err := os.WriteFile(plain, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(plain, at, at); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Read(t.Context()); got != text || err != nil {
			t.Errorf("%q, %v, want %q", got, err, text)
		}
	}
}
