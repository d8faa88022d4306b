//go:build !race

package collector_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// enumField is a field of the API that may hold one of the definition's words.
type enumField struct {
	path, field string // of the definition; the field within it: "psu_statuses.state"
	metric      string // the state-set that shows it; "": it decides a value
	// answer has the word in the place of %q. Where the path is not "", it is asked for there.
	answer, at string
}

// enumFields are those of each collector.
func enumFields() map[string][]enumField {
	return map[string][]enumField{
		"psu": {
			{
				path: chassisPath, field: "psu_statuses.state", metric: "qumulo_psu_status",
				answer: `[{"id":1,"psu_statuses":[{"name":"PSU1","location":"left","state":%q}]}]`,
			},
		},
		"restriper": {
			{path: restriperPath, field: "state", metric: "qumulo_restriper_state", answer: `{"state":%q}`},
			{path: restriperPath, field: "phase", metric: "qumulo_restriper_phase", answer: `{"state":"RUNNING","phase":%q}`},
			{path: restriperV1Path, field: "status", answer: `{"status":%q}`},
			{path: restriperV1Path, field: "phase", metric: "qumulo_restriper_phase", answer: `{"status":"RUNNING","phase":%q}`},
		},
		"network": {
			{path: interfaceStatusPath, at: bond0Path, field: "update_status", answer: `[{"node_id":1,"update_status":%q}]`},
			{path: interfaceStatusPath, at: bond0Path, field: "interface_details.interface_status", answer: `[{"node_id":1,"interface_details":{"interface_status":%q}}]`},
			{path: interfaceStatusPath, at: bond0Path, field: "interface_details.cable_status", answer: `[{"node_id":1,"interface_details":{"cable_status":%q}}]`},
			{path: networkPath, field: "managed_interface_statuses.status", answer: `[{"node_id":1,"devices":[{"name":"bond0"}],"managed_interface_statuses":[{"status":%q}]}]`},
			{path: networkPath, field: "network_statuses.*.status", answer: `[{"node_id":1,"devices":[{"name":"bond0"}],"network_statuses":{"1":{"status":%q}}}]`},
			{path: networkPath, field: "devices.interface_status", answer: `[{"node_id":1,"devices":[{"name":"bond0","interface_status":%q}]}]`},
			{path: networkPath, field: "devices.cable_status", answer: `[{"node_id":1,"devices":[{"name":"bond0","cable_status":%q}]}]`},
		},
		"upgrade": {
			{path: "/v3/upgrade/status", field: "state", metric: "qumulo_upgrade_state", answer: `{"state":%q}`},
			{path: "/v2/upgrade/status", field: "state", metric: "qumulo_upgrade_state", answer: `{"state":%q}`},
			{path: rebootPath, field: "state", metric: "qumulo_reboot_state", answer: `{"state":%q}`},
		},
		"portals": {
			{path: hubsPath, field: "entries.state", metric: "qumulo_portal_state", answer: `{"entries":[{"id":1,"state":%q}]}`},
			{path: hubsPath, field: "entries.status", metric: "qumulo_portal_status", answer: `{"entries":[{"id":1,"state":"PENDING","status":%q}]}`},
			{path: hubsPath, field: "entries.type", answer: `{"entries":[{"id":1,"state":"PENDING","type":%q}]}`},
			{path: spokesPath, field: "entries.state", metric: "qumulo_portal_state", answer: `{"entries":[{"id":1,"state":%q}]}`},
			{path: spokesPath, field: "entries.status", metric: "qumulo_portal_status", answer: `{"entries":[{"id":1,"state":"PENDING","status":%q}]}`},
			{path: spokesPath, field: "entries.type", answer: `{"entries":[{"id":1,"state":"PENDING","type":%q}]}`},
			{path: hubsV1Path, field: "entries.state", metric: "qumulo_portal_state", answer: `{"entries":[{"id":1,"state":%q}]}`},
			{path: hubsV1Path, field: "entries.status", metric: "qumulo_portal_status", answer: `{"entries":[{"id":1,"state":"PENDING","status":%q}]}`},
			{path: hubsV1Path, field: "entries.spoke_type", answer: `{"entries":[{"id":1,"state":"PENDING","spoke_type":%q}]}`},
			{path: spokesV1Path, field: "entries.state", metric: "qumulo_portal_state", answer: `{"entries":[{"id":1,"state":%q}]}`},
			{path: spokesV1Path, field: "entries.status", metric: "qumulo_portal_status", answer: `{"entries":[{"id":1,"state":"PENDING","status":%q}]}`},
			{path: spokesV1Path, field: "entries.spoke_type", answer: `{"entries":[{"id":1,"state":"PENDING","spoke_type":%q}]}`},
		},
		"support": {
			{path: supportPath, field: "monitoring", metric: "qumulo_support_connection_status", answer: `[{"node_id":1,"monitoring":%q}]`},
			{path: supportPath, field: "file_upload", metric: "qumulo_support_connection_status", answer: `[{"node_id":1,"file_upload":%q}]`},
			{path: supportPath, field: "vpn_connection", metric: "qumulo_support_connection_status", answer: `[{"node_id":1,"vpn_connection":%q}]`},
			{path: nexusPath, field: "registration_status", metric: "qumulo_nexus_registration_state", answer: `{"registration_status":%q}`},
		},
	}
}

// TestEnumWords: each word that a definition has for a field is a state of its own, and no surprise.
func TestEnumWords(t *testing.T) {
	definitions := apidir.ReadDefinitions(t)
	for name, fields := range enumFields() {
		for _, f := range fields {
			t.Run(f.path+" "+f.field, func(t *testing.T) {
				words := definitions.Words(t, f.path, f.field)
				if len(words) < 2 {
					t.Fatalf("the definitions have the words %q only", words)
				}
				shown := map[string]bool{}
				for _, word := range words {
					state := f.scrape(t, name, word)
					if state == "unknown" && word != "UNKNOWN" {
						t.Errorf("%q is shown as unknown", word)
					}
					if f.metric != "" && shown[state] {
						t.Errorf("%q is shown as %q, as another word is", word, state)
					}
					shown[state] = true
				}
			})
		}
	}
}

// scrape returns the state that is 1 where the field holds the word; nothing may be complained of.
func (f enumField) scrape(t *testing.T, name, word string) (state string) {
	t.Helper()
	model := qumulotest.NewModel().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 7.8.0"}).
		Set(nodesPath, json.RawMessage(`[{"id":1,"node_status":"online"}]`))
	at := f.path
	if f.at != "" {
		at = f.at
		model.Set("/v2/network/interfaces/", json.RawMessage(`[{"id":1,"name":"bond0"}]`))
	}
	w := watch(t, model.Set(at, json.RawMessage(fmt.Sprintf(f.answer, word))), nil, name)
	page := w.scrape(t)
	success(t, page, name, 1)
	if strings.Contains(w.log.String(), "WARN") {
		t.Errorf("%q is complained of:\n%s", word, w.log)
	}
	lastLabel := regexp.MustCompile(`="(\w*)"}$`)
	for series, value := range page.With(f.metric, "") {
		if match := lastLabel.FindStringSubmatch(series); f.metric != "" && value == 1 && match != nil {
			state = match[1]
		}
	}
	return state
}
