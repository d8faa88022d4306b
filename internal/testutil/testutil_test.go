package testutil_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

func TestEventually(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, began := &testutil.Recorder{TB: t}, time.Now()
		testutil.Eventually(r, "now", func() bool { return true })
		if took := time.Since(began); took != 0 || len(r.Failures) != 0 {
			t.Errorf("what holds at once took %s: %q", took, r.Failures)
		}
		testutil.Eventually(r, "later", func() bool { return time.Since(began) > 5*time.Second })
		if took := time.Since(began); took > 5100*time.Millisecond || len(r.Failures) != 0 {
			t.Errorf("what holds after 5 s took %s: %q", took, r.Failures)
		}
		looks := 0
		testutil.Eventually(r, "never", func() bool { looks++; return false })
		if took := time.Since(began); took > 36*time.Second || len(r.Failures) != 1 || !strings.HasSuffix(r.Failures[0], ": never") {
			t.Errorf("what never holds took %s: %q", took, r.Failures)
		}
		if looks > 400 {
			t.Errorf("%d looks", looks)
		}
	})
}

func TestFreeAddress(t *testing.T) {
	listener, err := net.Listen("tcp", testutil.FreeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
}

func TestLog(t *testing.T) {
	var log testutil.Log
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() { _, _ = io.WriteString(&log, "level=INFO msg=one\n") })
	}
	writers.Go(func() {
		time.Sleep(10 * time.Millisecond)
		_, _ = io.WriteString(&log, "level=WARN msg=two\n")
	})
	log.WaitFor(t, "level=WARN", "two")
	writers.Wait()
	for want, words := range map[int][]string{9: nil, 8: {"level=INFO"}, 1: {"two"}, 0: {"level=INFO", "two"}} {
		if got := log.Lines(words...); len(got) != want {
			t.Errorf("%d lines with %q, want %d", len(got), words, want)
		}
	}
	log.Reset()
	if log.String() != "" {
		t.Errorf("after a reset: %q", log.String())
	}
	synctest.Test(t, func(t *testing.T) {
		r := &testutil.Recorder{TB: t}
		log.WaitFor(r, "one", "two")
		if len(r.Failures) != 1 || !strings.Contains(r.Failures[0], "one, two") {
			t.Errorf("no such line: %q", r.Failures)
		}
	})
}

func TestFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if got := testutil.WriteFile(t, path, "one"); got != path || testutil.ReadFile(t, path) != "one" {
		t.Errorf("%s holds %q", got, testutil.ReadFile(t, path))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	testutil.ReplaceFile(t, path, "two")
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 || testutil.ReadFile(t, path) != "two" {
		t.Errorf("after it was replaced: %q, %v, %v", testutil.ReadFile(t, path), entries, err)
	}
	r := &testutil.Recorder{TB: t}
	testutil.ReadFile(r, path+".none")
	testutil.WriteFile(r, path+"/none", "")
	if len(r.Failures) != 2 {
		t.Errorf("failures %q, want two", r.Failures)
	}
}

func TestGenerated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	r := &testutil.Recorder{TB: t}
	testutil.Generated(r, path, "text", false)
	if len(r.Failures) != 1 || !strings.Contains(r.Failures[0], "no such file") {
		t.Errorf("a file that is not there: %q", r.Failures)
	}
	testutil.Generated(t, path, "text", true)
	testutil.Generated(t, path, "text", false)
	r = &testutil.Recorder{TB: t}
	testutil.Generated(r, path, "new", false)
	if len(r.Failures) != 1 || !strings.Contains(r.Failures[0], "behind the code") || testutil.ReadFile(t, path) != "text" {
		t.Errorf("a file that is behind: %q, and it holds %q", r.Failures, testutil.ReadFile(t, path))
	}
	testutil.Generated(t, path, "new", true)
	if testutil.ReadFile(t, path) != "new" {
		t.Error("it is not written")
	}
}

func TestCertificate(t *testing.T) {
	certificate, key := testutil.Certificate(t)
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(certificate))
	for _, name := range []string{"localhost", "127.0.0.1"} {
		if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPage(t *testing.T) {
	p := testutil.ParsePage(t, `# TYPE a gauge
a 1
# TYPE b counter
b{target="x",text="q\"\\\n"} 2
b{target="y",text=""} 3
# TYPE h histogram
h_bucket{le="+Inf"} 4
h_sum 9
h_count 4
`)
	p.Want(t, "a", 1)
	p.Want(t, `b{target="x",text="q\"\\\n"}`, 2)
	p.Want(t, "h", 4)
	p.Absent(t, "c")
	for want, search := range map[int][2]string{4: {"", ""}, 2: {"b", ""}, 1: {"b", `target="y"`}, 0: {"a", `target="y"`}} {
		if got := p.With(search[0], search[1]); len(got) != want {
			t.Errorf("%q: %v, want %d series", search, got, want)
		}
	}
	r := &testutil.Recorder{TB: t}
	p.Want(r, "a", 2)
	p.Want(r, "none", 0)
	p.Absent(r, "b")
	testutil.ParsePage(r, "a b c")
	testutil.ParsePage(r, "a 0\na 0\n")
	if len(r.Failures) != 6 {
		t.Errorf("%d failures, want 6: %q", len(r.Failures), r.Failures)
	}
}

func TestNoCollision(t *testing.T) {
	counter, gauge := dto.MetricType_COUNTER.Enum(), dto.MetricType_GAUGE.Enum()
	family := func(name string, kind *dto.MetricType) *dto.MetricFamily {
		return &dto.MetricFamily{Name: &name, Type: kind}
	}
	r := &testutil.Recorder{TB: t}
	testutil.NoCollision(r, []*dto.MetricFamily{family("a_total", counter), family("b", gauge), family("b_total", gauge), family("c_total", counter)})
	if len(r.Failures) != 0 {
		t.Errorf("%q", r.Failures)
	}
	testutil.NoCollision(r, []*dto.MetricFamily{family("a", gauge), family("a_total", counter)})
	if len(r.Failures) != 1 {
		t.Errorf("%q", r.Failures)
	}
}
