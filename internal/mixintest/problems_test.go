package mixintest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// problemQueries are the queries of the tables that say only what is wrong, by table.
func problemQueries(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, d := range dashboards(t) {
		if d.file != "qumulo-problems.json" {
			continue
		}
		for _, p := range d.all() {
			if p.Type != "table" {
				continue
			}
			for _, target := range p.Targets {
				all[p.Title] = append(all[p.Title], plain(target.Expr))
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("the dashboard of what is wrong has no tables")
	}
	return all
}

// answers fails unless, after an hour of these series, each query of the tables has results, or none has.
func answers(t *testing.T, input []series, something bool) {
	t.Helper()
	samples := []any{}
	if something {
		samples = append(samples, map[string]any{"labels": "{}", "value": 1})
	}
	tests := []any{map[string]any{"expr": "count(qumulo_up == 1)", "eval_time": "60m", "exp_samples": []any{map[string]any{"labels": "{}", "value": 1}}}}
	for _, queries := range problemQueries(t) {
		for _, q := range queries {
			tests = append(tests, map[string]any{"expr": "group(" + q + ")", "eval_time": "60m", "exp_samples": samples})
		}
	}
	dir, err := filepath.Abs(mixinDir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(map[string]any{
		"rule_files":          []string{filepath.Join(dir, "rules.yaml"), filepath.Join(dir, "alerts.yaml")},
		"evaluation_interval": "2m",
		"tests": []any{map[string]any{
			"name": "problems", "interval": "1m", "start_timestamp": pageTime.Unix(), "input_series": input, "promql_expr_test": tests,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "problems.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	testRules(t, promtool(t, "PROMTOOL"), path)
}

// Where all is well there is nothing in them, whatever the cluster is made of and whatever its release.
func TestNoProblemOnHealthyClusters(t *testing.T) {
	t.Parallel()
	promtool(t, "PROMTOOL")
	pages, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		if made[filepath.Base(page)] != nil {
			continue // it is in trouble
		}
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			answers(t, pageSeries(t, page, func(_, value string) string { return value + "x60" }), false)
		})
	}
}

// broken are what goes wrong besides what the page of the cluster in trouble has: series that it has, with other values.
var broken = map[string]string{
	`qumulo_node_status{job="qumulo",instance="paris",node_id="4",status="online"}`:                              "0x60",
	`qumulo_node_status{job="qumulo",instance="paris",node_id="4",status="offline"}`:                             "1x60",
	`qumulo_restriper_data_at_risk{job="qumulo",instance="paris"}`:                                               "1x60",
	`qumulo_scrape_collector_success{job="qumulo",instance="paris",collector="audit"}`:                           "0x60",
	`qumulo_tls_certificate_not_after_timestamp_seconds{job="qumulo",instance="paris"}`:                          fmt.Sprint(pageTime.Unix()+86400) + "x60",
	`qumulo_snapshot_policy_newest_timestamp_seconds{job="qumulo",instance="paris",policy_id="2"}`:               fmt.Sprintf("%dx60", pageTime.Unix()-86400),
	`qumulo_privilege_granted{job="qumulo",instance="paris",collector="audit",privilege="PRIVILEGE_AUDIT_READ"}`: "0x60",
}

// more are series that the page does not have: those of the cluster's own metrics, and of another cluster.
var more = []series{
	{`qumulo_up{job="qumulo",instance="oslo"}`, "0x60"},
	{`qumulo_disk_endurance_percent{job="qumulo",instance="paris",node_id="2",drive_bay="1",disk_type="SSD"}`, "8x60"},
	{`qumulo_disk_uncorrectable_media_errors_total{job="qumulo",instance="paris",node_id="2",drive_bay="1",disk_type="SSD"}`, "0+1x60"},
	{`qumulo_fan_speed_rpm{job="qumulo",instance="paris",node_id="2",fan="FAN1"}`, "0x60"},
	{`qumulo_cpu_temperature_celsius{job="qumulo",instance="paris",node_id="2",cpu="1"}`, "97x60"},
	{`qumulo_cpu_max_temperature_celsius{job="qumulo",instance="paris",node_id="2",cpu="1"}`, "92x60"},
	{`qumulo_memory_correctable_ecc_errors_total{job="qumulo",instance="paris",node_id="2"}`, "0+2x60"},
}

// A cluster with every trouble is in each of them.
func TestProblemsAreShown(t *testing.T) {
	t.Parallel()
	promtool(t, "PROMTOOL")
	changed := 0
	input := pageSeries(t, "../../collector/testdata/on-premises.prom", func(name, value string) string {
		if values, is := broken[name]; is {
			changed++
			return values
		}
		return value + "x60"
	})
	if changed != len(broken) {
		var names []string
		for _, s := range input {
			names = append(names, s.Series)
		}
		t.Fatalf("the page has %d of the %d series that are to be broken:\n%s", changed, len(broken), strings.Join(names, "\n"))
	}
	answers(t, append(input, more...), true)
}
