package server_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestProbe: the cluster that is named and nothing else.
func TestProbe(t *testing.T) {
	single := simulated(t, qumulotest.SingleNode())
	e := start(t, setup{others: []config.Cluster{member(t, "lab & co", single)}, change: func(c *config.Cluster) { c.Name = "prod" }})
	prod := e.metrics(t, "/probe?target=prod")
	prod.want(t, "qumulo_up 1", `qumulo_cluster_nodes{status="online"} 5`)
	prod.absent(t, "qumulo_exporter_")
	if single.Handshakes() != 0 {
		t.Error("the other cluster was asked")
	}
	lab := e.metrics(t, "/probe?target="+url.QueryEscape("lab & co")+"&module=x&a=1&a=2&debug=false")
	lab.want(t, "qumulo_up 1", `qumulo_cluster_nodes{status="online"} 1`)
	lab.absent(t, "qumulo_exporter_")

	some := e.metrics(t, "/probe?target=prod&collect[]=version&collect[]=nodes&exclude[]=nodes")
	some.want(t, `qumulo_scrape_collector_success{collector="version"} 1`)
	some.absent(t, "qumulo_node_status", "qumulo_filesystem")
	e.metrics(t, "/probe?target=prod&exclude[]=nodes").absent(t, "qumulo_node_status")
	om := e.get(t, "/probe?target=prod", "Accept", "application/openmetrics-text; version=1.0.0")
	if !strings.HasPrefix(om.header.Get("Content-Type"), "application/openmetrics-text") {
		t.Errorf("OpenMetrics: %s", om.header)
	}
	for path, want := range map[string]string{
		"/probe?target=prod&collect[]=none": `unknown collector "none": there are nodes,`,
		"/probe?target=prod&exclude[]=none": `unknown collector "none": there are nodes,`,
	} {
		if got := e.get(t, path); got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := e.get(t, "/probe?target=prod", "X-Prometheus-Scrape-Timeout-Seconds", "x"); got.status != http.StatusBadRequest {
		t.Errorf("a bad timeout: %d", got.status)
	}
}

// TestProbeOfWhatIsNot: a name picks a cluster of the configuration or nothing;
// nothing is sent anywhere for what is none.
func TestProbeOfWhatIsNot(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var met atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			met.Add(1)
			conn.Close()
		}
	}()
	other := simulated(t, qumulotest.SingleNode())
	e := start(t, setup{others: []config.Cluster{member(t, "prod", other)}})
	there, another := listener.Addr().String(), strings.TrimPrefix(other.URL(), "https://")
	for name, c := range map[string]struct {
		query  string
		status int
		says   string
	}{
		"none":                {"", 400, "target is missing: want /probe?target=NAME; / lists the names"},
		"another parameter":   {"targets=prod", 400, "target is missing"},
		"empty":               {"target=", 400, "target is missing"},
		"no value":            {"target", 400, "target is missing"},
		"twice":               {"target=prod&target=prod", 400, "target is given 2 times"},
		"twice, one empty":    {"target=&target=prod", 400, "target is given 2 times"},
		"twice, one not":      {"target=prod&target=http://" + there, 400, "target is given 2 times"},
		"a broken escape":     {"target=prod&target=%zz", 400, "can't be read"},
		"a semicolon":         {"target=prod;target=lab", 400, "can't be read"},
		"a URL":               {"target=" + url.QueryEscape("http://"+there+"/"), 404, `"http://` + there + `/"`},
		"an https URL":        {"target=" + url.QueryEscape("https://"+there), 404, `no cluster of the name "https://` + there + `" is configured: / lists the names`},
		"host and port":       {"target=" + url.QueryEscape(there), 404, `"` + there + `"`},
		"an IP address":       {"target=127.0.0.2", 404, `"127.0.0.2"`},
		"IPv6":                {"target=" + url.QueryEscape("[::1]:8000"), 404, `"[::1]:8000"`},
		"a user in it":        {"target=" + url.QueryEscape("http://prod@"+there), 404, "lists the names"},
		"another's URL":       {"target=" + url.QueryEscape(other.URL()), 404, other.URL()},
		"another's address":   {"target=" + url.QueryEscape(another), 404, another},
		"its own host":        {"target=localhost", 404, `"localhost"`},
		"up":                  {"target=../", 404, `"../"`},
		"up to a name":        {"target=../prod", 404, `"../prod"`},
		"a file":              {"target=file:///etc/passwd", 404, `"file:///etc/passwd"`},
		"a name and more":     {"target=prod%20", 404, `"prod "`},
		"a name in capitals":  {"target=PROD", 404, `"PROD"`},
		"a part of a name":    {"target=pro", 404, `"pro"`},
		"all":                 {"target=*", 404, `"*"`},
		"NUL":                 {"target=%00", 404, `"\x00"`},
		"a name and NUL":      {"target=prod%00", 404, `"prod\x00"`},
		"a name and newline":  {"target=prod%0d%0aX-Evil:%201", 404, `"prod\r\nX-Evil: 1"`},
		"an escape":           {"target=%1b%5b2J", 404, `"\x1b[2J"`},
		"a Cyrillic o":        {"target=pr%d0%bed", 404, `"pr\u043ed"`},
		"fullwidth":           {"target=" + url.QueryEscape("ｐｒｏｄ"), 404, `"\uff50\uff52\uff4f\uff44"`},
		"a zero-width space":  {"target=" + url.QueryEscape("pr\u200bod"), 404, `"pr\u200bod"`},
		"a combining mark":    {"target=" + url.QueryEscape("prod\u0301"), 404, `"prod\u0301"`},
		"not UTF-8":           {"target=prod%ff", 404, `"prod\xff"`},
		"10 kB":               {"target=" + strings.Repeat("a", 10<<10), 404, `"` + strings.Repeat("a", 64) + `..."`},
		"10 kB, odd":          {"target=" + strings.Repeat("%1b", 10<<10), 404, `"` + strings.Repeat(`\x1b`, 16) + `..."`},
		"10 kB after a name":  {"target=prod" + strings.Repeat("%20", 10<<10), 404, `"prod`},
		"a script":            {"target=" + url.QueryEscape("<script>"), 404, `"<script>"`},
		"for debugging":       {"target=http://" + there + "&debug=true", 404, "lists the names"},
		"with collectors":     {"target=nope&collect[]=nodes", 404, "lists the names"},
		"for debugging, none": {"debug=true", 400, "target is missing"},
	} {
		got := e.get(t, "/probe?"+c.query)
		if got.status != c.status || !strings.Contains(got.body, c.says) || len(got.body) > 300 || got.header.Get("X-Evil") != "" {
			t.Errorf("%s: %d %q", name, got.status, got.body)
		}
		if got.header.Get("Content-Type") != "text/plain; charset=utf-8" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: a browser may take it for a page: %s", name, got.header)
		}
		if odd := strings.ContainsFunc(strings.TrimSuffix(got.body, "\n"), func(r rune) bool { return r < ' ' || r > '~' }); odd {
			t.Errorf("%s: odd characters in %q", name, got.body)
		}
	}
	time.Sleep(100 * time.Millisecond) // what was sent after an answer would come now
	for _, s := range []*qumulotest.Server{e.cluster, other} {
		if s.OpenConnections() != 0 || s.Handshakes() != 0 || s.CallCount("") != 0 || s.Logins()+s.RefusedLogins() != 0 {
			t.Errorf("%s was asked: %d connections, %d calls", s.URL(), s.OpenConnections(), s.CallCount(""))
		}
	}
	if met.Load() != 0 {
		t.Errorf("%d connections to where a request named", met.Load())
	}
	if log := e.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("anybody can fill the log: %s", log)
	}
	// The listener and the counts do see what is sent.
	conn, err := net.Dial("tcp", there)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	waitFor(t, func() bool { return met.Load() == 1 })
	if e.metrics(t, "/probe?target=prod"); other.CallCount("") == 0 {
		t.Error("the cluster was not asked")
	}
}

// TestMetricsOfSeveral: the exporter's own alone, with as many clusters as are
// not one.
func TestMetricsOfSeveral(t *testing.T) {
	e := start(t, setup{unloaded: true})
	for n, clusters := range [][]config.Cluster{nil, {member(t, "a", e.cluster)}, {member(t, "a", e.cluster), member(t, "b", e.cluster)}} {
		e.apply(t, clusters...)
		a := e.scrape(t)
		if !strings.Contains(a.body, "qumulo_exporter_build_info{") {
			t.Errorf("%d clusters: no exporter's own metrics", n)
		}
		if n == 1 {
			a.want(t, "qumulo_up 1")
			continue
		}
		a.absent(t, "qumulo_up", "qumulo_scrape", "qumulo_node")
		for _, query := range []string{"collect[]=nodes", "exclude[]=nodes", "collect[]=none"} {
			if got := e.get(t, "/metrics?"+query); got.status != http.StatusBadRequest || !strings.Contains(got.body, "use /probe?target=NAME") {
				t.Errorf("%d clusters, %s: %d %s", n, query, got.status, got.body)
			}
		}
		if got := e.get(t, "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "0"); got.status != http.StatusBadRequest {
			t.Errorf("%d clusters, a bad timeout: %d", n, got.status)
		}
	}
}

// TestTimeouts: the shorter one of what Prometheus gives and what the cluster, or
// else the exporter, allows.
func TestTimeouts(t *testing.T) {
	slow := simulated(t, qumulotest.SingleNode())
	own := member(t, "own", slow)
	own.ScrapeTimeout = 800 * time.Millisecond
	e := start(t, setup{others: []config.Cluster{own, member(t, "none", slow)}})
	slow.SetFault("", qumulotest.Fault{Hang: true})
	for _, c := range []struct {
		target, header string
		least, most    time.Duration
	}{
		{"own", "", 800 * time.Millisecond, 1600 * time.Millisecond},
		{"own", "10", 800 * time.Millisecond, 1600 * time.Millisecond},
		{"own", "0.3", 200 * time.Millisecond, 700 * time.Millisecond}, // less the offset
		{"none", "1.1", time.Second, 1600 * time.Millisecond},
	} {
		var header []string
		if c.header != "" {
			header = []string{"X-Prometheus-Scrape-Timeout-Seconds", c.header}
		}
		began := time.Now()
		e.metrics(t, "/probe?target="+c.target, header...).want(t, "qumulo_up 0")
		if took := time.Since(began); took < c.least || took > c.most {
			t.Errorf("%s with %q took %s, want %s to %s", c.target, c.header, took, c.least, c.most)
		}
	}
}
