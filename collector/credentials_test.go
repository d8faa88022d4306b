package collector_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const whoAmIPath, tokensPath = "/v1/session/who-am-i", "/v1/auth/access-tokens/"

func body(text string) qumulotest.Fault { return qumulotest.Fault{Body: []byte(text)} }

func token(metric, id string) string {
	return "qumulo_access_token_" + metric + `{token_id="` + id + `"}`
}

func TestCredentials(t *testing.T) {
	const info, noTokens = `qumulo_credentials_info{user="ada",id="7"}`, `{"entries":[],"paging":{"next":null}}`
	const ada, adaWithToken = `{"name":"ada","id":"7"}`, `{"name":"ada","id":"7","access_token_id":"70"}`
	for name, r := range map[string]struct {
		who, tokens qumulotest.Fault
		want        testutil.Page
		said        []string
		failed      bool
	}{
		"no token": {who: body(ada), tokens: body(noTokens), want: testutil.Page{info: 1}},
		"two tokens, one of which is sent": {
			who: body(adaWithToken),
			tokens: body(`{"entries":[{"id":"71","enabled":false,"expiration_time":""},
				{"id":"70","enabled":true,"expiration_time":"2027-01-02T03:04:05.5Z"}],"paging":{"next":""}}`),
			want: testutil.Page{
				info: 1, token("in_use", "70"): 1, token("in_use", "71"): 0, token("enabled", "70"): 1, token("enabled", "71"): 0,
				token("expiration_timestamp_seconds", "70"): 1798859045.5,
			},
		},
		"a login, so that no access token is sent": {
			who: body(ada), tokens: body(`{"entries":[{"id":70,"expiration_time":null}]}`), want: testutil.Page{info: 1, token("in_use", "70"): 0},
		},
		"a release that lists the tokens of all": {
			who: body(adaWithToken),
			tokens: body(`{"entries":[{"id":"70","enabled":true,"user":{"auth_id":7}},{"id":"80","enabled":false,"user":{"auth_id":"8"},
				"expiration_time":"2021-01-02T03:04:05Z"}]}`),
			want: testutil.Page{info: 1, token("in_use", "70"): 1, token("enabled", "70"): 1},
		},
		"odd values": {
			who: body(`{"name":"ada","id":7}`),
			tokens: body(`{"entries":[{"id":"70","enabled":"perhaps","expiration_time":"soon"},{"id":"70","enabled":true},{"enabled":true},7,
				{"id":"71","enabled":"true"}]}`),
			want: testutil.Page{info: 1, token("in_use", "70"): 0, token("in_use", "71"): 0, token("enabled", "71"): 1},
			said: []string{`"perhaps\", not true or false`, `"soon\", not a time`, `id \"70\" is missing or taken`, `id \"\" is missing`, "not an object"},
		},
		"without an id": {
			who: body(`{"name":"ada","id":null}`), tokens: body(`{"entries":[{"id":"70"}]}`),
			want: testutil.Page{`qumulo_credentials_info{user="ada",id=""}`: 1}, said: []string{"the id of the own user is missing"},
		},
		"the list is forbidden": {who: body(ada), tokens: qumulotest.Fault{Status: 403}, want: testutil.Page{info: 1}},
		"a release without it":  {who: body(ada), tokens: qumulotest.Fault{Status: 404}, want: testutil.Page{info: 1}},
		"the list fails": {
			who: body(ada), tokens: qumulotest.Fault{Status: 500}, want: testutil.Page{info: 1}, failed: true,
			said: []string{"no access tokens: list access tokens", "500"},
		},
		"who-am-i fails":        {who: qumulotest.Fault{Status: 500}, tokens: body(noTokens), want: testutil.Page{}, failed: true, said: []string{"get own user", "500"}},
		"who-am-i is forbidden": {who: qumulotest.Fault{Status: 403}, tokens: body(noTokens), want: testutil.Page{}, failed: true, said: []string{"get own user", "403"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, qumulotest.Release("7.10.0"), nil, "credentials")
			w.server.SetFault(whoAmIPath, r.who)
			w.server.SetFault(tokensPath, r.tokens)
			got := areaPage(t, w, "credentials", map[bool]float64{false: 1}[r.failed], 1)
			if diff := cmp.Diff(r.want, got); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			wantSaid(t, w, r.said)
		})
	}
}

// TestCredentialsAsked: the tokens asked for are those of the own user, in pages. Where the cluster
// does not say which one is sent, nobody knows.
func TestCredentialsAsked(t *testing.T) {
	server := qumulotest.NewServer(qumulotest.Release("7.10.0"))
	t.Cleanup(server.Close)
	as := withAccessToken(t, server) // and another one
	for range 99 {
		server.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	}
	server.AddAccessToken("other", time.Time{})
	server.SetPrivileges(qumulotest.DefaultUser)
	w := watchWith(t, server, as, scrape.Options{Collectors: []string{"credentials"}})
	p := areaPage(t, w, "credentials", 1, 1)
	if n := len(p.With("qumulo_access_token_enabled", "")); n != 101 {
		t.Errorf("%d tokens, want the 101 of the user", n)
	}
	p.Want(t, token("in_use", "70420000000000000000001"), 1)
	p.Want(t, token("in_use", "70420000000000000000101"), 0)
	if n := server.CallCount(tokensPath); n != 2 {
		t.Errorf("%d calls, want one a page", n)
	}
	server.SetFault(whoAmIPath, body(`{"name":"exporter","id":"1000"}`))
	w = watchWith(t, server, as, scrape.Options{Collectors: []string{"credentials"}})
	p = areaPage(t, w, "credentials", 1, 1)
	p.Absent(t, "qumulo_access_token_in_use")
	p.Want(t, token("enabled", "70420000000000000000001"), 1)
}

// privileges are the series of a page that say which are granted, without the metric's name.
func privileges(p testutil.Page) testutil.Page {
	return p.With("qumulo_privilege_granted", "")
}

func granted(collector, privilege string) string {
	return `qumulo_privilege_granted{collector="` + collector + `",privilege="PRIVILEGE_` + privilege + `"}`
}

func TestPrivilegesGranted(t *testing.T) {
	model := qumulotest.CNQ() // it has every endpoint of these
	names := []string{"filesystem", "drives", "version", "identity", "credentials"}
	for who, want := range map[string]testutil.Page{
		`{"id":"7","privileges":["PRIVILEGE_CLUSTER_READ","PRIVILEGE_AD_READ","PRIVILEGE_OF_ANOTHER_KIND",null]}`: {
			granted("filesystem", "FS_ATTRIBUTES_READ"): 0, granted("filesystem", "CAPACITY_READ"): 0, granted("drives", "CLUSTER_READ"): 1,
			granted("identity", "AD_READ"): 1, granted("identity", "LDAP_READ"): 0,
		},
		`{"id":"7","privileges":[]}`: {
			granted("filesystem", "FS_ATTRIBUTES_READ"): 0, granted("filesystem", "CAPACITY_READ"): 0, granted("drives", "CLUSTER_READ"): 0,
			granted("identity", "AD_READ"): 0, granted("identity", "LDAP_READ"): 0,
		},
		`{"id":"7","privileges":null}`: {},
		`{"id":"7"}`:                   {},
	} {
		w := watch(t, model, nil, names...)
		w.server.SetFault(whoAmIPath, body(who))
		if diff := cmp.Diff(want, privileges(w.scrape(t))); diff != "" {
			t.Errorf("%s: series differ (-want +got):\n%s", who, diff)
		}
	}
}

// TestPrivilegesOfEndpoints: a privilege that only an endpoint needs which the release does not have
// has no series, from the page on after the 404 and for as long as it is one; a 403 is no reason.
func TestPrivilegesOfEndpoints(t *testing.T) {
	var ahead atomic.Int64
	model := qumulotest.Release("7.2.3") // has no capacity clamp
	w := watch(t, model, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, "nodes", "filesystem", "credentials")
	page := func(later time.Duration) testutil.Page {
		ahead.Add(int64(later))
		return w.scrape(t)
	}
	page(0)
	for _, later := range []time.Duration{6 * time.Minute, 2 * time.Hour, 6 * time.Minute} {
		p := page(later)
		p.Want(t, granted("filesystem", "FS_ATTRIBUTES_READ"), 1)
		p.Absent(t, granted("filesystem", "CAPACITY_READ"))
	}
	w.server.SetFault("/v1/capacity/clamp", qumulotest.Fault{Status: http.StatusForbidden}) // it is there now
	w.server.SetPrivileges(qumulotest.DefaultUser, "PRIVILEGE_CLUSTER_READ")
	page(2 * time.Hour)
	p := page(6 * time.Minute)
	p.Want(t, granted("filesystem", "FS_ATTRIBUTES_READ"), 0)
	p.Want(t, granted("filesystem", "CAPACITY_READ"), 0)
	p.Want(t, granted("nodes", "CLUSTER_READ"), 1)
}
