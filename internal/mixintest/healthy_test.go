package mixintest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// pageTime is the clock of the pages in collector/testdata.
var pageTime = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// series is one line of a page, and how it goes on.
type series struct {
	Series string `yaml:"series"`
	Values string `yaml:"values"`
}

// pageSeries returns what Prometheus stores of a page that does not change for the given minutes.
func pageSeries(t *testing.T, path string, values func(series, value string) string) []series {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []series
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndex(line, " ")
		name, value := line[:cut], line[cut+1:]
		if metric, labels, there := strings.Cut(name, "{"); there {
			name = fmt.Sprintf(`%s{job="qumulo",instance="paris",%s`, metric, labels)
		} else {
			name += `{job="qumulo",instance="paris"}`
		}
		switch {
		case strings.HasPrefix(name, "qumulo_scrape_collector_read_timestamp_seconds{"):
			value = fmt.Sprintf("%d+60", pageTime.Unix()) // goes on with the time
		case strings.HasPrefix(name, "qumulo_tls_certificate_not_after_timestamp_seconds{"):
			value = fmt.Sprint(pageTime.AddDate(1, 0, 0).Unix()) // the page leaves it out
		}
		all = append(all, series{name, values(name, value)})
	}
	return append(all, series{`up{job="qumulo",instance="paris"}`, "1x60"})
}

// made are the alerts of what two of the pages have on purpose: clusters in trouble of many kinds.
var made = map[string][]string{
	"on-premises.prom": {
		"QumuloActiveDirectoryError", "QumuloAuditDisconnected", "QumuloClockNotSynchronizing", "QumuloDataAtRisk",
		"QumuloDriveUnhealthy", "QumuloKeyServerUnavailable", "QumuloLDAPError", "QumuloLicenseExpired",
		"QumuloNetworkConfigurationNotApplied", "QumuloNetworkDeviceDown", "QumuloPortalNotActive",
		"QumuloPowerSupplyFailed", "QumuloProtectionReduced", "QumuloQuotaExhausted", "QumuloQuotaHigh",
		"QumuloQuotaVeryHigh", "QumuloRebootPaused", "QumuloReplicationDisconnected", "QumuloReplicationEnded",
		"QumuloReplicationFailing", "QumuloReplicationNotAuthorized", "QumuloSupportDisconnected", "QumuloTreeDeleteFailed",
		"QumuloUpgradeBlocked", "QumuloUpgradeFailed",
	},
	"old-release.prom": {"QumuloRestriperBlocked"},
}

// firing runs the rules on series, and fails unless these alerts and no others fire within the hour.
func firing(t *testing.T, input []series, want ...string) {
	t.Helper()
	samples := []any{}
	for _, name := range want {
		samples = append(samples, map[string]any{"labels": fmt.Sprintf("{alertname=%q}", name), "value": 1})
	}
	m := compiled(t)
	var order []string
	for _, g := range append(groupsOf(t, m.Rules), groupsOf(t, m.Alerts)...) {
		order = append(order, g.Name)
	}
	dir, err := filepath.Abs(mixinDir)
	if err != nil {
		t.Fatal(err)
	}
	test := map[string]any{
		"rule_files":          []string{filepath.Join(dir, "rules.yaml"), filepath.Join(dir, "alerts.yaml")},
		"evaluation_interval": "2m",
		"group_eval_order":    order,
		"tests": []any{map[string]any{
			"name": "page", "interval": "1m", "start_timestamp": pageTime.Unix(), "input_series": input,
			"promql_expr_test": []any{
				// That there is something to look at, and that nothing fires.
				map[string]any{"expr": "count(qumulo_up == 1)", "eval_time": "60m", "exp_samples": []any{map[string]any{"labels": "{}", "value": 1}}},
				map[string]any{"expr": `group by (alertname) (count_over_time(ALERTS{alertstate="firing"}[1h]))`, "eval_time": "60m", "exp_samples": samples},
			},
		}},
	}
	text, err := yaml.Marshal(test)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "page.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	testRules(t, promtool(t, "PROMTOOL"), path)
}

// The pages in collector/testdata are of clusters of every kind and release, with and without each feature.
func TestNoAlertOnHealthyClusters(t *testing.T) {
	t.Parallel()
	promtool(t, "PROMTOOL")
	pages, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			firing(t, pageSeries(t, page, func(_, value string) string { return value + "x60" }), made[filepath.Base(page)]...)
		})
	}
}

const wellPage = "../../collector/testdata/release-7.8.0.prom"

// The exporter restarts: one scrape fails.
func TestNoAlertAtRestartOfTheExporter(t *testing.T) {
	promtool(t, "PROMTOOL")
	input := pageSeries(t, wellPage, func(_, value string) string { return value + "x20 _ " + later(t, value, 22) + "x40" })
	input[len(input)-1].Values = "1x20 0 1x40"
	firing(t, input)
}

// A whole cluster goes down for its upgrade, for ten minutes in which nothing but the scrape's outcome is seen.
func TestNoAlertDuringAnUpgrade(t *testing.T) {
	promtool(t, "PROMTOOL")
	firing(t, pageSeries(t, wellPage, func(name, value string) string {
		switch {
		case strings.HasPrefix(name, "qumulo_upgrade_state{") && strings.Contains(name, `state="committing"`):
			return "0x10 1x5 _x9 0x40"
		case strings.HasPrefix(name, "qumulo_upgrade_state{") && strings.Contains(name, `state="idle"`):
			return "1x10 0x5 _x9 1x40"
		case strings.HasPrefix(name, "qumulo_up{"), strings.HasPrefix(name, "qumulo_scrape_collector_success{"):
			return "1x16 0x8 1x40"
		}
		return value + "x16 _x9 " + later(t, value, 26) + "x40"
	}))
}

// later is a value of the page after a gap, so many minutes on: times of reads have gone on meanwhile.
func later(t *testing.T, value string, minutes int) string {
	t.Helper()
	number, moves := strings.CutSuffix(value, "+60")
	if !moves {
		return value
	}
	start, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d+60", start+60*minutes)
}
