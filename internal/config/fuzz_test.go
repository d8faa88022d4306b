//go:build !race

package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// long is much more than any file takes, with the race detector on a slow machine.
const long = 20 * time.Second

func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile("../../docs/qumulo_exporter.example.yml")
	if err != nil {
		f.Fatal(err)
	}
	// Not by Chdir: the processes that the fuzzer starts begin in the folder it is in.
	dir := f.TempDir()
	prepare(f, dir)
	path := filepath.Join(dir, fileName)
	f.Add(string(example))
	f.Add(wholeFile)
	f.Add(one())
	for _, c := range errorCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		v, errs := loadAt(t, path, text)
		if d := time.Since(began); d > long {
			t.Errorf("took %s", d)
		}
		for i, err := range errs {
			noMarker(t, err.Error())
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("more than one line: %q", err.Error())
			}
			if one, ok := err.(Error); !ok || one.Text == "" || one.Line < 0 || one.Line > 1+strings.Count(text, "\n")+strings.Count(text, "\r")+strings.Count(text, "\u0085")+strings.Count(text, "\u2028")+strings.Count(text, "\u2029") { //nolint:errorlint // it is one itself
				t.Errorf("%#v", err)
			} else if i > 0 && one.Line < errs[i-1].(Error).Line { //nolint:errorlint // likewise
				t.Errorf("not by line: %v", errs)
			}
		}
		if len(errs) > 0 {
			return
		}
		if len(v.Clusters) == 0 {
			t.Error("neither clusters nor config errors")
		}
		for _, c := range v.Clusters {
			closeClient(t, c)
		}
		again, _ := loadAt(t, path, text)
		if !reflect.DeepEqual(v, again) {
			t.Errorf("two loads differ: %+v, %+v", v, again)
		}
		checkShown(t, path, v)
	})
}

// checkShown loads what is shown of the configuration and looks for secrets.
func checkShown(t *testing.T, path string, v Validated) {
	t.Helper()
	shown, err := v.Redacted()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Clusters {
		if password := c.Credentials.Password.Reveal(); password == markerEnv && strings.Contains(string(shown), password) {
			t.Errorf("a password is shown: %s", shown)
		}
	}
	after, errs := loadAt(t, path, string(shown))
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, shown)
	}
	if again, err := after.Redacted(); err != nil || string(again) != string(shown) {
		t.Errorf("%v\n%s\n%s", err, shown, again)
	}
}

// TestLimits: nothing takes long or much memory, whatever the file says.
func TestLimits(t *testing.T) {
	workIn(t, t.TempDir())
	full := func(text string) string { return strings.Repeat(text, maxFile/len(text)) }
	for name, c := range map[string]struct{ text, want string }{
		"lists in lists": {full("["), ":1: broken YAML: exceeded max depth of 10000"},
		"items in items": {full("- "), ":1: broken YAML: exceeded max depth of 10000"},
		"the same key":   {full("a:\n")[:300_000], ": more than 1000 errors: the rest is not listed"},
		"comments":       {full("# a\n"), ": the file is empty: give clusters"},
		"a long text":    {"a: '" + full("x")[:maxFile-6] + "'\n", ":1: a: unknown key (known: defaults, clusters)"},
		"no such key":    {strings.Repeat("x", 1000) + ":\n", ":1: ?: unknown key (known: defaults, clusters)"},
		"aliases of aliases": {
			"clusters: &a\n" + strings.Repeat("  - *a\n", 900), ":2: clusters[0]: want a mapping, not a list",
		},
		"many aliases": {
			"clusters:\n  - {name: a, url: https://h, labels: &l {" + labelList(5000) + "}, access_token_file: token}\n" +
				repeated("  - {name: a%d, url: https://h, labels: *l, access_token_file: token}\n", 999),
			":2: clusters[20].labels.l4980: the file's aliases (*NAME) stand for more than 100000 values",
		},
		"many labels": {
			"defaults:\n  access_token_file: token\n  labels: {" + labelList(50_000) + "}\nclusters:\n" + repeated("  - {name: a%d, url: https://h}\n", 1000),
			":3: defaults.labels: " + tooManyLabels,
		},
		"long labels": {
			"defaults: {access_token_file: token}\nclusters:\n  - {name: a, url: https://h, labels: {l: &l '" + strings.Repeat("x", 1<<20) + "'}}\n" +
				repeated("  - {name: a%d, url: https://h, labels: {l: *l}}\n", 999),
			":18: clusters[15].labels: " + tooManyLabels,
		},
		"billion laughs": {
			"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
				"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\nclusters: *f\n",
			":1: a: unknown key (known: defaults, clusters)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, errs := load(t, c.text)
			if d := time.Since(began); d > long {
				t.Errorf("took %s", d)
			}
			if len(errs) == 0 || errs[0].Error() != fileName+c.want {
				t.Fatalf("%.300q", fmt.Sprint(errs))
			}
			if len(errs) > maxErrors+1 {
				t.Errorf("%d config errors", len(errs))
			}
		})
	}
}

const tooManyLabels = "the labels of all clusters together are larger than 16 MiB (those of the defaults, and those behind aliases, count for each cluster)"

// TestLabelsBelowTheLimit: what a large site has.
func TestLabelsBelowTheLimit(t *testing.T) {
	workIn(t, t.TempDir())
	got := mustLoad(t, "defaults: {access_token_file: token, labels: {"+labelList(400)+"}}\nclusters:\n"+repeated("  - {name: a%d, url: https://h}\n", 1000))
	if len(got) != 1000 || len(got[999].Labels) != 400 {
		t.Errorf("%d clusters", len(got))
	}
}

func labelList(n int) string {
	return strings.TrimSuffix(repeated("l%d: x, ", n), ", ")
}

// TestManyClusters that trust the same CAs: they are read once.
func TestManyClusters(t *testing.T) {
	workIn(t, t.TempDir())
	certificate, err := os.ReadFile("ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "ca.pem", strings.Repeat(string(certificate), 1000))
	text := "defaults: {access_token_file: token, tls_config: {ca_file: ca.pem}}\nclusters:\n" + repeated("  - {name: c%d, url: https://h}\n", maxItems)
	began := time.Now()
	if got := mustLoad(t, text); len(got) != maxItems {
		t.Errorf("%d clusters", len(got))
	}
	if d := time.Since(began); d > long {
		t.Errorf("took %s", d)
	}
}

// TestLinesOfYAML: the library still counts the lines of its errors as broken
// takes them.
func TestLinesOfYAML(t *testing.T) {
	for text, want := range map[string]string{
		"\n\na: {b\nc: d\n": "yaml: line 2: did not find expected ',' or '}'", // it begins in line 3
		"\n\na: b: c\n":     "yaml: line 3: mapping values are not allowed in this context",
		"a: b: c\n":         "yaml: mapping values are not allowed in this context",
		"a: *b\n":           "yaml: unknown anchor 'b' referenced",
	} {
		if err := yaml.Unmarshal([]byte(text), new(yaml.Node)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
