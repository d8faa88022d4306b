package server_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var (
	tags   = regexp.MustCompile(`<style[^>]*>(?s:.*)</style>|<[^>]+>`)
	spaces = regexp.MustCompile(`\s+`)
)

// landing gives the page, and its text as people see it.
func (e *exporter) landing(t *testing.T) (page answer, text string) {
	t.Helper()
	page = e.get(t, "/")
	if page.status != http.StatusOK || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %s", page.status, page.header)
	}
	return page, shown(page)
}

// shown is the text of a page.
func shown(page answer) string {
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(page.body, " ")), " "))
}

// TestLandingPage: each cluster with what the last scrape found, in the order of
// the configuration; nobody is asked for it.
func TestLandingPage(t *testing.T) {
	degraded := qumulotest.OnPremises()
	degraded.SetNodeStatus(4, "offline")
	degraded.Set("/v1/file-system", map[string]any{"block_size_bytes": 4096, "total_size_bytes": "120000000000000", "free_size_bytes": "46800000000000"})
	west, refused, stopped, lab := simulated(t, degraded), simulated(t, qumulotest.CNQ()), simulated(t, qumulotest.OnPremises()), simulated(t, qumulotest.SingleNode())
	refused.SetPassword("exporter", "another")
	stopped.StopListening()
	e := start(t, setup{unloaded: true})
	protected := member(t, "west", west)
	protected.Collectors = append(protected.Collectors, "protection", "restriper")
	e.apply(t, protected, member(t, "refused", refused), member(t, "stopped", stopped), member(t, "lab", lab))

	_, before := e.landing(t)
	contains(t, before, "4 clusters watched · 4 not scraped yet", "west", "not scraped yet", "Nothing has scraped a cluster yet.", "http_sd_configs: - url: "+e.url+"/sd")
	for _, name := range []string{"west", "refused", "stopped"} {
		e.metrics(t, "/probe?target="+name)
	}
	for _, s := range []*qumulotest.Server{west, refused, lab} {
		s.ResetCounts()
	}
	page, text := e.landing(t)
	for _, s := range []*qumulotest.Server{west, refused, lab} {
		if s.CallCount("") != 0 || s.Logins()+s.RefusedLogins() != 0 {
			t.Errorf("the page asks %s", s.URL())
		}
	}
	contains(t, text, "Qumulo exporter", "4 clusters watched · 1 reachable · 2 not usable · 1 not scraped yet",
		"west "+west.URL()+" reachable 7.8.0 4 of 5 1 not healthy 1 more failure yes – 61 % of 120 TB 0 s ago 20", " UTC metrics · debug",
		"refused "+refused.URL()+" answers, without success 7.8.0 – – – – – – 0 s ago", `login of user "exporter" rejected`, "What to do: correct the password file",
		"stopped "+stopped.URL()+" not reachable – – – – – – – 0 s ago", "connection refused", "What to do: check address and port",
		"lab "+lab.URL()+" not scraped yet – – – – – – – none yet metrics",
		"With this in its configuration Prometheus scrapes all clusters that are watched here",
		"scrape_configs: - job_name: qumulo http_sd_configs: - url: "+e.url+"/sd - job_name: qumulo_exporter # the exporter's own metrics "+
			`static_configs: - targets: ["`+strings.TrimPrefix(e.url, "http://")+`"] Pages`,
		"Metrics of the exporter itself Service discovery", "Configuration", "Health · Readiness qumulo_exporter 1.2.3")
	if strings.Contains(text, "Profiles") || strings.Contains(text, "basic_auth") {
		t.Errorf("what is not there is on the page:\n%s", text)
	}
	if strings.Count(page.body, "<meter") != 1 || !strings.Contains(page.body, `value="61"`) {
		t.Errorf("the bars: %s", page.body)
	}
	for cell, n := range map[string]int{
		`<th>Survives</th>`: 1, `<td data-label="Data at risk"><span class="bad">yes</span></td>`: 1, `<td data-label="Data at risk" class="none">–</td>`: 3, `colspan="11"`: 2,
	} {
		if got := strings.Count(page.body, cell); got != n {
			t.Errorf("%d times %s, want %d", got, cell, n)
		}
	}
	policy := page.header.Get("Content-Security-Policy")
	nonce := regexp.MustCompile(`^default-src 'none'; style-src 'nonce-([A-Z2-7]{26})'; `).FindStringSubmatch(policy)
	if nonce == nil || !strings.Contains(page.body, `<style nonce="`+nonce[1]+`">`) || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if again, _ := e.landing(t); nonce == nil || strings.Contains(again.body, nonce[1]) {
		t.Error("the nonce is not of one answer")
	}
	if regexp.MustCompile(`http-equiv|<script|<link|<img|src=|url\(|@import| style=| on[a-z]+=`).MatchString(page.body) {
		t.Errorf("the page loads something: %s", page.body)
	}
}

func TestLandingPageOfNone(t *testing.T) {
	e := start(t, setup{unloaded: true})
	e.apply(t)
	_, text := e.landing(t)
	contains(t, text, "0 clusters watched", "No cluster is configured.", "--qumulo.url=https://CLUSTER:8000", "--config.file", "http_sd_configs")
	if strings.Contains(text, "Nothing has scraped") {
		t.Error(text)
	}
}

// TestLandingPageForPrometheus: the snippet goes by the address from outside; of one cluster the exporter's own metrics are beside it.
func TestLandingPageForPrometheus(t *testing.T) {
	outside := &url.URL{Scheme: "https", Host: "[2001:db8::1]:443", Path: "/q"}
	for name, c := range map[string]struct {
		others []config.Cluster
		want   string
	}{
		"one": {nil, "http_sd_configs: - url: https://[2001:db8::1]:443/q/sd Pages"},
		"two": {
			[]config.Cluster{member(t, "lab", simulated(t, qumulotest.SingleNode()))},
			"http_sd_configs: - url: https://[2001:db8::1]:443/q/sd - job_name: qumulo_exporter # the exporter's own metrics " +
				`scheme: https metrics_path: /q/metrics static_configs: - targets: ["[2001:db8::1]:443"] Pages`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := shown(start(t, setup{prefix: "/inside", external: outside, others: c.others}).get(t, "/inside/"))
			contains(t, text, c.want)
		})
	}
}

func TestLandingPageOfOne(t *testing.T) {
	e := start(t, setup{pprof: true})
	_, text := e.landing(t)
	contains(t, text, "1 cluster watched · 1 not scraped yet", "127.0.0.1 "+e.cluster.URL(), "Nothing has scraped the cluster yet.",
		"Metrics of the exporter itself, and of the cluster", "Profiles")
	e.scrape(t)
	_, text = e.landing(t)
	contains(t, text, "1 cluster watched · 1 reachable", "reachable 7.8.0 5 of 5 1 not healthy – – – 71 % of 81.6 TB")
	if page := e.get(t, "/", "Authorization", "Basic x"); !strings.Contains(page.body, "basic_auth") {
		t.Error("whoever has given a password is not told that Prometheus needs it twice")
	}
}

// TestLandingPageWords: no word of a cluster or of the configuration breaks out.
func TestLandingPageWords(t *testing.T) {
	const evil = `"><script>alert(1)</script><!--'{{.}}&amp;` + "\x1b[2J\u202e"
	text, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	up, down := simulated(t, qumulotest.SingleNode()), simulated(t, qumulotest.SingleNode())
	up.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core " + evil})
	down.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Status: 500, Body: []byte(`{"error_class": ` + string(text) + `, "description": ` + string(text) + `}`)})
	first, second := member(t, "x", up), member(t, "y", down)
	first.Name, second.Name = "up"+evil, "javascript:alert(1)//"+evil
	e := start(t, setup{unloaded: true})
	if err := e.fleet.Apply(config.Validated{Config: config.Config{Clusters: []config.Cluster{first, second}, Scrape: validated(t).Scrape}}); err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`href="(probe[^"]*)"`)
	page, _ := e.landing(t)
	for _, l := range links.FindAllStringSubmatch(page.body, -1) {
		if got := e.get(t, "/"+html.UnescapeString(l[1])); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", l[1], got.status, got.body)
		}
	}
	page, seen := e.landing(t)
	for _, want := range []string{"up" + strings.TrimSuffix(evil, "\x1b[2J\u202e") + `\x1b[2J\u202e`, `500 Internal Server Error: "><script>`} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q is not on the page: %s", want, seen)
		}
	}
	if n := len(links.FindAllString(page.body, -1)); n != 4 {
		t.Errorf("%d links", n)
	}
	for _, bad := range []string{"<script", "<!--", "\x1b", "\u202e", `href="javascript`} {
		if strings.Contains(page.body, bad) {
			t.Errorf("%q is on the page", bad)
		}
	}
}
