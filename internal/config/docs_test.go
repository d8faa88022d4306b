package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the generated documents again")

const (
	schemaFile  = "../../docs/qumulo_exporter.schema.json"
	exampleFile = "../../docs/qumulo_exporter.example.yml"
	pageFile    = "../../docs/configuration.md"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compare fails where a document is not as wanted, or writes it with -update.
func compare(t *testing.T, file, got, want string) {
	t.Helper()
	if *update && got != want {
		write(t, file, want)
		return
	}
	if diff := cmp.Diff(strings.Split(got, "\n"), strings.Split(want, "\n")); diff != "" {
		t.Errorf("%s is behind the code (-file +code); `go test ./internal/config -update` writes it again:\n%s", file, diff)
	}
}

func schemaText(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(fileSchema()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSchemaFile(t *testing.T) {
	got, err := os.ReadFile(schemaFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	compare(t, schemaFile, string(got), schemaText(t))
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schemaText(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func againstSchema(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var content any
	if err := yaml.Unmarshal([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(content)
}

// TestSchema: what is loaded has the schema. Of the config errors, it finds those of
// keys and types.
func TestSchema(t *testing.T) {
	schema := compiledSchema(t)
	example := read(t, exampleFile)
	workIn(t, t.TempDir())
	for _, text := range []string{example, wholeText(t), one(), one("tls_config:", "labels:", "collectors:"), one("collectors: {nodes: true, drives: {}}")} {
		if err := againstSchema(t, schema, text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	v, errs := load(t, one())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if err := againstSchema(t, schema, redacted(t, v)); err != nil {
		t.Errorf("what is shown: %v", err)
	}
	for name, c := range errorCases {
		var content any
		if yaml.Unmarshal([]byte(c.text), &content) != nil {
			continue // it is no YAML
		}
		if err := schema.Validate(content); (err == nil) != slices.Contains(beyondSchema, name) {
			t.Errorf("%s: %v\n%s", name, err, c.text)
		}
	}
}

// beyondSchema are the config errors that a schema can't find.
var beyondSchema = []string{
	"an empty password file", "an empty token file", "a file without a token", "nothing in it", "an empty certificate", "an empty key",
	"TLS versions", "a broken second", "a folder as token file", "a key that is none", "a mark in the middle", "a merge key", "a name twice", "all collectors off",
	"all off by default", "an empty second", "an empty variable", "an alias as a key", "another's key", "both logins in defaults", "both logins", "ca and ca_file",
	"cert and cert_file", "cert without key", "half from the defaults", "headers without", "key without cert", "no CA file", "no CA in ca",
	"no CA in it", "no certificate file", "no login", "no password file", "no password", "no such variable", "no token file",
	"no username for env", "no username", "no_proxy alone", "no_proxy and env", "number: too large", "once for the defaults",
	"own no_proxy, not both", "proxy twice", "proxy: no URL", "proxy: a port", "text: a tag", "timeout: too long", "two documents", "two passwords",
	"url with http", "url: no URL", "web UI: a user", "web UI: no URL",
}

// TestExample: the example lacks nothing but the files it names.
func TestExample(t *testing.T) {
	example := read(t, exampleFile)
	workIn(t, t.TempDir())
	_, errs := load(t, example)
	for _, err := range errs {
		if !strings.HasSuffix(err.Error(), notThere) {
			t.Error(err)
		}
	}
	if len(errs) == 0 {
		t.Error("the example does not name files")
	}
	certificate, _ := newCertificate(t)
	if err := os.Mkdir("lab", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"token.json": `{"bearer_token":"access-v1:x"}`, "ca.pem": certificate, "lab/password": "x", "lab/ca.pem": certificate} {
		write(t, name, text)
	}
	if got := mustLoad(t, example); len(got) != 3 || !reflect.DeepEqual(got[2].Labels, map[string]string{"env": "test"}) {
		t.Errorf("%+v", got)
	}
	// What stands in comments is right as well.
	other := strings.NewReplacer("  access_token_file: token.json", "", "# username:", "username:", "# password_file:", "password_file:").Replace(example)
	if got := mustLoad(t, other); got[0].Credentials.Username != "qumulo-exporter" {
		t.Errorf("%+v", got)
	}
}

// TestPage compares the generated tables of docs/configuration.md with the code,
// and loads its examples.
func TestPage(t *testing.T) {
	text := read(t, pageFile)
	want := text
	for name, part := range map[string]string{
		"top":        keyTable(reflect.TypeFor[document]()),
		"cluster":    keyTable(reflect.TypeFor[cluster](), fieldsOf(reflect.TypeFor[settings]())...),
		"settings":   keyTable(reflect.TypeFor[settings]()),
		"tls_config": keyTable(reflect.TypeFor[tlsConfig]()),
		"collector":  keyTable(reflect.TypeFor[commonOptions]()),
	} {
		begin, end := "<!-- BEGIN generated: "+name+" -->\n", "<!-- END generated: "+name+" -->"
		before, rest, found := strings.Cut(want, begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			t.Fatalf("no markers around the table of %s", name)
		}
		want = before + begin + part + end + after
	}
	compare(t, pageFile, text, want)

	workIn(t, t.TempDir())
	write(t, "token.json", "access-v1:x")
	blocks := strings.Split(text, "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Error("no example")
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if _, errs := load(t, block); len(errs) > 0 {
			t.Errorf("%v\n%s", errs, block)
		}
	}
}

// keyTable is a table in Markdown of the keys that are read into t.
func keyTable(t reflect.Type, without ...field) string {
	var b strings.Builder
	b.WriteString("| key | value | what |\n|---|---|---|\n")
	for _, f := range fieldsOf(t) {
		if slices.ContainsFunc(without, func(other field) bool { return other.key == f.key }) {
			continue
		}
		b.WriteString("| `" + f.key + "` | " + valueName(f.Type) + " | " + f.Tag.Get("doc") + " |\n")
	}
	return b.String()
}

func valueName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[filePath]():
		return "path of a file"
	case reflect.TypeFor[duration]():
		return "duration"
	case reflect.TypeFor[proxyURL]():
		return "URL"
	case reflect.TypeFor[tlsVersion]():
		return "word"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return valueName(t.Elem())
	case reflect.Struct, reflect.Map:
		return "mapping"
	case reflect.Slice:
		return "list"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "whole number"
	}
	return "text"
}
