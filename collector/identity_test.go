package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const adPath, ldapPath = "/v1/ad/status", "/v1/ldap/status"

func TestIdentity(t *testing.T) {
	ad := func(node, domain, health string) string {
		return `qumulo_ad_connection_health{node_id="` + node + `",domain="` + domain + `",health="` + health + `"}`
	}
	const ldap = `qumulo_ldap_connection_health{node_id="3",domain="ldap.example.com",health="intermittent_error"}`
	const oneLDAP = `[{"node_id":3,"bind_domain":"ldap.example.com","health":"INTERMITTENT_ERROR"}]`
	const joined = `{"status":"JOINED_TO_DOMAIN","domain":"a.example.com"}`
	for name, r := range map[string]oneReading{
		"neither": {
			want:   testutil.Page{"qumulo_ad_joined": 0},
			absent: []string{"qumulo_ad_info", "qumulo_ad_connection_health", "qumulo_ldap_connection_health"},
		},
		"both": {
			answers: map[string]string{
				adPath: `{"status":"JOINED_TO_DOMAIN","domain":"a.example.com","ldap_connection_states":[
					{"node_id":"7","bind_domain":"a.example.com","health":"NO_RECENT_ERROR"},{"node_id":8,"health":"SUSTAINED_ERROR"}]}`,
				ldapPath: oneLDAP,
			},
			want: testutil.Page{
				"qumulo_ad_joined": 1, `qumulo_ad_info{domain="a.example.com"}`: 1, ldap: 1,
				ad("7", "a.example.com", "no_recent_error"): 1, ad("7", "a.example.com", "sustained_error"): 0, ad("7", "a.example.com", "unknown"): 0,
				ad("8", "", "sustained_error"): 1, ad("8", "", "no_recent_error"): 0,
			},
		},
		"the worst of several": {
			answers: map[string]string{adPath: `{"status":"JOINED_TO_DOMAIN","ldap_connection_states":[
				{"node_id":1,"bind_domain":"a","health":"INTERMITTENT_ERROR"},{"node_id":1,"bind_domain":"a","health":"SUSTAINED_ERROR"},
				{"node_id":1,"bind_domain":"a","health":"NO_RECENT_ERROR"},{"node_id":1,"bind_domain":"b","health":"NO_RECENT_ERROR"},
				{"node_id":2,"bind_domain":"a","health":"NO_RECENT_ERROR"},{"node_id":2,"bind_domain":"a"},
				{"node_id":3,"bind_domain":"a"},{"node_id":3,"bind_domain":"a","health":"INTERMITTENT_ERROR"}]}`},
			want: testutil.Page{
				ad("1", "a", "sustained_error"): 1, ad("1", "a", "intermittent_error"): 0, ad("1", "a", "no_recent_error"): 0,
				ad("1", "b", "no_recent_error"): 1, ad("2", "a", "unknown"): 1, ad("2", "a", "no_recent_error"): 0,
				ad("3", "a", "intermittent_error"): 1, ad("3", "a", "unknown"): 0, `qumulo_ad_info{domain=""}`: 1,
			},
		},
		"new words": {
			answers: map[string]string{adPath: `{"status":"JOINING","domain":"a","ldap_connection_states":[{"node_id":1,"bind_domain":"a","health":"GONE"}]}`},
			want:    testutil.Page{ad("1", "a", "unknown"): 1}, absent: []string{"qumulo_ad_joined", "qumulo_ad_info"},
			said: []string{`the word \"JOINING\" is new`, `qumulo_ad_connection_health: the word \"GONE\" is new`},
		},
		"nothing is said": {
			answers: map[string]string{adPath: `{"status":null,"domain":null,"ldap_connection_states":null}`},
			absent:  []string{"qumulo_ad_", "qumulo_ldap_"},
		},
		"without a node": {
			answers: map[string]string{ldapPath: `[{"bind_domain":"b","health":"SUSTAINED_ERROR"},7]`},
			absent:  []string{"qumulo_ldap_"}, said: []string{"its node_id is missing", "not an object"},
		},
		"AD 403": {
			faults: map[string]qumulotest.Fault{adPath: {Status: 403}}, answers: map[string]string{ldapPath: oneLDAP},
			want: testutil.Page{ldap: 1}, absent: []string{"qumulo_ad_"}, failed: true, said: []string{"PRIVILEGE_AD_READ"},
		},
		"AD 404": {
			faults: map[string]qumulotest.Fault{adPath: {Status: 404}}, answers: map[string]string{ldapPath: oneLDAP},
			want: testutil.Page{ldap: 1}, absent: []string{"qumulo_ad_"},
		},
		"LDAP 500": {
			faults: map[string]qumulotest.Fault{ldapPath: {Status: 500}}, answers: map[string]string{adPath: joined},
			want: testutil.Page{"qumulo_ad_joined": 1}, absent: []string{"qumulo_ldap_"}, failed: true, said: []string{"no LDAP: get LDAP status"},
		},
		"LDAP 404": {
			faults: map[string]qumulotest.Fault{ldapPath: {Status: 404}}, answers: map[string]string{adPath: joined},
			want: testutil.Page{"qumulo_ad_joined": 1}, absent: []string{"qumulo_ldap_"},
		},
		"404 and 403": {
			faults: map[string]qumulotest.Fault{adPath: {Status: 404}, ldapPath: {Status: 403}},
			absent: []string{"qumulo_ad_", "qumulo_ldap_"}, failed: true, said: []string{"PRIVILEGE_LDAP_READ"},
		},
		"neither is supported": {
			faults: both(qumulotest.Fault{Status: 404}, adPath, ldapPath), absent: []string{"qumulo_ad_", "qumulo_ldap_"}, missing: true,
		},
	} {
		r.collector = "identity"
		t.Run(name, r.check)
	}
}
