package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// users are the dashboards and the alerts of the mixin that use a metric, sorted, and why there are none where that is so.
type users struct {
	dashboards, alerts []string
	reason             string
}

// cells are the two last of a metric's row.
func (u users) cells() []string {
	links := make([]string, len(u.alerts))
	for i, name := range u.alerts {
		links[i] = fmt.Sprintf("[%s](runbooks.md#%s)", name, strings.ToLower(name))
	}
	dashboards := strings.Join(u.dashboards, "; ") // a title may have a comma
	if u.reason != "" {
		dashboards = "none: " + u.reason
	}
	return []string{dashboards, strings.Join(links, ", ")}
}

// mixinUsers are the users of each metric, by its family's name. The mixin is read as it is shipped.
func mixinUsers(t *testing.T) map[string]users {
	t.Helper()
	recorded := map[string][]string{} // what stands for a recorded series
	alerts := map[string][]string{}
	for _, file := range []string{"rules.yaml", "alerts.yaml"} {
		var read struct {
			Groups []struct {
				Rules []struct{ Record, Alert, Expr string }
			}
		}
		if err := yaml.Unmarshal([]byte(testutil.ReadFile(t, filepath.Join("docs", "mixin", file))), &read); err != nil {
			t.Fatal(err)
		}
		for _, g := range read.Groups {
			for _, r := range g.Rules {
				if r.Record != "" {
					recorded[r.Record] = append(recorded[r.Record], seriesOf(r.Expr)...)
				} else {
					alerts[r.Alert] = seriesOf(r.Expr)
				}
			}
		}
	}
	all := map[string]users{}
	for alert, series := range alerts {
		for name := range families(series, recorded) {
			u := all[name]
			u.alerts = append(u.alerts, alert)
			all[name] = u
		}
	}
	for title, series := range dashboards(t) {
		for name := range families(series, recorded) {
			u := all[name]
			u.dashboards = append(u.dashboards, title)
			all[name] = u
		}
	}
	var reasons map[string]string
	if err := yaml.Unmarshal([]byte(testutil.ReadFile(t, "internal/mixintest/testdata/unused.yaml")), &reasons); err != nil {
		t.Fatal(err)
	}
	for name, reason := range reasons {
		all[name] = users{reason: reason}
	}
	for _, u := range all {
		slices.Sort(u.dashboards)
		slices.Sort(u.alerts)
	}
	return all
}

// dashboards returns the series that each dashboard asks for, by its title. What only fills a menu does not count.
func dashboards(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("docs/mixin/dashboards/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	all := map[string][]string{}
	for _, path := range paths {
		var d map[string]any
		if err := json.Unmarshal([]byte(testutil.ReadFile(t, path)), &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		title, _ := d["title"].(string)
		_, title, _ = strings.Cut(title, " / ")
		if title == "" {
			t.Fatalf("%s: the title is %v", path, d["title"])
		}
		all[title] = expressions(d)
	}
	return all
}

// expressions returns the series in all queries of a part of a dashboard.
func expressions(part any) []string {
	var all []string
	switch part := part.(type) {
	case map[string]any:
		for key, value := range part {
			if expr, is := value.(string); is && key == "expr" {
				all = append(all, seriesOf(expr)...)
			}
			all = append(all, expressions(value)...)
		}
	case []any:
		for _, value := range part {
			all = append(all, expressions(value)...)
		}
	}
	return all
}

var (
	quoted    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)
	nameOfOne = regexp.MustCompile(`[a-z_]+:[a-z0-9_:]+|\bqumulo_[a-z0-9_]+`)
)

// seriesOf returns the names in an expression that may be those of our series.
func seriesOf(expr string) []string {
	return nameOfOne.FindAllString(quoted.ReplaceAllString(expr, ""), -1)
}

// families are the metrics behind series: those that recorded ones are made of, and histograms by their own names.
func families(series []string, recorded map[string][]string) map[string]bool {
	all := map[string]bool{}
	for _, name := range series {
		if of, is := recorded[name]; is {
			maps.Copy(all, families(of, recorded))
			continue
		}
		all[regexp.MustCompile(`(_seconds)_(?:bucket|sum|count)$`).ReplaceAllString(name, "$1")] = true
	}
	return all
}

// TestMixinUsers: a metric is used also by way of a recorded series, and not by a name in a text.
func TestMixinUsers(t *testing.T) {
	recorded := map[string][]string{"a:b:c": {"x:y:z", "qumulo_b_seconds_sum"}, "x:y:z": {"qumulo_c"}}
	got := families(seriesOf(`sum by (job) (a:b:c{state="qumulo_no"}) > qumulo_a or label_join(qumulo_d, "x", '', "qumulo_e")`), recorded)
	if names := strings.Join(slices.Sorted(maps.Keys(got)), " "); names != "qumulo_a qumulo_b_seconds qumulo_c qumulo_d" {
		t.Error(names)
	}
	all := mixinUsers(t)
	if u := all["qumulo_node_status"]; !slices.Contains(u.alerts, "QumuloNodeOffline") || !slices.Contains(u.dashboards, "Fleet") {
		t.Errorf("qumulo_node_status is used by %+v", u)
	}
	if u := all["qumulo_filesystem_free_bytes"]; !slices.Contains(u.alerts, "QumuloCapacityHigh") {
		t.Errorf("qumulo_filesystem_free_bytes is used by %+v", u)
	}
}
