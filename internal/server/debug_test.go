package server_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// debugPage is the debug page of a cluster, in its parts.
type debugPage struct{ head, calls, collectors, metrics string }

func (e *exporter) debug(t *testing.T, query string, header ...string) debugPage {
	t.Helper()
	a := e.get(t, "/probe?debug=true&target="+query, header...)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Fatalf("%d %s %s", a.status, a.header, a.body)
	}
	parts := regexp.MustCompile(`(?m)^(CALLS|COLLECTORS|METRICS).*$`).Split(a.body, -1)
	if len(parts) != 4 {
		t.Fatalf("%d parts:\n%s", len(parts), a.body)
	}
	p := debugPage{parts[0], parts[1], parts[2], parts[3]}
	for line := range strings.Lines(p.head + p.calls + p.collectors) {
		if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 110 || strings.TrimRight(line, " ") != line {
			t.Errorf("too wide, or with spaces at its end: %q", line)
		}
	}
	for _, r := range a.body {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			t.Errorf("a control character on the page: %q", r)
		}
	}
	return p
}

// contains wants all of the texts in one part, in this order.
func contains(t *testing.T, part string, texts ...string) {
	t.Helper()
	rest := part
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("%q is not where it should be in:\n%s", text, part)
			return
		}
		rest = after
	}
}

// calls are the fields of each call.
func calls(part string) (fields [][]string) {
	for line := range strings.Lines(part) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "+") {
			fields = append(fields, regexp.MustCompile(`  +`).Split(line, -1))
		}
	}
	return fields
}

// outcome is how the row of a collector begins, in the width of the longest name.
func outcome(width int, collector, success, supported string) string {
	return fmt.Sprintf("%-*s  %-7s  %-9s ", width, collector, success, supported)
}

// TestDebug: the first scrape of a cluster, from the login on.
func TestDebug(t *testing.T) {
	e := start(t, setup{others: []config.Cluster{member(t, "other", simulated(t, qumulotest.SingleNode()))}, change: func(c *config.Cluster) {
		c.Name, c.URLs = "prod-west", append(c.URLs, "https://127.0.0.1:1")
	}})
	p := e.debug(t, "prod-west", "X-Prometheus-Scrape-Timeout-Seconds", "3")
	contains(t, p.head, "Cluster    prod-west\n", "Addresses  "+e.cluster.URL()+"\n           https://127.0.0.1:1\n", "Took ", " of 2900.0 ms until the deadline",
		"Result     reachable (qumulo_up 1)")
	if n := len(calls(p.calls)); n != 8 {
		t.Errorf("%d calls:\n%s", n, p.calls)
	}
	seen := map[string]bool{}
	for _, c := range calls(p.calls) {
		if len(c) != 6 || !regexp.MustCompile(`^\+\d+\.\d$`).MatchString(c[0]) || !regexp.MustCompile(`^\d+\.\d$`).MatchString(c[1]) || c[5] != e.cluster.URL() {
			t.Errorf("call %q", c)
			continue
		}
		seen[c[4]+" "+c[2]] = c[3] != "0"
	}
	for _, want := range []string{"log in 200", "list nodes 200", "list slots 200", "get file system 200", "get version 200", "get cluster settings 200", "get node state 200", "get capacity clamp 404"} {
		if !seen[want] {
			t.Errorf("no call %s, or one without bytes, in:\n%s", want, p.calls)
		}
	}
	contains(t, p.calls, "get capacity clamp", "      error   404 Not Found")
	contains(t, p.collectors, outcome(10, "collector", "success", "supported")+"   time ms  values\n",
		outcome(10, "nodes", "yes", "yes"), "  of this scrape\n", outcome(10, "filesystem", "yes", "yes"), outcome(10, "drives", "yes", "yes"))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(p.metrics))
	if err != nil || families["qumulo_up"].GetMetric()[0].GetGauge().GetValue() != 1 || families["qumulo_exporter_build_info"] != nil {
		t.Errorf("the metrics: %v\n%s", err, p.metrics)
	}
}

// TestDebugHealth: what this scrape knows of the cluster's health, and nothing that an earlier one knew.
func TestDebugHealth(t *testing.T) {
	e := start(t, setup{change: func(c *config.Cluster) { c.Collectors = append(c.Collectors, "protection", "restriper") }})
	p := e.debug(t, "127.0.0.1")
	contains(t, p.head, "Result     reachable", "\nHealth     drives: 1 not healthy\n           survives: 1 more failure\n           data at risk: yes\n\n")
	p = e.debug(t, "127.0.0.1&collect[]=protection")
	contains(t, p.head, "\nHealth     survives: 1 more failure\n\n")
	if p = e.debug(t, "127.0.0.1&collect[]=version"); strings.Contains(p.head, "Health") {
		t.Errorf("nothing is known of it:\n%s", p.head)
	}
}

// TestDebugColumns: numbers end and words begin below their titles.
func TestDebugColumns(t *testing.T) {
	e := start(t, setup{})
	p := e.debug(t, "127.0.0.1")
	lines := strings.Split(strings.TrimLeft(p.calls, "\n"), "\n")
	for _, line := range lines[1:] {
		if line == "" || strings.HasPrefix(line, "      error") || strings.HasPrefix(line, "              ") {
			continue
		}
		for _, title := range []string{"start ms", "time ms", "status", "bytes"} {
			end := strings.Index(lines[0], title) + len(title)
			if line[end-1] == ' ' || line[end] != ' ' {
				t.Errorf("%s does not end below its title:\n%s\n%s", title, lines[0], line)
			}
		}
		for _, title := range []string{"operation", "address"} {
			begin := strings.Index(lines[0], title)
			if line[begin-1] != ' ' || line[begin] == ' ' {
				t.Errorf("%s does not begin below its title:\n%s\n%s", title, lines[0], line)
			}
		}
	}
}

// TestDebugFaults: each call and each collector says what it ran into and what to
// do, without what a terminal would obey.
func TestDebugFaults(t *testing.T) {
	e := start(t, setup{})
	e.cluster.SetFault("/v1/file-system", qumulotest.Fault{Status: 500, Body: []byte(`{"description": "\u001b[31mred\u0007\nCOLLECTORS: all is well \u202e\u009b2J"}`)})
	e.cluster.SetFault("/v1/cluster/settings", qumulotest.Fault{Body: []byte("<html>\x1b[31m")})
	e.cluster.Model().Remove("/v1/cluster/slots/")
	e.cluster.Model().Remove("/v1/node/state") // a name or a UUID alone would be served
	e.cluster.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 7.8.0\x1b[2J", "build_id": "\u202eb\x07", "flavor": "release", "build_date": "d"})
	p := e.debug(t, "127.0.0.1")
	contains(t, p.calls, "500", "get file system", `error   500 Internal Server Error: [31mred COLLECTORS`)
	contains(t, p.calls, "get cluster settings", "error   HTML instead of a JSON object")
	contains(t, p.collectors,
		outcome(10, "nodes", "yes", "yes"), "of this scrape",
		outcome(10, "filesystem", "NO", "yes"), "none\n", "error   get file system at "+e.cluster.URL(), "to do   the fault is the cluster's",
		outcome(10, "version", "yes", "yes"),
		outcome(10, "cluster", "NO", "yes"), "error   get cluster settings", "to do   check that the address",
		outcome(10, "drives", "yes", "no"), "none\n", "error   list slots")
	if strings.Contains(p.collectors, "drives") && strings.Count(p.collectors, "to do") != 2 {
		t.Errorf("advice for what is no fault:\n%s", p.collectors)
	}
	contains(t, p.metrics, `build_id="\u202eb\a"`)
	if strings.Contains(p.metrics, "\u202e") || strings.Contains(p.calls+p.collectors, "\u202e") {
		t.Error("a change of direction is on the page")
	}
}

// TestDebugDeadline: what hangs is shown as such.
func TestDebugDeadline(t *testing.T) {
	e := start(t, setup{})
	e.scrape(t)
	for _, path := range []string{"/v1/cluster/nodes/", "/v1/cluster/slots/"} {
		e.cluster.SetFault(path, qumulotest.Fault{Hang: true})
	}
	began := time.Now()
	p := e.debug(t, "127.0.0.1", "X-Prometheus-Scrape-Timeout-Seconds", "0.6")
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("took %s", took)
	}
	contains(t, p.head, "of 500.0 ms until the deadline", "Result     NOT usable (qumulo_up 0): the deadline came before the list of nodes")
	contains(t, p.calls, "  none          0  list nodes", "      error   no answer in time")
	contains(t, p.collectors, "nodes       NO ", "to do   the cluster is slow or hangs", "drives      NO ", "to do   as above")
}

// TestDebugKept: values of an earlier read, and their age.
func TestDebugKept(t *testing.T) {
	e := start(t, setup{change: func(c *config.Cluster) { c.Intervals = map[string]time.Duration{"drives": time.Hour} }})
	e.scrape(t)
	time.Sleep(1100 * time.Millisecond)
	p := e.debug(t, "127.0.0.1&collect[]=drives&collect[]=version")
	if strings.Contains(p.calls, "list slots") || strings.Contains(p.calls, "log in") || len(calls(p.calls)) != 2 {
		t.Errorf("calls: %s", p.calls)
	}
	contains(t, p.collectors, outcome(9, "version", "yes", "yes"), "of this scrape", outcome(9, "drives", "yes", "yes"), "read 1 s ago, at 20", " UTC\n")
	contains(t, p.metrics, "qumulo_drive_")
	if strings.Contains(p.collectors, "nodes") || strings.Contains(p.metrics, "qumulo_node_status") {
		t.Errorf("collectors that were not asked for:\n%s", p.collectors)
	}
}

// TestDebugSilence: a scrape that sends nothing says so.
func TestDebugSilence(t *testing.T) {
	e := start(t, setup{})
	e.write(t, "secret", "wrong")
	e.debug(t, "127.0.0.1")
	p := e.debug(t, "127.0.0.1&exclude[]=version&exclude[]=cluster")
	contains(t, p.calls, "Nothing was sent")
	contains(t, p.head, "NOT usable (qumulo_up 0): the cluster did not list its nodes")
	contains(t, p.collectors, `login of user "exporter" rejected`, "to do   correct the password file", "to do   as above", "to do   as above")
}
