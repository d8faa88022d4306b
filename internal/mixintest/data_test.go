package mixintest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

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

// more are series that the page does not have: what such a cluster never tells, and another cluster, whose own metrics are not read.
var more = []series{
	{`qumulo_up{job="qumulo",instance="oslo"}`, "0x60"},
	{`qumulo_cluster_operations_per_second{job="qumulo",instance="oslo",operation="read"}`, "7x60"},
	{`qumulo_cluster_throughput_bytes_per_second{job="qumulo",instance="oslo",operation="read"}`, "7x60"},
	{`qumulo_access_token_enabled{job="qumulo",instance="oslo",token_id="7"}`, "1x60"},
	{`qumulo_access_token_in_use{job="qumulo",instance="oslo",token_id="7"}`, "1x60"},
	{`qumulo_access_token_expiration_timestamp_seconds{job="qumulo",instance="oslo",token_id="7"}`, fmt.Sprint(pageTime.Unix()+86400) + "x60"},
	{`qumulo_filesystem_portal_cache_bytes{job="qumulo",instance="oslo"}`, "7x60"},
	{`qumulo_filesystem_capacity_clamp_bytes{job="qumulo",instance="oslo"}`, "7x60"},
	{`qumulo_native_held_age_seconds{job="qumulo",instance="paris",family="qumulo_disk_endurance_percent"}`, "7x60"},
	{`qumulo_ldap_operation_referrals_total{job="qumulo",instance="paris",domain_url="ldap://ldap.example.com"}`, "0x60"},
	{`qumulo_memory_uncorrectable_ecc_errors_total{job="qumulo",instance="paris",node_id="2"}`, "0x60"},
	{`qumulo_disk_endurance_percent{job="qumulo",instance="paris",node_id="2",drive_bay="1",disk_type="SSD"}`, "8x60"},
	{`qumulo_disk_uncorrectable_media_errors_total{job="qumulo",instance="paris",node_id="2",drive_bay="1",disk_type="SSD"}`, "0+1x60"},
	{`qumulo_fan_speed_rpm{job="qumulo",instance="paris",node_id="2",fan="FAN1"}`, "0x60"},
	{`qumulo_cpu_temperature_celsius{job="qumulo",instance="paris",node_id="2",cpu="1"}`, "97x60"},
	{`qumulo_cpu_max_temperature_celsius{job="qumulo",instance="paris",node_id="2",cpu="1"}`, "92x60"},
	{`qumulo_memory_correctable_ecc_errors_total{job="qumulo",instance="paris",node_id="2"}`, "0+2x60"},
}

// growing are the metrics that become more with the time, besides counters: dashboards show what has grown.
var growing = regexp.MustCompile(`^qumulo_(quota_used_bytes|directory_capacity_bytes|\w+_total|\w+_latency_seconds_(sum|count))\{`)

// ownPage are the series of the exporter's own page.
func ownPage(t *testing.T) []series {
	t.Helper()
	var all []series
	metrics := self(t)
	metrics["process_cpu_seconds_total"], metrics["process_resident_memory_bytes"] = metric{}, metric{}
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		line := name + `{job="qumulo",instance="exporter-1:9000"`
		for _, l := range metrics[name].labels {
			line += fmt.Sprintf(",%s=%q", l, "x")
		}
		all = append(all, series{line + "}", "0+1x60"})
	}
	return all
}

// A query that never returns anything looks like good news. Of a cluster with everything, in all the trouble that there is, each
// query of each dashboard tells something.
func TestEveryQueryHasData(t *testing.T) {
	t.Parallel()
	promtool(t, "PROMTOOL")
	changed := 0
	input := pageSeries(t, "../../collector/testdata/on-premises.prom", func(name, value string) string {
		if values, is := broken[name]; is {
			changed++
			return values
		}
		if growing.MatchString(name) {
			return value + "+1000000x60"
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
	var queries []string
	for _, q := range dashboardQueries(t) {
		queries = append(queries, q.expr)
	}
	slices.Sort(queries)
	answers(t, slices.Concat(input, more, ownPage(t)), slices.Compact(queries), true)
}
