package mixintest

import (
	"os"
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

func TestEveryRunbookHasAnAlert(t *testing.T) {
	names := alertNames(t)
	for name := range sections(t) {
		if !slices.Contains(names, name) {
			t.Errorf("docs/runbooks.md has a runbook for %s, which is no alert", name)
		}
	}
}
