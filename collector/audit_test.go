package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	auditPath           = "/v2/audit/destinations/"
	auditSyslogPath     = "/v1/audit/syslog/status"
	auditCloudWatchPath = "/v1/audit/cloudwatch/status"
)

func auditStatusPath(id string) string { return auditPath + id + "/status" }

func auditStatus(node, destination, status string) string {
	return fmt.Sprintf(`qumulo_audit_connection_status{node_id="%s",destination="%s",status="%s"}`, node, destination, status)
}

func auditError(node, destination string) string {
	return fmt.Sprintf(`qumulo_audit_last_error{node_id="%s",destination="%s"}`, node, destination)
}

func auditInfo(destination, kind, name, address string) string {
	return fmt.Sprintf(`qumulo_audit_destination_info{destination="%s",kind="%s",name="%s",address="%s"}`, destination, kind, name, address)
}

func TestAudit(t *testing.T) {
	const two = `{"destinations":[{"id":"a","config":{"type":"SYSLOG","name":"first","server_address":"192.0.2.1","server_port":514}},
		{"id":7,"config":{"type":"LOCAL","name":null}}]}`
	const connected = `{"node_statuses":[{"node_id":1,"status":{"connection_status":"AUDIT_DESTINATION_CONNECTED"}}]}`
	for name, r := range map[string]oneReading{
		"none": {absent: []string{"qumulo_audit_"}},
		"each state": {
			answers: map[string]string{auditPath: two, auditStatusPath("7"): `{"node_statuses":[]}`, auditStatusPath("a"): `{"node_statuses":[
				{"node_id":1,"status":{"connection_status":"AUDIT_DESTINATION_CONNECTED","error_message":null}},
				{"node_id":"2","status":{"connection_status":"AUDIT_DESTINATION_DISCONNECTED","error_message":"broken pipe"}},
				{"node_id":3,"status":{"connection_status":"AUDIT_DESTINATION_CONNECTING","error_message":""}},
				{"node_id":4,"status":{"connection_status":"AUDIT_DESTINATION_DISABLED"}},{"node_id":5,"status":{}},{"node_id":6,"status":null}]}`},
			want: testutil.Page{
				auditStatus("1", "a", "connected"): 1, auditStatus("1", "a", "disconnected"): 0, auditStatus("1", "a", "unknown"): 0, auditError("1", "a"): 0,
				auditStatus("2", "a", "disconnected"): 1, auditError("2", "a"): 1, auditStatus("3", "a", "connecting"): 1, auditStatus("4", "a", "disabled"): 1,
				auditError("5", "a"): 0, auditInfo("a", "syslog", "first", "192.0.2.1"): 1, auditInfo("7", "local", "", ""): 1,
			},
			absent: []string{
				`qumulo_audit_connection_status{node_id="5"`, `qumulo_audit_connection_status{node_id="6"`, auditError("6", "a"),
				`qumulo_audit_connection_status{node_id="",`,
			},
		},
		"one that has just gone": {
			answers: map[string]string{auditPath: two, auditStatusPath("a"): connected},
			want:    testutil.Page{auditStatus("1", "a", "connected"): 1}, absent: []string{`qumulo_audit_destination_info{destination="7"`},
		},
		"one status 500": {
			answers: map[string]string{auditPath: two, auditStatusPath("a"): connected}, faults: map[string]qumulotest.Fault{auditStatusPath("7"): {Status: 500}},
			want: testutil.Page{auditStatus("1", "a", "connected"): 1, auditInfo("7", "local", "", ""): 1}, failed: true,
			said: []string{"no status of the audit destination 7: get audit destination status"},
		},
		"a new word": {
			answers: map[string]string{
				auditPath:            `{"destinations":[{"id":"a","config":{"type":"KAFKA"}}]}`,
				auditStatusPath("a"): `{"node_statuses":[{"node_id":1,"status":{"connection_status":"AUDIT_DESTINATION_LOST"}}]}`,
			},
			want: testutil.Page{auditStatus("1", "a", "unknown"): 1, auditStatus("1", "a", "connected"): 0, auditInfo("a", "kafka", "", ""): 1},
			said: []string{`qumulo_audit_connection_status: the word \"AUDIT_DESTINATION_LOST\" is new`},
		},
		"twice, and without an id": {
			answers: map[string]string{
				auditPath: `{"destinations":[{"id":"a"},{"id":"a","config":{"name":"second"}},{"config":{"name":"third"}},7]}`,
				auditStatusPath("a"): `{"node_statuses":[{"node_id":1,"status":{"connection_status":"AUDIT_DESTINATION_CONNECTED"}},
					{"node_id":1,"status":{"connection_status":"AUDIT_DESTINATION_DISABLED"}},{"status":{"connection_status":"AUDIT_DESTINATION_DISABLED"}},7]}`,
			},
			want:   testutil.Page{auditInfo("a", "", "", ""): 1, auditStatus("1", "a", "connected"): 1, auditStatus("1", "a", "disabled"): 0},
			absent: []string{`qumulo_audit_connection_status{node_id="",`},
			said:   []string{`id \"a\" is missing or taken`, `id \"\" is missing or taken`, `node_id \"1\" is missing or taken`, `node_id \"\" is missing or taken`, "not an object"},
		},
		"too many": {
			answers: map[string]string{auditPath: `{"destinations":[` + strings.Repeat(`{"id":"a"},`, 100) + `{"id":"b"}]}`},
			absent:  []string{"qumulo_audit_"}, failed: true, said: []string{"100 rows"},
		},
		"403": {
			faults: map[string]qumulotest.Fault{auditPath: {Status: 403}}, absent: []string{"qumulo_audit_"}, failed: true, said: []string{"PRIVILEGE_AUDIT_READ"},
		},
		"404 of all": {
			faults: map[string]qumulotest.Fault{auditPath: {Status: 404}, auditSyslogPath: {Status: 404}, auditCloudWatchPath: {Status: 404}},
			absent: []string{"qumulo_audit_"}, missing: true,
		},
	} {
		r.collector = "audit"
		t.Run(name, r.check)
	}
}

func TestAuditV1(t *testing.T) {
	const lost = `{"connection_status":"AUDIT_LOG_DISCONNECTED","error_message":"no route to host"}`
	const nodes = `{"node_statuses":{"10":{"last_seen_error":null},"9":{"last_seen_error":{"error_message":"no such group","error_details":"x"}}}}`
	for name, r := range map[string]oneReading{
		"nowhere": {
			want:   testutil.Page{auditStatus("", "syslog", "disabled"): 1, auditStatus("", "syslog", "connected"): 0, auditError("", "syslog"): 0, auditInfo("syslog", "syslog", "", ""): 1},
			absent: []string{`qumulo_audit_destination_info{destination="cloudwatch"`},
		},
		"both": {
			answers: map[string]string{auditSyslogPath: lost, auditCloudWatchPath: nodes},
			want: testutil.Page{
				auditStatus("", "syslog", "disconnected"): 1, auditError("", "syslog"): 1, auditError("10", "cloudwatch"): 0, auditError("9", "cloudwatch"): 1,
				auditInfo("syslog", "syslog", "", ""): 1, auditInfo("cloudwatch", "cloudwatch", "", ""): 1,
			},
			absent: []string{`qumulo_audit_connection_status{node_id="10"`, `qumulo_audit_connection_status{node_id="9"`},
		},
		"a new word": {
			answers: map[string]string{auditSyslogPath: `{"connection_status":"AUDIT_LOG_LOST"}`},
			want:    testutil.Page{auditStatus("", "syslog", "unknown"): 1}, said: []string{"qumulo_audit_connection_status: the word", "LOST"},
		},
		"syslog 403": {
			answers: map[string]string{auditCloudWatchPath: nodes}, faults: map[string]qumulotest.Fault{auditSyslogPath: {Status: 403}},
			want: testutil.Page{auditError("9", "cloudwatch"): 1}, absent: []string{`qumulo_audit_destination_info{destination="syslog"`}, failed: true,
			said: []string{"no syslog: get audit syslog status"},
		},
		"CloudWatch 404": {
			answers: map[string]string{auditSyslogPath: lost}, faults: map[string]qumulotest.Fault{auditCloudWatchPath: {Status: 404}},
			want: testutil.Page{auditError("", "syslog"): 1}, absent: []string{`qumulo_audit_destination_info{destination="cloudwatch"`},
		},
		"CloudWatch 500": {
			answers: map[string]string{auditSyslogPath: lost}, faults: map[string]qumulotest.Fault{auditCloudWatchPath: {Status: 500}},
			want: testutil.Page{auditError("", "syslog"): 1}, failed: true, said: []string{"no CloudWatch: get audit CloudWatch status"},
		},
		"both 403": {
			faults: both(qumulotest.Fault{Status: 403}, auditSyslogPath, auditCloudWatchPath), absent: []string{"qumulo_audit_"}, failed: true,
			said: []string{"PRIVILEGE_AUDIT_READ"},
		},
		"neither": {faults: both(qumulotest.Fault{Status: 404}, auditSyslogPath, auditCloudWatchPath), absent: []string{"qumulo_audit_"}, missing: true},
	} {
		r.collector, r.release = "audit", "7.8.0"
		t.Run(name, r.check)
	}
}
