package config

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestLease: an open that really hangs, as it does while another holds a lease
// on the file.
func TestLease(t *testing.T) {
	const setLease = 1024 // F_SETLEASE, which package syscall does not name
	workIn(t, t.TempDir())
	write(t, fileName, everyFile)
	held, err := os.OpenFile("token", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, held.Fd(), setLease, syscall.F_WRLCK); errno != 0 {
		t.Fatalf("no lease: %v", errno)
	}
	var log bytes.Buffer
	files := NewFiles(slog.New(slog.NewTextHandler(&log, nil)))
	for range 3 {
		log.Reset()
		began := time.Now()
		_, errs := Load(fileName, scrape, files)
		if took := time.Since(began); took > 5*time.Second || len(errs) > 0 {
			t.Fatalf("config errors %v after %s", errs, took)
		}
		if !strings.Contains(log.String(), "files=[token] count=1 ") {
			t.Errorf("log: %s", log.String())
		}
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, held.Fd(), setLease, syscall.F_UNLCK); errno != 0 {
		t.Fatal(errno)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		log.Reset()
		if _, errs := Load(fileName, scrape, files); len(errs) == 0 && log.Len() == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("still hung: %s", log.String())
		}
	}
}
