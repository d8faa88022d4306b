package main

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestOnceEscapes: no text of the cluster does anything to a terminal, and what
// is printed can still be parsed.
func TestOnceEscapes(t *testing.T) {
	server, args := cluster(t)
	server.SetFault("/v1/cluster/settings", qumulotest.Fault{Body: []byte(`{"cluster_name":"a\u001b]0;x\u0007\u202eb\"\\\nc\u009b"}`)})
	got := runWith(t, append(args, "--once")...)
	if got.status != 0 {
		t.Fatalf("%+v", got)
	}
	if strings.ContainsFunc(got.stdout, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("control characters in %q", got.stdout)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(got.stdout))
	if err != nil {
		t.Fatal(err)
	}
	info := families["qumulo_cluster_info"].GetMetric()
	if len(info) != 1 || !strings.Contains(info[0].String(), `"a\\x1b]0;x\\a\\u202eb\"\\\nc\\u009b"`) {
		t.Errorf("%v", info)
	}
	server.SetFault("", qumulotest.Fault{Status: 500, Body: []byte(`{"description":"no\u001b[31m","error_class":"e"}`)})
	got = runWith(t, append(args, "--once")...)
	if got.status != 1 || strings.Contains(got.stderr, "\x1b") {
		t.Errorf("%+v", got)
	}
}

// TestOnceInterrupted: half a page would look like a fault of the cluster.
func TestOnceInterrupted(t *testing.T) {
	server, args := cluster(t)
	server.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Hang: true})
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var stdout, stderr testutil.Log
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, append(args, "--once", "--scrape.timeout=20s"), &stdout, &stderr) }()
	for end := time.Now().Add(10 * time.Second); server.CallCount("/v1/cluster/nodes/") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no call")
		}
	}
	interrupt()
	if status := <-ended; status != 1 || stdout.String() != "" || !strings.Contains(stderr.String(), "qumulo_exporter: interrupted") {
		t.Errorf("status %d\n%s\n%s", status, stdout.String(), stderr.String())
	}
	if strings.Contains(stderr.String(), "qumulo_up is 0") {
		t.Errorf("the cluster is blamed: %s", stderr.String())
	}
}

// TestOnceNative: what a cluster serves itself is printed too, with the same care.
func TestOnceNative(t *testing.T) {
	server, args := cluster(t)
	server.Model().SetMetricsPage("# TYPE reads counter\nreads_total{path=\"a\x1bb\"} 7\n")
	got := runWith(t, append(args, "--once", "--collector.native")...)
	if want := "# TYPE reads_total counter\n" + `reads_total{path="a\\x1bb"} 7` + "\n"; got.status != 0 || !strings.Contains(got.stdout, want) {
		t.Errorf("status %d, no %q in:\n%.1000s", got.status, want, got.stdout)
	}
	testutil.ParsePage(t, got.stdout)
}
