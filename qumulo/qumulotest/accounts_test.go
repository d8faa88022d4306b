package qumulotest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const guardedPath = "/v1/cluster/nodes/"

func TestLogin(t *testing.T) {
	s := start(t, OnPremises())
	if a, b := s.login(t), s.login(t); a == b {
		t.Error("two logins gave one token")
	}
	wantStatus(t, "wrong password", s.tryLogin(t, DefaultUser, "guess"), 401)
	wantStatus(t, "unknown user", s.tryLogin(t, "nobody", DefaultPassword), 401)
	wantStatus(t, "no password", s.tryLogin(t, DefaultUser, ""), 401)
	wantStatus(t, "no JSON", s.call(t, http.MethodPost, loginPath, "", "user=exporter"), 400)
	s.SetPrivileges("tokens-only")
	wantStatus(t, "user without a password", s.tryLogin(t, "tokens-only", ""), 401)
	if s.Logins() != 2 || s.RefusedLogins() != 5 || s.CallCount(loginPath) != 7 || s.CallCount("") != 0 {
		t.Errorf("%d logins, %d refused, %d calls, %d others", s.Logins(), s.RefusedLogins(), s.CallCount(loginPath), s.CallCount(""))
	}
	s.SetPassword(DefaultUser, "another")
	wantStatus(t, "old password", s.tryLogin(t, DefaultUser, DefaultPassword), 401)
	wantStatus(t, "new password", s.tryLogin(t, DefaultUser, "another"), 200)
}

func TestTokenLife(t *testing.T) {
	s := start(t, OnPremises())
	old := s.login(t)
	s.SetTokenLifetime(time.Millisecond)
	short := s.login(t)
	time.Sleep(2 * time.Millisecond)
	wantStatus(t, "expired token", s.get(t, guardedPath, short), 401)
	wantStatus(t, "token of before", s.get(t, guardedPath, old), 200)

	s.SetTokenLifetime(time.Hour)
	access := s.AddAccessToken(DefaultUser, time.Time{})
	s.RevokeTokens()
	wantStatus(t, "revoked session", s.get(t, guardedPath, old), 401)
	wantStatus(t, "revoked access token", s.get(t, guardedPath, access), 401)
	wantStatus(t, "new session", s.get(t, guardedPath, s.login(t)), 200)

	s.RevokeEachLogin(true)
	wantStatus(t, "dead at once", s.get(t, guardedPath, s.login(t)), 401)
	s.RevokeEachLogin(false)
	wantStatus(t, "live again", s.get(t, guardedPath, s.login(t)), 200)
}

// Somebody who logs in for days must not fill the memory.
func TestExpiredSessionsAreForgotten(t *testing.T) {
	a := newAccounts()
	a.user("u").password = "p"
	now := time.Now()
	for range 100 {
		if _, ok := a.login("u", "p", now); !ok {
			t.Fatal("refused")
		}
		now = now.Add(sessionLifetime)
	}
	if len(a.sessions) != 1 {
		t.Errorf("%d sessions kept", len(a.sessions))
	}
}

func TestPrivileges(t *testing.T) {
	s := start(t, OnPremises())
	token := s.login(t)
	s.SetPrivileges(DefaultUser, "PRIVILEGE_CLUSTER_READ")
	for path, want := range map[string]int{
		"/v1/cluster/nodes/": 200, "/v1/cluster/slots/": 200, "/v1/file-system": 403,
		whoAmIPath: 200, accessTokensPath: 200, "/v1/version": 200,
		"/v1/cluster/nowhere": 404, "/v2/network/connections/": 403, "/v1/nowhere": 404,
	} {
		r := s.get(t, path, token)
		wantStatus(t, path, r, want)
		if want == 403 && !strings.Contains(r.body, "PRIVILEGE_") {
			t.Errorf("%s: %s names no privilege", path, r.body)
		}
	}
	if got := s.whoAmI(t, token); !slices.Equal(got.Privileges, []string{"PRIVILEGE_CLUSTER_READ"}) || got.Name != DefaultUser || got.ID != "1000" {
		t.Errorf("who-am-i: %+v", got)
	}
	s.SetPrivileges(DefaultUser)
	for _, path := range []string{"/v1/cluster/nodes/", "/v1/cluster/slots/", "/v1/file-system"} {
		wantStatus(t, path, s.get(t, path, token), 403)
	}
	if r := s.get(t, whoAmIPath, token); !strings.Contains(r.body, `"privileges":[]`) {
		t.Errorf("who-am-i without privileges: %s", r.body)
	}
}

func TestEveryPrivilege(t *testing.T) {
	s := start(t, NewModel())
	got := s.whoAmI(t, s.login(t)).Privileges
	for _, r := range rules() {
		if !slices.Contains(got, r.privilege) {
			t.Errorf("the default user lacks %s", r.privilege)
		}
	}
	if !slices.Contains(got, accessTokensRead) {
		t.Errorf("the default user lacks %s", accessTokensRead)
	}
}

// Who-am-i names the access token that it is asked with, and no release before 5.3.0 lists any.
func TestWhichAccessToken(t *testing.T) {
	s := start(t, Release("5.3.0"))
	s.AddAccessToken("other", time.Time{})
	token := s.AddAccessToken(DefaultUser, time.Time{})
	if got := s.get(t, whoAmIPath, token); !strings.Contains(got.body, `"access_token_id":"70420000000000000000002"`) {
		t.Errorf("with an access token: %s", got.body)
	}
	if got := s.get(t, whoAmIPath, s.login(t)); strings.Contains(got.body, "access_token_id") {
		t.Errorf("after a login: %s", got.body)
	}
	wantStatus(t, "5.3.0", s.get(t, accessTokensPath, token), 200)
	for name, m := range map[string]*Model{"4.3.0": Release("4.3.0"), "a clone": Release("4.3.0").Clone()} {
		old := start(t, m)
		wantStatus(t, name, old.get(t, accessTokensPath, old.login(t)), 404)
		wantStatus(t, name, old.get(t, whoAmIPath, old.login(t)), 200)
	}
}

// Which privilege a path needs, first rule first.
func TestPrivilegeOf(t *testing.T) {
	for path, want := range map[string]string{
		"/v1/cluster/nodes/": "CLUSTER_READ", "/v1/cluster/protection/restriper/status": "CLUSTER_READ",
		"/v1/file-system": "FS_ATTRIBUTES_READ", "/v1/files/%2F/aggregates/": "FS_ATTRIBUTES_READ",
		"/v1/files/quotas/status/": "QUOTA_READ", "/v3/snapshots/policies/status/": "SNAPSHOT_POLICY_READ",
		"/v3/snapshots/status/": "SNAPSHOT_READ", "/v2/snapshots/": "SNAPSHOT_READ",
	} {
		if got := privilegeOf(rules(), path); got != "PRIVILEGE_"+want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := privilegeOf(rules(), whoAmIPath); got != "" {
		t.Errorf("who-am-i needs %s", got)
	}
}

type userInfo struct {
	ID, Name   string
	Privileges []string
}

func (s testServer) whoAmI(t *testing.T, token string) (info userInfo) {
	t.Helper()
	r := s.get(t, whoAmIPath, token)
	if err := json.Unmarshal([]byte(r.body), &info); err != nil || r.status != 200 {
		t.Fatalf("who-am-i: %d %s", r.status, r.body)
	}
	return info
}

type tokenPage struct {
	Entries []struct {
		ID             string
		ExpirationTime string `json:"expiration_time"`
		Enabled        bool
		User           struct{ Name string }
	}
	Paging struct{ Next string }
}

func (s testServer) tokens(t *testing.T, path, token string) (page tokenPage) {
	t.Helper()
	r := s.get(t, path, token)
	if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != 200 {
		t.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	return page
}

func TestAccessTokens(t *testing.T) {
	s := start(t, OnPremises())
	expires := time.Now().Add(time.Hour).Truncate(time.Second)
	mine := s.AddAccessToken(DefaultUser, expires)
	expired := s.AddAccessToken(DefaultUser, time.Now().Add(-time.Second))
	s.SetPassword("other", "other-password")
	others := s.AddAccessToken("other", time.Time{})
	if !strings.HasPrefix(mine, "access-v1:") {
		t.Errorf("token begins with %.10q", mine)
	}
	wantStatus(t, "access token", s.get(t, guardedPath, mine), 200)
	wantStatus(t, "expired access token", s.get(t, guardedPath, expired), 401)
	if who := s.whoAmI(t, others); who.Name != "other" || who.ID != "1001" {
		t.Errorf("who-am-i of the other: %+v", who)
	}

	all := s.tokens(t, accessTokensPath, mine)
	if len(all.Entries) != 3 || all.Paging.Next != "" {
		t.Fatalf("all tokens: %+v", all)
	}
	if e := all.Entries[0]; e.ExpirationTime != expires.UTC().Format(time.RFC3339) || !e.Enabled || e.User.Name != DefaultUser {
		t.Errorf("first token: %+v", e)
	}
	if e := all.Entries[2]; e.ExpirationTime != "" || e.User.Name != "other" || e.ID == all.Entries[0].ID {
		t.Errorf("token without expiry: %+v", e)
	}
	for identity, want := range map[string]int{
		"other": 1, "local:other": 1, "auth_id:1001": 1, "1001": 1, "exporter": 2, "nobody": 0,
	} {
		page := s.tokens(t, accessTokensPath+"?user="+url.QueryEscape(identity), mine)
		if len(page.Entries) != want {
			t.Errorf("user=%s: %d tokens, want %d", identity, len(page.Entries), want)
		}
	}
	if body := s.get(t, accessTokensPath, mine).body; strings.Contains(body, "access-v1") {
		t.Error("the listing shows tokens")
	}

	// Pages: the last one has no next.
	var ids []string
	for path, pages := accessTokensPath+"?limit=2&user=", 0; path != ""; pages++ {
		page := s.tokens(t, path, mine)
		if pages > 1 || len(page.Entries) > 2 {
			t.Fatalf("page %d: %+v", pages, page)
		}
		for _, e := range page.Entries {
			ids = append(ids, e.ID)
		}
		path = page.Paging.Next
	}
	if len(ids) != 3 || !slices.IsSorted(ids) || ids[0] == ids[1] || ids[1] == ids[2] {
		t.Errorf("ids over pages: %q", ids)
	}

	// Without the privilege: one's own only.
	s.SetPrivileges("other")
	if page := s.tokens(t, accessTokensPath, others); len(page.Entries) != 1 || page.Entries[0].User.Name != "other" {
		t.Errorf("own tokens: %+v", page)
	}
	wantStatus(t, "own by name", s.get(t, accessTokensPath+"?user=other", others), 200)
	wantStatus(t, "another user's", s.get(t, accessTokensPath+"?user=exporter", others), 403)

	s.RevokeTokens()
	if page := s.tokens(t, accessTokensPath, s.login(t)); len(page.Entries) != 3 || page.Entries[0].Enabled {
		t.Errorf("revoked tokens: %+v", page)
	}
}
