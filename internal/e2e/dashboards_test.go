//go:build !race

package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// dashboardQueries returns the queries of all dashboards, with Grafana's variables replaced, and the title of the panel of each.
func dashboardQueries(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "docs", "mixin", "dashboards", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	all := map[string]string{}
	variable := regexp.MustCompile(`=~"\$\w+"`)
	values := strings.NewReplacer("$__rate_interval", "10s", "$__range", "1h", "$__interval", "10s", "$top", "10")
	var collect func(where string, part any)
	collect = func(where string, part any) {
		switch part := part.(type) {
		case map[string]any:
			if title, is := part["title"].(string); is {
				where += ": " + title
			}
			if expr, is := part["expr"].(string); is {
				all[values.Replace(variable.ReplaceAllString(expr, `=~".+"`))] = where
			}
			for _, value := range part {
				collect(where, value)
			}
		case []any:
			for _, value := range part {
				collect(where, value)
			}
		}
	}
	for _, path := range paths {
		var d any
		if err := json.Unmarshal([]byte(testutil.ReadFile(t, path)), &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		collect(filepath.Base(path), d)
	}
	return all
}

// series asks for an expression and returns how many series it has.
func (p prometheus) series(t *testing.T, expression string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+"/api/v1/query?query="+url.QueryEscape(expression), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, body := do(&http.Client{Timeout: 10 * time.Second}, req)
	var answer struct {
		Status, Error string
		Data          struct{ Result []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Status != "success" {
		t.Errorf("%s\n%v %s", expression, err, answer.Error)
	}
	return len(answer.Data.Result)
}

// withoutData are parts of queries that return nothing here, with the reason.
var withoutData = map[string]string{
	"qumulo_access_token_":                           "the exporter logs in with a password here",
	"qumulo_memory_uncorrectable_ecc_errors_total":   "no documented release has it yet: the vendor's dashboards alone do",
	"qumulo_ldap_operation_referrals_total":          "likewise",
	"time() - qumulo_snapshot_policy_newest_timesta": "a policy is late after hours",
}

// sick gives a cluster the troubles that it does not have anyway: errors that grow, in the metrics of its own, a worn drive and fans
// that stand still, a node offline, a read that fails, and an exporter that may not read all.
func sick(s *qumulotest.Server) {
	m := s.Model()
	m.SetNodeStatus(4, "offline")
	growing := regexp.MustCompile(`(?m)^(qumulo_(?:ad_netlogon_request|ldap_lookup_request|ldap_operation|network_interface_receive|disk_transport)_errors_total\{.*\}) \S+$`)
	m.Edit(nativePath, func(page []byte) []byte {
		return growing.ReplaceAll(page, fmt.Appendf(nil, "$1 %d", time.Now().Unix()))
	})
	edit(s, nativePath, `(?m)^(qumulo_disk_endurance_percent\{.*\}) \S+$`, "$1 5")
	edit(s, nativePath, `(?m)^(qumulo_fan_speed_rpm\{.*\}) \S+$`, "$1 0")
	s.SetFault("/v1/version", qumulotest.Fault{Status: http.StatusInternalServerError})
	var privileges []string
	for _, c := range collector.All() {
		if c.Name != "license" {
			privileges = append(privileges, c.Privileges()...)
		}
	}
	s.SetPrivileges("monitor", privileges...)
}

// TestDashboards: each query of each dashboard returns something, on clusters of several kinds of which one is in all the trouble that
// there is: a panel that can't show anything would look like good news.
func TestDashboards(t *testing.T) {
	t.Parallel() // it waits most of the time
	const all = "quotas: on, activity: on, directories: {paths: [/]}"
	w := startWatch(t, 5*time.Second, map[string]watched{
		"sick":   {qumulotest.OnPremises().Live(), all, sick},
		"cloud":  {qumulotest.CNQ().CacheMetrics(time.Now), all, nil},
		"new":    {qumulotest.Release("7.10.0"), all, nil},
		"silent": {qumulotest.Release("7.2.3"), "native: off", nil},
	})
	queries := dashboardQueries(t)
	waiting := maps.Clone(queries)
	maps.DeleteFunc(waiting, func(expr, _ string) bool { return without(expr) != "" })
	for end := time.Now().Add(time.Minute); len(waiting) > 0 && time.Now().Before(end); time.Sleep(time.Second) {
		maps.DeleteFunc(waiting, func(expr, _ string) bool { return w.series(t, expr) > 0 })
	}
	for expr, where := range waiting {
		t.Errorf("%s: no data:\n%s", where, expr)
	}
	for part := range withoutData {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(queries)), func(expr string) bool { return strings.Contains(expr, part) }) {
			t.Errorf("no query has %s: it needs no reason", part)
		}
	}
}

// without returns why a query returns nothing here, "" where it should.
func without(expr string) string {
	for part, reason := range withoutData {
		if strings.Contains(expr, part) {
			return reason
		}
	}
	return ""
}
