package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// quotas are the options of the collector quotas: the key and the field.
func quotas(t *testing.T, c Cluster, key string) any {
	t.Helper()
	i := slices.IndexFunc(collector.All(), func(c collector.Collector) bool { return c.Name == "quotas" })
	own := c.optionsOf(collector.All()[i])
	if own == nil {
		return nil
	}
	v := reflect.ValueOf(own).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if f.key == key {
			return v.FieldByIndex(f.Index).Interface()
		}
	}
	t.Fatalf("quotas has no option %s", key)
	return nil
}

// TestOptions: options of a collector's own are read beside the interval, turn it on, take the
// place of the defaults each, and are shown so that they load again.
func TestOptions(t *testing.T) {
	workIn(t, t.TempDir())
	const text = `
defaults:
  username: u
  password_env: HOME
  collectors: {quotas: {max: 7}}
clusters:
  - {name: a, url: "https://a"}
  - {name: b, url: "https://b", collectors: {quotas: {interval: 1h, include: ["/home/.*", "/x"]}}}
  - {name: c, url: "https://c", collectors: {quotas: off}}
  - {name: d, url: "https://d", collectors: {quotas: {max: 1000}}}
`
	v, errs := load(t, text)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for i, want := range []struct {
		on      bool
		max     any
		include any
	}{
		{true, 7, []collector.Pattern(nil)},
		{true, 1000, []collector.Pattern{"/home/.*", "/x"}},
		{false, nil, nil},
		{true, nil, nil}, // the default
	} {
		c := v.Clusters[i]
		if on := slices.Contains(c.Collectors, "quotas"); on != want.on {
			t.Errorf("%s: quotas is on: %v", c.Name, on)
		}
		if got := quotas(t, c, "max"); got != want.max {
			t.Errorf("%s: max is %v, want %v", c.Name, got, want.max)
		}
		if got := quotas(t, c, "include"); !reflect.DeepEqual(got, want.include) {
			t.Errorf("%s: include is %v, want %v", c.Name, got, want.include)
		}
	}
	shown := redacted(t, v)
	again, errs := load(t, shown)
	if len(errs) > 0 || !reflect.DeepEqual(v.Clusters[1].Options, again.Clusters[1].Options) || len(again.Clusters[1].Options) != 1 {
		t.Errorf("shown and loaded again: %v %+v\n%s", errs, again, shown)
	}
}

func TestOptionErrors(t *testing.T) {
	workIn(t, t.TempDir())
	for option, want := range map[string]string{
		`max: -1`:          "clusters[0].collectors.quotas.max: must be 0 to 100000",
		`max: many`:        "clusters[0].collectors.quotas.max: want a whole number, not a text",
		`include: ["("]`:   "clusters[0].collectors.quotas.include[0]: want ",
		`include: /home`:   "clusters[0].collectors.quotas.include: want a list, not a text",
		`paths: [/home]`:   "clusters[0].collectors.quotas.paths: unknown key (known: interval, include, exclude, max)",
		`interval: often`:  "clusters[0].collectors.quotas.interval: want a duration like 30s, 5m or 1h30m",
		`include: [/a, 7]`: "clusters[0].collectors.quotas.include[1]: want ",
	} {
		_, errs := load(t, `
clusters:
  - {name: a, url: "https://a", username: u, password_env: HOME, collectors: {quotas: {`+option+`}}}
`)
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), want) {
			t.Errorf("%s: %v, want %s", option, errs, want)
		}
	}
	c := Cluster{URLs: []string{"https://h"}, Concurrency: 1, Collectors: []string{"quotas"}}
	own := reflect.New(reflect.TypeOf(collector.All()[slices.Index(collector.Names(), "quotas")].Options()).Elem())
	own.Elem().FieldByName("Max").SetInt(-1)
	c.Options = []any{own.Interface()}
	w := &flags{}
	c.checkOptions(w)
	if len(w.errs) != 1 || !strings.HasPrefix(w.errs[0].Error(), "--collector.quotas.max: must be 0 to ") {
		t.Errorf("by a flag: %v", w.errs)
	}
}

// TestRequiredOptions: a collector that is on without an option which it can't do without is a
// config error, wherever it was turned on; the option alone turns it on.
func TestRequiredOptions(t *testing.T) {
	workIn(t, t.TempDir())
	const missing = "qumulo_exporter.yml:3: clusters[0].collectors.directories: paths is missing"
	for collectors, want := range map[string]string{ // "": on
		`{directories: on}`:                          missing,
		`{directories: {}}`:                          missing,
		`{directories: {interval: 1h, paths: []}}`:   missing,
		`{directories: {paths: [projects]}}`:         "clusters[0].collectors.directories.paths[0]: want a path that begins with /",
		`{directories: {paths: [/projects, /home]}}`: "",
	} {
		v, errs := load(t, `
clusters:
  - {name: a, url: "https://a", username: u, password_env: HOME, collectors: `+collectors+`}
`)
		switch {
		case want != "":
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), want) {
				t.Errorf("%s: %v, want %s", collectors, errs, want)
			}
		case len(errs) > 0 || !slices.Contains(v.Clusters[0].Collectors, "directories"):
			t.Errorf("%s: %v", collectors, errs)
		default:
			own := &collector.DirectoriesOptions{Paths: []collector.AbsolutePath{"/projects", "/home"}}
			if got := v.Clusters[0].Options; !reflect.DeepEqual(got, []any{own}) {
				t.Errorf("%s: the options are %+v", collectors, got)
			}
		}
	}
	w := &flags{}
	Cluster{Collectors: []string{"directories"}}.checkRequired(w)
	if len(w.errs) != 1 || !strings.HasPrefix(w.errs[0].Error(), "--collector.directories: paths is missing") {
		t.Errorf("by a flag: %v", w.errs)
	}
}
