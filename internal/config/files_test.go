package config

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// disk is a file system that hangs for some files, by name.
type disk struct {
	mu    sync.Mutex
	hang  map[string]chan struct{} // until it is closed
	slow  time.Duration
	reads map[string]int
}

func (d *disk) read(path string) ([]byte, error) {
	name := filepath.Base(path)
	d.mu.Lock()
	d.reads[name]++
	hang := d.hang[name]
	d.mu.Unlock()
	time.Sleep(d.slow)
	if hang != nil {
		<-hang
	}
	return readRegular(path)
}

// count returns how often a file was read, and how many files were.
func (d *disk) count(name string) (reads, files int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reads[name], len(d.reads)
}

// newDisk returns Files of a disk and what they log.
func newDisk(hang ...string) (*disk, *Files, *bytes.Buffer) {
	d := &disk{hang: make(map[string]chan struct{}), reads: make(map[string]int)}
	for _, name := range hang {
		d.hang[name] = make(chan struct{})
	}
	var log bytes.Buffer
	files := NewFiles(slog.New(slog.NewTextHandler(&log, nil)))
	files.read = d.read
	return d, files, &log
}

// everyFile is two clusters that name a file of each kind.
const everyFile = `
defaults: {tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: client.key}}
clusters:
  - {name: a, url: https://a, access_token_file: token}
  - {name: b, url: https://b, username: u, password_file: password}
`

// TestHungFiles: whatever file hangs, a load takes half a second at most, is no
// config error, and logs one line; fifty loads read a hung file once.
func TestHungFiles(t *testing.T) {
	all := []string{"ca.pem", "client.key", "client.pem", "password", "token"}
	for _, hung := range append([][]string{all}, []string{"token"}, []string{"password"}, []string{"ca.pem"}, []string{"client.pem"}, []string{"client.key"}) {
		t.Run(strings.Join(hung, " "), func(t *testing.T) {
			workIn(t, t.TempDir())
			write(t, fileName, everyFile)
			synctest.Test(t, func(t *testing.T) {
				d, files, log := newDisk(hung...)
				for range 50 {
					log.Reset()
					began := time.Now()
					v, errs := Load(fileName, scrape, files)
					if took := time.Since(began); took > 500*time.Millisecond {
						t.Fatalf("took %s", took)
					}
					if len(errs) > 0 || len(v.Clusters) != 2 {
						t.Fatalf("%d clusters, config errors %v", len(v.Clusters), errs)
					}
					text := log.String()
					if strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") || !strings.Contains(text, fmt.Sprintf(`files="%s" count=%d `, hung, len(hung))) &&
						!strings.Contains(text, fmt.Sprintf(`files=%s count=%d `, hung, len(hung))) {
						t.Fatalf("log: %s", text)
					}
				}
				for _, name := range all {
					want := 50
					if d.hang[name] != nil {
						want = 1
					}
					if got, _ := d.count(name); got != want {
						t.Errorf("%s was read %d times, want %d", name, got, want)
					}
				}
				// It answers again: it is read anew, for what the old read found may be old.
				for _, name := range hung {
					close(d.hang[name])
				}
				synctest.Wait()
				log.Reset()
				d.mu.Lock()
				d.hang = nil
				d.mu.Unlock()
				write(t, "token", "")
				if _, errs := Load(fileName, scrape, files); len(errs) != 1 || !strings.Contains(errs[0].Error(), "clusters[0].access_token_file: the file is empty") || log.Len() > 0 {
					t.Errorf("config errors %v, log %s", errs, log)
				}
			})
		})
	}
}

// TestHungContent: who looks at qumulo_exporter.yml while it hangs opens it once and waits no longer than a load does.
func TestHungContent(t *testing.T) {
	workIn(t, t.TempDir())
	write(t, fileName, one())
	synctest.Test(t, func(t *testing.T) {
		d, files, _ := newDisk(fileName)
		for range 20 {
			began := time.Now()
			if content, err := files.Content(fileName); !errors.Is(err, ErrNoAnswer) || len(content) > 0 || time.Since(began) != maxWait {
				t.Fatalf("%q, %v after %s", content, err, time.Since(began))
			}
		}
		if n, _ := d.count(fileName); n != 1 {
			t.Errorf("opened %d times", n)
		}
		close(d.hang[fileName])
		synctest.Wait()
		if content, err := files.Content(fileName); err != nil || string(content) != one() {
			t.Errorf("%q, %v", content, err)
		}
	})
}

// TestReadAgain: a load that waits for a read of the one before reads the file
// anew when that ends: what it found may be old.
func TestReadAgain(t *testing.T) {
	workIn(t, t.TempDir())
	write(t, fileName, one())
	synctest.Test(t, func(t *testing.T) {
		d, files, log := newDisk("token")
		if _, errs := Load(fileName, scrape, files); len(errs) > 0 {
			t.Fatal(errs)
		}
		write(t, "token", "")
		hang := d.hang["token"]
		time.AfterFunc(100*time.Millisecond, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			delete(d.hang, "token")
			close(hang)
		})
		log.Reset()
		began := time.Now()
		_, errs := Load(fileName, scrape, files)
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), "the file is empty") || log.Len() > 0 || time.Since(began) != 100*time.Millisecond {
			t.Errorf("config errors %v after %s, log %s", errs, time.Since(began), log)
		}
		if got, _ := d.count("token"); got != 2 {
			t.Errorf("%d reads", got)
		}
	})
}

// TestInTime: a check that hangs is given up, and what another one says comes at once.
func TestInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang, said := make(chan struct{}), errors.New("not a certificate")
		for _, c := range []struct {
			check func() error
			want  error
			took  time.Duration
		}{
			{func() error { return nil }, nil, 0},
			{func() error { return said }, said, 0},
			{func() error { time.Sleep(maxWait - 1); return said }, said, maxWait - 1},
			{func() error { <-hang; return nil }, ErrNoAnswer, maxWait},
		} {
			began := time.Now()
			if err := InTime(c.check); !errors.Is(err, c.want) || time.Since(began) != c.took {
				t.Errorf("after %s: %v, want %v after %s", time.Since(began), err, c.want, c.took)
			}
		}
		close(hang)
	})
}

// TestHungConfig: of the file itself a hang is a config error, and it is read
// once for fifty reloads.
func TestHungConfig(t *testing.T) {
	workIn(t, t.TempDir())
	write(t, fileName, one())
	synctest.Test(t, func(t *testing.T) {
		d, files, _ := newDisk(fileName)
		for range 50 {
			began := time.Now()
			_, errs := Load(fileName, scrape, files)
			if got := fmt.Sprint(errs); got != "["+fileName+": the file system did not answer within 500ms]" || time.Since(began) != 500*time.Millisecond {
				t.Fatalf("after %s: %s", time.Since(began), got)
			}
		}
		if got, _ := d.count(fileName); got != 1 {
			t.Errorf("read %d times", got)
		}
		close(d.hang[fileName])
	})
}

// TestSlowFiles: they are read side by side, and the file itself counts.
func TestSlowFiles(t *testing.T) {
	workIn(t, t.TempDir())
	write(t, fileName, everyFile)
	for slow, warnings := range map[time.Duration]int{200 * time.Millisecond: 0, 300 * time.Millisecond: 1} {
		synctest.Test(t, func(t *testing.T) {
			d, files, log := newDisk()
			d.slow = slow
			began := time.Now()
			_, errs := Load(fileName, scrape, files)
			if took := time.Since(began); took != min(2*slow, 500*time.Millisecond) || len(errs) > 0 || strings.Count(log.String(), "\n") != warnings {
				t.Errorf("%s each: took %s, config errors %v, log %s", slow, took, errs, log)
			}
			time.Sleep(slow) // the reads under way end
		})
	}
}

// TestManyHungFiles: they hold no more threads than maxReads, the line of the
// log stays short, and the file itself is still read.
func TestManyHungFiles(t *testing.T) {
	const many = maxReads + 50
	workIn(t, t.TempDir())
	write(t, fileName, "clusters:\n"+repeated("  - {name: c%d, url: https://h, access_token_file: hung%[1]d}\n", many))
	synctest.Test(t, func(t *testing.T) {
		d, files, log := newDisk()
		for i := range many {
			name := fmt.Sprintf("hung%d", i)
			d.hang[name] = make(chan struct{})
			write(t, name, "access-v1:x")
		}
		for range 5 {
			log.Reset()
			if v, errs := Load(fileName, scrape, files); len(errs) > 0 || len(v.Clusters) != many {
				t.Fatal(errs)
			}
			if _, got := d.count(""); got != maxReads+1 {
				t.Fatalf("%d files were opened", got)
			}
			if !strings.Contains(log.String(), fmt.Sprintf("count=%d ", many)) || strings.Count(log.String(), "hung") > maxNamed {
				t.Fatalf("log: %s", log)
			}
		}
		for name := range d.hang {
			close(d.hang[name])
		}
	})
}

// TestPipes: a FIFO in place of a file is a config error and is not opened.
func TestPipes(t *testing.T) {
	for _, name := range []string{"token", "password", "ca.pem", "client.pem", "client.key", fileName} {
		workIn(t, t.TempDir())
		write(t, fileName, everyFile)
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		began := time.Now()
		_, errs := Load(fileName, scrape, NewFiles(slog.New(slog.NewTextHandler(&log, nil))))
		if len(errs) != 1 || !strings.HasSuffix(errs[0].Error(), ": not a regular file") || log.Len() > 0 || time.Since(began) > 5*time.Second {
			t.Errorf("%s: config errors %v, log %s", name, errs, log.String())
		}
	}
}
