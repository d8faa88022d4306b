package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func TestLicense(t *testing.T) {
	const path = "/v1/license/status"
	in := func(state string) testutil.Page {
		page := testutil.Page{}
		for _, word := range []string{"none", "active", "expired", "unknown"} {
			page[`qumulo_license_state{state="`+word+`"}`] = map[bool]float64{true: 1, false: 0}[word == state]
		}
		return page
	}
	for name, r := range map[string]oneReading{
		"none":    {answers: map[string]string{path: `{"state":"LICENSE_STATE_NONE","license":null}`}, want: in("none")},
		"active":  {answers: map[string]string{path: `{"state":"LICENSE_STATE_ACTIVE","license":{}}`}, want: in("active")},
		"expired": {answers: map[string]string{path: `{"state":"LICENSE_STATE_EXPIRED"}`}, want: in("expired")},
		"a new word": {
			answers: map[string]string{path: `{"state":"LICENSE_STATE_TRIAL"}`}, want: in("unknown"), said: []string{`the word \"LICENSE_STATE_TRIAL\" is new`},
		},
		"missing": {answers: map[string]string{path: `{}`}, want: in("unknown")},
		"null":    {answers: map[string]string{path: `{"state":null}`}, want: in("unknown")},
		"403": {
			faults: map[string]qumulotest.Fault{path: {Status: 403}}, absent: []string{"qumulo_license"}, failed: true, said: []string{"PRIVILEGE_LICENSE_READ"},
		},
		"404": {faults: map[string]qumulotest.Fault{path: {Status: 404}}, absent: []string{"qumulo_license"}, missing: true},
		"500": {faults: map[string]qumulotest.Fault{path: {Status: 500}}, absent: []string{"qumulo_license"}, failed: true, said: []string{"500"}},
	} {
		r.collector = "license"
		t.Run(name, r.check)
	}
}
