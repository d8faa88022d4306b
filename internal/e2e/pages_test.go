//go:build !race

package e2e_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metrics "github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// clusters are simulated ones in the states that a landing page can show.
type clusters struct{ kinds []config.Cluster }

// mostHigh is where a screenshot ends, in pixels.
const mostHigh = 4000

// unscraped is the kind that no test scrapes.
const unscraped = 3

func startClusters(t *testing.T) clusters {
	t.Helper()
	long := strings.Repeat("The file system's metadata service is being restarted on another node. ", 4) +
		"https://kb.example/" + strings.Repeat("long-without-a-space-", 12)
	degraded := qumulotest.OnPremises()
	degraded.SetNodeStatus(4, "offline")
	degraded.Set("/v1/file-system", map[string]any{"block_size_bytes": 4096, "total_size_bytes": "120000000000000", "free_size_bytes": "4200000000000"})
	var c clusters
	for i, kind := range []struct {
		name  string
		model *qumulotest.Model
		wrong func(*qumulotest.Server)
	}{
		{"prod-west", qumulotest.OnPremises(), func(*qumulotest.Server) {}},
		{"prod-east", qumulotest.CNQ(), func(s *qumulotest.Server) { s.SetPassword(qumulotest.DefaultUser, "another") }},
		{"archive-stopped", qumulotest.SingleNode(), func(s *qumulotest.Server) { s.StopListening() }},
		{"lab", qumulotest.SingleNode(), func(*qumulotest.Server) {}},
		{"almost-full", degraded, func(*qumulotest.Server) {}},
		{"a-cluster-whose-name-somebody-has-made-much-too-long-for-any-table-and-without-a-single-space-in-it", qumulotest.SingleNode(), func(s *qumulotest.Server) {
			s.SetFault("/v1/cluster/nodes/", qumulotest.Fault{Status: http.StatusServiceUnavailable, Body: fmt.Appendf(nil, `{"description": %q}`, long)})
		}},
	} {
		s, dir := qumulotest.NewServer(kind.model), t.TempDir()
		t.Cleanup(s.Close)
		c.kinds = append(c.kinds, config.Cluster{
			Name: kind.name, URLs: []string{s.URL()}, Concurrency: 8, Collectors: []string{"nodes", "filesystem", "version", "cluster", "drives", "protection", "restriper"},
			Credentials: qumulo.Credentials{
				Username: qumulotest.DefaultUser, PasswordFile: testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword),
			},
			TLS: commonconfig.TLSConfig{CAFile: testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(s.CAPEM()))},
		})
		if i != unscraped {
			kind.wrong(s)
		}
	}
	return c
}

// page serves the pages of n clusters, beginning with one kind. All are scraped
// that may be.
func (c clusters) page(t *testing.T, first, n int) string {
	t.Helper()
	cfg := config.Config{Scrape: config.Scrape{Timeout: 10 * time.Second}}
	for i := range n {
		cluster := c.kinds[(first+i)%len(c.kinds)]
		if round := i / len(c.kinds); round > 0 {
			cluster.Name = fmt.Sprintf("%s-%d", cluster.Name, round+1)
		}
		cfg.Clusters = append(cfg.Clusters, cluster)
	}
	valid, errs := cfg.Validate(config.NewFiles(slog.New(slog.DiscardHandler)))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	watched := fleet.New(fleet.Options{Own: scrape.NewExporter(), UserAgent: "test", Logger: slog.New(slog.DiscardHandler)})
	if err := watched.Apply(valid); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server.Handler(server.Options{
		Fleet: watched, Own: metrics.NewRegistry(), TelemetryPath: "/metrics", RoutePrefix: "/", Pprof: true,
		Version: "(version=1.2.3, branch=main, revision=0123456789abcdef0123456789abcdef01234567)", Logger: slog.New(slog.DiscardHandler),
	}))
	t.Cleanup(func() { front.Close(); watched.Close() })
	for i, cluster := range valid.Clusters {
		if (first+i)%len(c.kinds) == unscraped {
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front.URL+"/probe?target="+url.QueryEscape(cluster.Name), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := do(front.Client(), req); status != http.StatusOK {
			t.Fatalf("%s: %d %s", cluster.Name, status, body)
		}
	}
	return front.URL
}

// TestLandingPageInBrowser looks at the landing page as people do: nothing is
// wider than the window, nothing is loaded besides, nothing is refused by the
// page's own policy. It keeps screenshots in the folder PAGES_DIR.
func TestLandingPageInBrowser(t *testing.T) {
	path := chromium(t)
	dir := os.Getenv("PAGES_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	simulated, b := startClusters(t), startBrowser(t, path)
	for _, c := range []struct {
		name     string
		first, n int
	}{
		{"none", 0, 0}, {"unscraped", unscraped, 1}, {"one", 0, 1}, {"three", 0, 3}, {"fifty", 0, 50},
	} {
		page := simulated.page(t, c.first, c.n)
		for _, window := range []struct {
			name        string
			width, high int
			phone, dark bool
		}{
			{"phone", 390, 844, true, false},
			{"phone-dark", 390, 844, true, true},
			{"tablet", 820, 1180, true, false},
			{"desktop", 1280, 800, false, false},
			{"laptop", 1250, 800, false, false}, // just a table, not cards
			{"desktop-dark", 1280, 800, false, true},
		} {
			t.Run(c.name+"-"+window.name, func(t *testing.T) {
				b.window(t, window.width, window.high, window.phone, window.dark)
				checkLoaded(t, b.open(t, page+"/"), page+"/")
				checkLayout(t, b, window.width, c.n)
				var high int
				b.value(t, "Math.max(innerHeight, document.documentElement.scrollHeight)", &high)
				high = min(high, mostHigh)
				shot := b.screenshot(t, window.width, high)
				checkImage(t, shot, window.width, high, window.dark)
				testutil.WriteFile(t, filepath.Join(dir, "landing-"+c.name+"-"+window.name+".png"), string(shot))
			})
		}
	}
}

// checkLoaded wants nothing requested but the page, and no complaint about it.
func checkLoaded(t *testing.T, events []message, page string) {
	t.Helper()
	requests := 0
	for _, e := range events {
		params, _ := e.Params.(map[string]any)
		switch e.Method {
		case "Network.requestWillBeSent":
			requests++
			if request, _ := params["request"].(map[string]any); request["url"] != page {
				t.Errorf("the page loads %v", request["url"])
			}
		case "Log.entryAdded":
			t.Errorf("the browser complains: %v", params["entry"])
		}
	}
	if requests != 1 {
		t.Errorf("%d requests", requests)
	}
}

// checkLayout wants all n clusters in the window's width.
func checkLayout(t *testing.T, b *browser, width, n int) {
	t.Helper()
	var layout struct {
		Inner, Scroll, Client, Rows int
		Wide                        []string
	}
	b.value(t, `({
		inner: innerWidth, scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
		rows: document.querySelectorAll("tbody").length,
		wide: [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth && e.clientWidth > 0 && e.tagName !== "PRE")
			.map(e => e.tagName + " " + e.className + " " + e.textContent.slice(0, 60)),
	})`, &layout)
	if layout.Inner != width || layout.Scroll > layout.Client || len(layout.Wide) > 0 || layout.Rows != n {
		t.Errorf("want %d clusters in %d pixels: %+v", n, width, layout)
	}
}

// checkImage wants a picture of that size, on a light or dark ground, with
// something on it.
func checkImage(t *testing.T, shot []byte, width, high int, dark bool) {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds() != image.Rect(0, 0, width, high) {
		t.Errorf("the picture is %v, want %d×%d", picture.Bounds(), width, high)
	}
	isDark := func(x, y int) bool { return color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 0x80 }
	if isDark(0, 0) != dark {
		t.Errorf("the ground is dark: %v, want %v", !dark, dark)
	}
	inked, looked := 0, 0
	for y := 0; y < high; y += 7 {
		for x := range width {
			looked++
			if isDark(x, y) != dark {
				inked++
			}
		}
	}
	if share := float64(inked) / float64(looked); share < 0.002 || share > 0.5 {
		t.Errorf("%.4f of the picture is ink", share)
	}
}
