package collector_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// protocolsPage is what the busy cluster shows.
func protocolsPage() testutil.Page {
	return testutil.Page{
		"qumulo_nfs_exports": 3, "qumulo_smb_shares": 2, "qumulo_s3_buckets": 2, "qumulo_s3_enabled": 1, "qumulo_ftp_enabled": 1,
		"qumulo_smb_sessions": 5, "qumulo_smb_sessions_encrypted": 3, "qumulo_smb_open_handles": 30,
	}
}

// TestProtocolsFail: what of a collector's six sides fails is missing alone.
func TestProtocolsFail(t *testing.T) {
	sides := map[string][]string{
		"/v3/nfs/exports/": {"qumulo_nfs_exports"}, "/v3/smb/shares/": {"qumulo_smb_shares"}, "/v1/s3/buckets/": {"qumulo_s3_buckets"},
		"/v1/s3/settings": {"qumulo_s3_enabled"}, "/v0/ftp/status": {"qumulo_ftp_enabled"},
		"/v1/smb/sessions/": {"qumulo_smb_sessions", "qumulo_smb_sessions_encrypted", "qumulo_smb_open_handles"},
	}
	for status, success := range map[int]float64{403: 0, 404: 1, 500: 0} {
		all := watch(t, qumulotest.OnPremises(), nil, "protocols")
		for path, series := range sides {
			w := watch(t, qumulotest.OnPremises(), nil, "protocols")
			w.server.SetFault(path, qumulotest.Fault{Status: status})
			all.server.SetFault(path, qumulotest.Fault{Status: status})
			want := protocolsPage()
			if older := path == "/v3/nfs/exports/" || path == "/v3/smb/shares/"; !older || status != 404 { // v2 says the same
				for _, name := range series {
					delete(want, name)
				}
			}
			if diff := cmp.Diff(want, areaPage(t, w, "protocols", success, 1)); diff != "" {
				t.Errorf("%s is %d: series differ (-want +got):\n%s", path, status, diff)
			}
			if status == 404 {
				wantSaid(t, w, nil)
			} else {
				w.log.WaitFor(t, "level=WARN", "collector=protocols")
			}
		}
		all.server.SetFault("/v2/nfs/exports/", qumulotest.Fault{Status: status})
		all.server.SetFault("/v2/smb/shares/", qumulotest.Fault{Status: status})
		if p := areaPage(t, all, "protocols", success, 1-success); len(p) > 0 {
			t.Errorf("all are %d: there is %v", status, p)
		}
	}
}

// TestProtocolsOdd: what is missing, null or odd has no series and hides nothing else.
func TestProtocolsOdd(t *testing.T) {
	model := qumulotest.OnPremises()
	for path, sent := range map[string]string{
		"/v3/nfs/exports/": `{"entries":null}`, "/v3/smb/shares/": `{}`, "/v1/s3/buckets/": `{"buckets":[{},7]}`, "/v1/s3/settings": `{"enabled":"perhaps"}`,
		"/v0/ftp/status": `{"settings":null}`, "/v1/smb/sessions/": `{"session_infos":[{"is_encrypted":"true","num_opens":"4"},{"num_opens":null}],"paging":{"next":null}}`,
	} {
		model.Set(path, json.RawMessage(sent))
	}
	w := watch(t, model, nil, "protocols")
	want := testutil.Page{"qumulo_s3_buckets": 1, "qumulo_smb_sessions": 2}
	if diff := cmp.Diff(want, areaPage(t, w, "protocols", 0, 1)); diff != "" { // exports and shares can't be read
		t.Errorf("series differ (-want +got):\n%s", diff)
	}
	wantSaid(t, w, []string{"collector=protocols", "no NFS exports", "no SMB shares", "JSON object without entries", "a JSON number", "perhaps", "is_encrypted", "num_opens"})
}

// TestSessionsWithoutEncryption: a session that does not say whether it is encrypted is counted as
// neither, so that there is no count.
func TestSessionsWithoutEncryption(t *testing.T) {
	const path = "/v1/smb/sessions/"
	for sent, c := range map[string]struct {
		want testutil.Page
		said []string
	}{
		`{"is_encrypted":true,"num_opens":1},{"is_encrypted":"false","num_opens":1}`: {
			want: testutil.Page{"qumulo_smb_sessions": 2, "qumulo_smb_sessions_encrypted": 1, "qumulo_smb_open_handles": 2},
		},
		`{"is_encrypted":true,"num_opens":1},{"num_opens":1}`: {
			want: testutil.Page{"qumulo_smb_sessions": 2, "qumulo_smb_open_handles": 2}, said: []string{"is_encrypted of an SMB session is missing"},
		},
		`{"is_encrypted":null,"num_opens":1}`: {
			want: testutil.Page{"qumulo_smb_sessions": 1, "qumulo_smb_open_handles": 1}, said: []string{"is_encrypted of an SMB session is missing"},
		},
		`{"is_encrypted":"perhaps","num_opens":1}`: {
			want: testutil.Page{"qumulo_smb_sessions": 1, "qumulo_smb_open_handles": 1}, said: []string{"is_encrypted of an SMB session is missing or could not be parsed"},
		},
		``: {want: testutil.Page{"qumulo_smb_sessions": 0, "qumulo_smb_sessions_encrypted": 0, "qumulo_smb_open_handles": 0}},
	} {
		w := watch(t, qumulotest.OnPremises().Set(path, json.RawMessage(`{"session_infos":[`+sent+`],"paging":{"next":null}}`)), nil, "protocols")
		got := testutil.Page{}
		for series, value := range areaPage(t, w, "protocols", 1, 1) {
			if strings.HasPrefix(series, "qumulo_smb_") && series != "qumulo_smb_shares" {
				got[series] = value
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("[%s]: series differ (-want +got):\n%s", sent, diff)
		}
		if n := w.server.CallCount(path); n != 1 {
			t.Errorf("[%s]: asked %d times", sent, n)
		}
		wantSaid(t, w, c.said)
	}
}
