package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// documents are all Markdown files of the repository.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && len(path) > 1 && path[0] == '.' && path != ".github" { // what tools and builds have put there
			return fs.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) < 20 {
		t.Fatalf("%d documents: %v", len(files), err)
	}
	return files
}

// TestDocumentsName keeps what is written by hand from naming metrics and flags that are not there.
func TestDocumentsName(t *testing.T) {
	metrics := map[string]bool{"qumulo_exporter": true}
	for _, f := range ownFamilies(t) {
		metrics[f.GetName()] = true
	}
	for _, m := range allMetrics() {
		metrics[m.Name] = true
	}
	flags := map[string]bool{}
	for _, f := range flagModels(t) {
		flags[f.Name], flags["no-"+f.Name] = true, f.IsBoolFlag()
	}
	flags["web.systemd-socket"] = true // on Linux only
	for _, file := range documents(t) {
		if slices.Contains([]string{"CHANGELOG.md", "CONTRIBUTING.md", "docs/metrics.md", "docs/runbooks.md"}, filepath.ToSlash(file)) {
			continue // the past, names of rules, what is generated, and the cluster's own metrics, which internal/mixintest knows
		}
		text := testutil.ReadFile(t, file)
		for _, name := range regexp.MustCompile(`\bqumulo_[a-z_]+\b`).FindAllString(text, -1) {
			if !metrics[name] {
				t.Errorf("%s names %s, which is no metric", file, name)
			}
		}
		for _, m := range regexp.MustCompile(`--((?:no-)?(?:qumulo|scrape|collector|web|log|once|config)\b[a-z._-]*[a-z])`).FindAllStringSubmatch(text, -1) {
			if !flags[m[1]] {
				t.Errorf("%s names --%s, which is no flag", file, m[1])
			}
		}
	}
}

// TestDocumentsSayWhichKeyAFlagBecomes: whoever moves from flags to a file finds each flag of a cluster with its key.
func TestDocumentsSayWhichKeyAFlagBecomes(t *testing.T) {
	_, table, found := strings.Cut(testutil.ReadFile(t, filepath.Join("docs", "configuration.md")), "\n## From flags to a file\n")
	if !found {
		t.Fatal("docs/configuration.md has no section of flags")
	}
	rows := strings.Split(table, "\n")
	flags := 0
	for _, f := range flagModels(t) {
		name, of := strings.CutPrefix(f.Name, "qumulo.")
		if !of {
			continue
		}
		flags++
		key := regexp.MustCompile("[`{]" + strings.ReplaceAll(name, "-", "_") + "[`:]")
		if !slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, "`--"+f.Name+"`") && key.MatchString(row) }) {
			t.Errorf("docs/configuration.md does not say which key --%s becomes", f.Name)
		}
	}
	if flags < 10 {
		t.Errorf("only %d flags of a cluster are found", flags)
	}
}

// TestLinks: each link of a document leads to a file, and to a heading of it where it names one.
func TestLinks(t *testing.T) {
	links, headings := 0, map[string][]string{} // by the path of their document
	for _, file := range documents(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)#:\s]*)(?:#([^)\s]*))?\)`).FindAllStringSubmatch(prose(testutil.ReadFile(t, file)), -1) {
			links++
			path := file
			if m[1] != "" {
				path = filepath.Join(filepath.Dir(file), m[1])
			}
			if !isThere(path) {
				if !comesWithTheChart(path) {
					t.Errorf("%s: dead link: %s", file, m[1])
				}
				continue
			}
			if _, read := headings[path]; m[2] != "" && !read {
				headings[path] = anchors(testutil.ReadFile(t, path))
			}
			if m[2] != "" && !slices.Contains(headings[path], m[2]) {
				t.Errorf("%s: %s has no heading #%s", file, path, m[2])
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links are found", links)
	}
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// comesWithTheChart reports whether a page is that of the chart, in a tree that has no chart.
func comesWithTheChart(path string) bool {
	return path == filepath.Join("docs", "kubernetes.md") && !isThere("charts")
}

// prose is a document without its blocks of code and its words marked as code.
func prose(text string) string {
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllString(text, "")
}

// anchors are the names that GitHub gives to the headings of a document.
func anchors(text string) []string {
	var all []string
	seen := map[string]int{}
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^a-z0-9_ -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		name = strings.ReplaceAll(name, " ", "-")
		if seen[name]++; seen[name] > 1 {
			name += "-" + string(rune('0'+seen[name]-1))
		}
		all = append(all, name)
	}
	return all
}

// TestHandbook: every page is in the list of the handbook, and each numbered page ends with a link to the next one.
func TestHandbook(t *testing.T) {
	list := testutil.ReadFile(t, filepath.Join("docs", "README.md"))
	for _, file := range documents(t) {
		name, err := filepath.Rel("docs", file)
		if dir, _ := filepath.Split(file); err == nil && filepath.Clean(dir) == "docs" && name != "README.md" && !strings.Contains(list, "]("+name+")") {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
	pages := regexp.MustCompile(`(?m)^\d+\. (\[[^]]+\]\(([a-z]+\.md)\))`).FindAllStringSubmatch(list, -1)
	if len(pages) < 10 {
		t.Fatalf("%d numbered pages", len(pages))
	}
	for i, page := range pages[:len(pages)-1] {
		text := testutil.ReadFile(t, filepath.Join("docs", page[2]))
		if next := "\nNext: " + pages[i+1][1] + "\n"; !strings.HasSuffix(text, next) {
			t.Errorf("docs/%s does not end with %q", page[2], next)
		}
	}
}

// TestFrontDoor: the README stays short enough to be read.
func TestFrontDoor(t *testing.T) {
	if n := strings.Count(testutil.ReadFile(t, "README.md"), "\n"); n > 120 {
		t.Errorf("README.md has %d lines: move what is looked up into docs", n)
	}
}
