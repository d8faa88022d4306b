package collector_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	protectionPath = "/v1/cluster/protection/status"
	tolerancePath  = "/v1/cluster/object-backed/protection/fault-tolerance"
	// misleading is what an object-backed cluster was recorded to send.
	misleading = `"max_drive_failures":0,"max_node_failures":0,"remaining_drive_failures":1,"remaining_node_failures":1,
		"max_drive_spares":0,"blocks_per_stripe":1,"data_blocks_per_stripe":1,"pending_configuration":null}`
	objectBacked = `{"protection_system_type":"PROTECTION_SYSTEM_TYPE_OBJECT_BACKED",` + misleading
)

func TestProtection(t *testing.T) {
	status := func(body string) map[string]string { return map[string]string{protectionPath: body} }
	onlyErasureCoded := []string{
		"qumulo_protection_max_failures", "qumulo_protection_blocks_per_stripe", "qumulo_protection_data_blocks_per_stripe", "qumulo_protection_drive_spares",
	}
	const left = "qumulo_protection_remaining_failures{component="
	for name, c := range map[string]answersCase{
		"erasure coded": {
			answers: status(`{"protection_system_type":"PROTECTION_SYSTEM_TYPE_EC","max_drive_failures":2,"max_node_failures":"1",
				"remaining_drive_failures":1,"remaining_node_failures":0,"max_drive_spares":6,"blocks_per_stripe":8,"data_blocks_per_stripe":6,
				"pending_configuration":{"blocks_per_stripe":10,"max_drive_failures":2,"max_node_failures":1}}`),
			want: testutil.Page{
				`qumulo_protection_info{scheme="ec"}`:               1,
				`qumulo_protection_max_failures{component="drive"}`: 2,
				`qumulo_protection_max_failures{component="node"}`:  1,
				left + `"drive"}`:                                         1,
				left + `"node"}`:                                          0,
				"qumulo_protection_blocks_per_stripe":                     8,
				"qumulo_protection_data_blocks_per_stripe":                6,
				"qumulo_protection_drive_spares":                          6,
				"qumulo_protection_reconfiguration_pending":               1,
				`qumulo_scrape_collector_success{collector="protection"}`: 1,
			},
			absent: []string{left + `"fault_domain"`},
		},
		"erasure coded, values missing": {
			answers: status(`{"protection_system_type":"PROTECTION_SYSTEM_TYPE_EC","max_drive_failures":null,"remaining_node_failures":""}`),
			want:    testutil.Page{`qumulo_protection_info{scheme="ec"}`: 1},
			absent:  append([]string{left, "qumulo_protection_reconfiguration_pending"}, onlyErasureCoded...),
		},
		"object-backed": {
			answers: map[string]string{protectionPath: objectBacked, tolerancePath: `{"nodes":1,"disks":"2","fault_domains":0}`},
			want: testutil.Page{
				`qumulo_protection_info{scheme="object_backed"}`: 1, "qumulo_protection_reconfiguration_pending": 0,
				left + `"node"}`: 1, left + `"drive"}`: 2, left + `"fault_domain"}`: 0,
			},
			absent: onlyErasureCoded,
		},
		"object-backed, cold": {
			answers: map[string]string{
				protectionPath: `{"protection_system_type":"PROTECTION_SYSTEM_TYPE_COLD_OBJECT_BACKED",` + misleading,
				tolerancePath:  `{"nodes":2}`,
			},
			want:   testutil.Page{`qumulo_protection_info{scheme="cold_object_backed"}`: 1, left + `"node"}`: 2},
			absent: append([]string{left + `"drive"`, left + `"fault_domain"`}, onlyErasureCoded...),
		},
		"object-backed, no fault tolerance in this release": {
			answers: status(objectBacked),
			want:    testutil.Page{`qumulo_protection_info{scheme="object_backed"}`: 1},
			absent:  append([]string{left}, onlyErasureCoded...),
		},
		"object-backed, fault tolerance forbidden": {
			answers: map[string]string{protectionPath: objectBacked, tolerancePath: `{}`}, faults: map[string]int{tolerancePath: 403},
			want:   testutil.Page{`qumulo_protection_info{scheme="object_backed"}`: 1, "qumulo_protection_reconfiguration_pending": 0},
			absent: append([]string{left}, onlyErasureCoded...),
			failed: true, said: []string{"no remaining failures", "get fault tolerance", "PRIVILEGE_CLUSTER_READ"},
		},
		"another scheme": {
			answers: map[string]string{
				protectionPath: `{"protection_system_type":"PROTECTION_SYSTEM_TYPE_REPLICATED",` + misleading, tolerancePath: `{"nodes":1}`,
			},
			want:   testutil.Page{`qumulo_protection_info{scheme="replicated"}`: 1},
			absent: append([]string{left, "qumulo_protection_reconfiguration_pending"}, onlyErasureCoded...),
		},
		"no scheme": {
			answers: status(`{"protection_system_type":null,` + misleading),
			absent:  []string{"qumulo_protection_"},
		},
		"odd values": {
			answers: status(`{"protection_system_type":"PROTECTION_SYSTEM_TYPE_EC","max_drive_failures":-1,"remaining_drive_failures":"two",
				"pending_configuration":"soon"}`),
			absent: []string{left, "qumulo_protection_max", "qumulo_protection_reconfiguration_pending"},
			said:   []string{"max_drive_failures of drive is negative", `remaining_drive_failures is \"two\"`, `pending_configuration is \"soon\"`},
		},
		"no such endpoint": {absent: []string{"qumulo_protection_"}, unsupported: true},
		"forbidden": {
			answers: status(`{}`), faults: map[string]int{protectionPath: 403}, absent: []string{"qumulo_protection_"},
			failed: true, said: []string{"get protection status", "403", "PRIVILEGE_CLUSTER_READ"},
		},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "protection") })
	}
}

// TestFactsOfProtection: what the landing page shows is the least of nodes and drives, if it is
// known, and whether data are at risk, if that is; a fault domain is none of it.
func TestFactsOfProtection(t *testing.T) {
	const ec = `{"protection_system_type":"PROTECTION_SYSTEM_TYPE_EC","max_node_failures":1,"max_drive_failures":2,`
	for name, c := range map[string]struct {
		protection, restriper, tolerance string
		left                             float64
		known, risk, riskKnown           bool
	}{
		"healthy":       {ec + `"remaining_node_failures":1,"remaining_drive_failures":2}`, `{"state":"NOT_STARTED","data_at_risk":false}`, "{}", 1, true, false, true},
		"none left":     {ec + `"remaining_node_failures":0,"remaining_drive_failures":1}`, `{"state":"RUNNING","data_at_risk":true}`, "{}", 0, true, true, true},
		"fewer drives":  {ec + `"remaining_node_failures":2,"remaining_drive_failures":1}`, `{}`, "{}", 1, true, false, false},
		"object-backed": {objectBacked, `{}`, `{"nodes":2,"disks":3,"fault_domains":0}`, 2, true, false, false},
		"not known":     {objectBacked, `{}`, `{"fault_domains":1}`, 0, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.OnPremises(), nil, "protection", "restriper", "version")
			for path, body := range map[string]string{protectionPath: c.protection, restriperPath: c.restriper, tolerancePath: c.tolerance} {
				w.server.Model().Set(path, json.RawMessage(body))
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			w.Scrape(ctx, w.On())
			want := collector.Facts{Release: "7.8.0", RemainingFailures: c.left, RemainingKnown: c.known, DataAtRisk: c.risk, RiskKnown: c.riskKnown}
			if got := w.Status().Facts; got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}
