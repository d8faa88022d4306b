package mixintest

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sections returns the runbooks by alert.
func sections(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^### (\w+)$`)
	found := map[string]string{}
	text := string(page)
	all := heading.FindAllStringSubmatchIndex(text, -1)
	for i, m := range all {
		end := len(text)
		if i+1 < len(all) {
			end = all[i+1][0]
		}
		name := text[m[2]:m[3]]
		if found[name] != "" {
			t.Errorf("two runbooks for %s", name)
		}
		found[name], _, _ = strings.Cut(text[m[0]:end], "\n## ")
	}
	return found
}

func TestEveryAlertHasARunbook(t *testing.T) {
	books := sections(t)
	for _, a := range alerts(t) {
		_, anchor, _ := strings.Cut(a.Annotations["runbook_url"], "#")
		if anchor != strings.ToLower(a.Alert) {
			t.Errorf("%s: the runbook is at %q", a.Alert, a.Annotations["runbook_url"])
		}
		book := books[a.Alert]
		if book == "" {
			t.Errorf("%s has no runbook", a.Alert)
			continue
		}
		for _, part := range []string{"**Meaning.**", "**Impact.**", "**Diagnosis.**", "**Mitigation.**"} {
			if !strings.Contains(book, part) {
				t.Errorf("the runbook of %s has no part %s", a.Alert, part)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#]*)#?([^)]*)\)`)

// Links between runbooks, and to other documents, lead somewhere.
func TestLinksOfRunbooks(t *testing.T) {
	page, err := os.ReadFile("../../docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range link.FindAllStringSubmatch(string(page), -1) {
		path := filepath.Join("../../docs", cmp.Or(m[1], "runbooks.md"))
		target, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if m[2] != "" && !slices.Contains(anchors(string(target)), m[2]) {
			t.Errorf("%s has no heading #%s", path, m[2])
		}
	}
}

// anchors returns those that GitHub makes of a page's headings.
func anchors(page string) []string {
	var all []string
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		all = append(all, strings.ReplaceAll(regexp.MustCompile(`[^\w -]`).ReplaceAllString(title, ""), " ", "-"))
	}
	return all
}

func TestEveryRunbookHasAnAlert(t *testing.T) {
	names := alertNames(t)
	for name := range sections(t) {
		if !slices.Contains(names, name) {
			t.Errorf("docs/runbooks.md has a runbook for %s, which is no alert", name)
		}
	}
}
