package e2e_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// block is a block of code in a page, with what the comment before it says of it: run, run in the background, prints, or
// the name of a file.
type block struct{ mark, language, text string }

func blocks(t *testing.T, file string) []block {
	t.Helper()
	var all []block
	for _, m := range regexp.MustCompile("(?ms)(?:^<!-- ([^>]*) -->\n)?^```([a-z]*)\n(.*?)^```$").FindAllStringSubmatch(testutil.ReadFile(t, file), -1) {
		all = append(all, block{mark: m[1], language: m[2], text: m[3]})
	}
	return all
}

// handbook runs the commands of the handbook's pages, one after the other in one folder, as its reader does.
type handbook struct {
	dir, binaries string
	cluster       *qumulotest.Server
	output        string // of the last command
}

// shell is a command that runs a block as the reader's shell does: where he has put his cluster's name in.
func (h *handbook) shell(text, address string) []string {
	return []string{"-euo", "pipefail", "-c", fmt.Sprintf("cd %s; export PATH=%s:$PATH QUMULO_EXPORTER_WEB_LISTEN_ADDRESS=%s\n%s",
		h.dir, h.binaries, address, strings.ReplaceAll(h.filledIn(text), "localhost:10108", address))}
}

func (h *handbook) filledIn(text string) string {
	return regexp.MustCompile(`(?:CLUSTER|[a-z]+\.example\.com):8000`).ReplaceAllString(text, strings.TrimPrefix(h.cluster.URL(), "https://"))
}

func (h *handbook) do(t *testing.T, b block, address string) {
	t.Helper()
	switch name, isFile := strings.CutPrefix(b.mark, "file: "); {
	case isFile:
		testutil.ReplaceFile(t, filepath.Join(h.dir, name), h.filledIn(b.text))
	case b.mark == "run":
		out, err := exec.CommandContext(t.Context(), "bash", h.shell(b.text, address)...).CombinedOutput()
		if h.output = string(out); err != nil {
			t.Errorf("%v\n%s%s", err, b.text, out)
		}
	case b.mark == "run in the background":
		start(t, "bash", h.shell("exec "+b.text, address)...)
		testutil.Eventually(t, "the exporter is ready", func() bool {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/-/ready", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			status, _ := do(&http.Client{Timeout: 10 * time.Second}, req)
			return status == http.StatusOK
		})
	case b.mark == "prints":
		for line := range strings.Lines(b.text) {
			if !strings.Contains("\n"+h.output, "\n"+line) {
				t.Errorf("%q is not in the output:\n%s", line, h.output)
			}
		}
	case b.mark != "" && !strings.HasPrefix(b.mark, "BEGIN generated"):
		t.Errorf("a block is marked %q, which means nothing", b.mark)
	}
}

// TestHandbookCommands runs the commands of the handbook that are marked so, page by page in its order, against a simulated
// cluster.
func TestHandbookCommands(t *testing.T) {
	for _, name := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the handbook's commands need %s: %v", name, err)
		}
	}
	h := &handbook{dir: t.TempDir(), binaries: filepath.Dir(build(t)), cluster: qumulotest.NewServer(qumulotest.OnPremises())}
	t.Cleanup(h.cluster.Close)
	// What the reader has from commands of the cluster's own command line.
	testutil.WriteFile(t, filepath.Join(h.dir, "token.json"), fmt.Sprintf("{\"bearer_token\":%q}\n", h.cluster.AddAccessToken(qumulotest.DefaultUser, time.Time{})))
	run := 0
	docs := filepath.Join("..", "..", "docs")
	for _, m := range regexp.MustCompile(`(?m)^\d+\. \[[^]]+\]\(([a-z]+\.md)\)`).FindAllStringSubmatch(testutil.ReadFile(t, filepath.Join(docs, "README.md")), -1) {
		t.Run(m[1], func(t *testing.T) {
			address := testutil.FreeAddress(t)
			for _, b := range blocks(t, filepath.Join(docs, m[1])) {
				if h.do(t, b, address); strings.HasPrefix(b.mark, "run") {
					run++
				}
			}
		})
	}
	if run < 10 {
		t.Errorf("only %d commands are marked", run)
	}
}

// TestPrometheusSnippets: promtool takes the configurations that the documents show.
func TestPrometheusSnippets(t *testing.T) {
	dir, found := t.TempDir(), 0
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, filepath.Join("..", "..", "README.md")) {
		for _, b := range blocks(t, page) {
			if b.language != "yaml" || !slices.ContainsFunc([]string{"scrape_configs:", "rule_files:", "remote_write:"}, func(key string) bool {
				return strings.HasPrefix(b.text, key) || strings.Contains(b.text, "\n"+key)
			}) {
				continue
			}
			found++
			path := filepath.Join(dir, "prometheus.yml")
			testutil.ReplaceFile(t, path, b.text)
			out, err := exec.CommandContext(t.Context(), tool(t, "promtool", "PROMTOOL"), "check", "config", "--syntax-only", path).CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v\n%s%s", page, err, b.text, out)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d configurations are found", found)
	}
}
