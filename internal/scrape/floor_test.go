package scrape

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// clusterEnv makes the test binary a simulated cluster instead: what a benchmark measures must not
// include it.
const clusterEnv = "QUMULO_EXPORTER_TEST_CLUSTER"

func TestMain(m *testing.M) {
	if os.Getenv(clusterEnv) != "" {
		serveSlowCluster(os.Stdin, os.Stdout)
		return
	}
	os.Exit(m.Run())
}

// serveSlowCluster tells where it is, and how to trust it, and answers until in ends.
func serveSlowCluster(in io.Reader, out io.Writer) {
	server := slowCluster()
	defer server.Close()
	fmt.Fprintf(out, "%s\n%s\n", server.URL(), server.CAPEM())
	_, _ = io.Copy(io.Discard, in)
}

// startSlowCluster runs a slow cluster in a process of its own until the benchmark ends.
func startSlowCluster(b *testing.B) (url string, caPEM []byte) {
	b.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(b.Context()), os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), clusterEnv+"=1"), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			b.Error(err)
		}
	})
	lines := bufio.NewScanner(out)
	lines.Scan()
	url = lines.Text()
	for lines.Scan() && lines.Text() != "" {
		caPEM = append(caPEM, lines.Text()+"\n"...)
	}
	return url, caPEM
}

// floor is the least that a program can do for the same values: workers that make the same calls
// over kept-alive connections with a fixed token, decode, set gauges, and write them by promhttp.
// It knows no renewal, deadline, fail-over, joining, outcome or metrics of its own.
type floor struct {
	url, token string
	client     *http.Client
	gauges     []prometheus.Gauge
	page       http.Handler
}

func newFloor(b *testing.B, url string, caPEM []byte) *floor {
	b.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(caPEM)
	f := &floor{url: url, client: &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: qumulo.DefaultConcurrency,
	}}}
	b.Cleanup(f.client.CloseIdleConnections)
	registry := prometheus.NewRegistry()
	for _, c := range manyCollectors() {
		gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: c.Metrics[0].Name, Help: c.Metrics[0].Help})
		registry.MustRegister(gauge)
		f.gauges = append(f.gauges, gauge)
	}
	f.page = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	var login struct {
		Token string `json:"bearer_token"`
	}
	body := fmt.Sprintf(`{"username": %q, "password": %q}`, qumulotest.DefaultUser, qumulotest.DefaultPassword)
	if err := f.do(b.Context(), http.MethodPost, "/v1/session/login", strings.NewReader(body), &login); err != nil {
		b.Fatal(err)
	}
	f.token = login.Token
	return f
}

func (f *floor) do(ctx context.Context, method, path string, body io.Reader, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, f.url+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body) // so that the connection stays in use
	return err
}

// call makes the call of one collector and reports whether its answer was decoded.
func (f *floor) call(ctx context.Context, i int) (bool, error) {
	var (
		version    qumulo.Version
		settings   qumulo.ClusterSettings
		state      qumulo.NodeState
		fileSystem qumulo.FileSystem
		user       qumulo.User
	)
	i %= len(smallPaths)
	answer := []any{&version, &settings, &state, &fileSystem, &user}[i]
	err := f.do(ctx, http.MethodGet, smallPaths[i], http.NoBody, answer)
	_, sized := fileSystem.Total.Value()
	return version.RevisionID != "" || settings.Name != "" || state.ClusterID != "" || sized || user.Name != "", err
}

// scrape makes all calls and writes the page.
func (f *floor) scrape(b *testing.B) {
	b.Helper()
	calls, errs := make(chan int), make(chan error, manyCalls)
	var workers sync.WaitGroup
	for range qumulo.DefaultConcurrency {
		workers.Go(func() {
			for i := range calls {
				decoded, err := f.call(b.Context(), i)
				f.gauges[i].Set(collector.Boolean(decoded))
				errs <- err
			}
		})
	}
	for i := range manyCalls {
		calls <- i
	}
	close(calls)
	workers.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
	writePage(b, f.page, manyCalls)
}

// scrapePage scrapes a cluster and writes the page as the program does.
func scrapePage(b *testing.B, c *Cluster) {
	b.Helper()
	page, w := scrapeMany(b, c), &lineCounter{}
	if err := page.WriteText(w, func(err error) { b.Error(err) }); err != nil {
		b.Fatal(err)
	}
	w.atLeast(b, 3*manyCalls)
}

// lineCounter is a response that counts lines and keeps none.
type lineCounter struct {
	header http.Header
	lines  int
}

func (l *lineCounter) Header() http.Header { return l.header }
func (*lineCounter) WriteHeader(int)       {}

func (l *lineCounter) Write(p []byte) (int, error) {
	l.lines += strings.Count(string(p), "\n")
	return len(p), nil
}

func (l *lineCounter) atLeast(b *testing.B, lines int) {
	b.Helper()
	if l.lines < lines {
		b.Fatalf("a page of %d lines", l.lines)
	}
}

// writePage writes a page that has at least that many series.
func writePage(b *testing.B, handler http.Handler, series int) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "/metrics", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	w := &lineCounter{header: http.Header{}}
	handler.ServeHTTP(w, req)
	w.atLeast(b, 3*series)
}

// BenchmarkRounds compares a scrape of 25 collectors with the floor, and with the schedule that is
// ideal for 25 calls of 50 ms each, eight at a time: four rounds, 200 ms. CPU is this process's,
// without the simulated cluster's. Each block begins with an empty heap, so that each side pays for
// its own garbage.
func BenchmarkRounds(b *testing.B) {
	const block = 25
	url, caPEM := startSlowCluster(b)
	c, f := manyCluster(b, url, caPEM), newFloor(b, url, caPEM)
	scrapePage(b, c)
	f.scrape(b)
	exporter, least := &cost{}, &cost{}
	for b.Loop() {
		exporter.measure(b, block, func() { scrapePage(b, c) })
		least.measure(b, block, func() { f.scrape(b) })
	}
	rounds := (manyCalls + qumulo.DefaultConcurrency - 1) / qumulo.DefaultConcurrency
	ideal := time.Duration(rounds) * callTime
	b.ReportMetric(0, "ns/op") // of two blocks: it says nothing
	b.ReportMetric(ms(ideal), "ideal-ms")
	b.ReportMetric(ms(exporter.p50()), "p50-ms")
	b.ReportMetric(ms(least.p50()), "floor-p50-ms")
	b.ReportMetric(ms(exporter.p50())/ms(ideal), "p50/ideal")
	b.ReportMetric(ms(exporter.each()), "cpu-ms/scrape")
	b.ReportMetric(ms(least.each()), "floor-cpu-ms/scrape")
	b.ReportMetric(ms(exporter.each())/ms(least.each()), "cpu/floor")
}

// cost is what scrapes of one side took.
type cost struct {
	took []time.Duration
	cpu  time.Duration
}

func (c *cost) measure(b *testing.B, n int, scrape func()) {
	b.Helper()
	runtime.GC()
	before := cpuTime(b)
	for range n {
		began := time.Now()
		scrape()
		c.took = append(c.took, time.Since(began))
	}
	c.cpu += cpuTime(b) - before
}

func (c *cost) p50() time.Duration {
	slices.Sort(c.took)
	return c.took[len(c.took)/2]
}

func (c *cost) each() time.Duration { return c.cpu / time.Duration(len(c.took)) }

// cpuTime is what this process has used so far, user and system.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }
