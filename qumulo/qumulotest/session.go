package qumulotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// pageSize is how many access tokens one page holds where the caller sets no smaller limit.
const pageSize = 1000

// answerLogin is POST /v1/session/login.
func (s *Server) answerLogin(r *http.Request, body []byte, f Fault) answer {
	if r.Method != http.MethodPost {
		return methodAnswer(r.Method, http.MethodPost)
	}
	var in struct{ Username, Password string }
	if err := json.Unmarshal(body, &in); err != nil {
		return errorAnswer(http.StatusBadRequest, "The body is not a login.")
	}
	token, ok := s.accounts.login(in.Username, in.Password, time.Now())
	if !ok {
		return errorAnswer(http.StatusUnauthorized, "Login failed: wrong user name or password.")
	}
	if f.Body != nil {
		return bodyAnswer(http.StatusOK, f)
	}
	return jsonAnswer(http.StatusOK, marshal(map[string]string{"bearer_token": token}))
}

// answerWhoAmI is GET /v1/session/who-am-i.
func (s *Server) answerWhoAmI(r *http.Request, as *account) answer {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	privileges := append([]string{}, as.privileges...) // [] and not null where it has none
	info := map[string]any{
		"id": strconv.Itoa(as.number), "name": as.name, "primary_group": "513", "sid": as.sid(),
		"uid": "", "home_directory": "", "can_change_password": true, "privileges": privileges,
	}
	for _, t := range s.accounts.tokens {
		if t.token == bearer(r) { // only then, says the definition
			info["access_token_id"] = t.id
		}
	}
	return jsonAnswer(http.StatusOK, marshal(info))
}

// answerAccessTokens is GET /v1/auth/access-tokens/, with its user, after and limit. Without the
// privilege to see more it lists the caller's own tokens, and refuses to list another user's.
func (s *Server) answerAccessTokens(r *http.Request, as *account) answer {
	all := s.accounts.has(as, accessTokensRead)
	query := r.URL.Query()
	user := query.Get("user")
	if !all && user != "" && !as.is(user) {
		return errorAnswer(http.StatusForbidden, "The caller lacks "+accessTokensRead+".")
	}
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > pageSize {
		limit = pageSize
	}
	entries, next := []any{}, ""
	for _, t := range s.accounts.tokens {
		if user != "" && !t.account.is(user) || !all && t.account != as || t.id <= query.Get("after") {
			continue
		}
		if len(entries) == limit {
			next = nextPage(accessTokensPath, query, entries[limit-1].(map[string]any)["id"].(string))
			break
		}
		entries = append(entries, t.entry())
	}
	return jsonAnswer(http.StatusOK, marshal(map[string]any{
		"entries": entries, "paging": map[string]string{"next": next},
	}))
}

// entry is the token's row in the listing.
func (t *accessToken) entry() map[string]any {
	expires := ""
	if !t.expires.IsZero() {
		expires = t.expires.UTC().Format(time.RFC3339Nano)
	}
	return map[string]any{
		"id": t.id, "user": t.account.identity(), "creator": t.account.identity(),
		"creation_time":   t.created.UTC().Format(time.RFC3339Nano),
		"expiration_time": expires, "enabled": t.enabled,
	}
}

// identity is how the API names a user.
func (u *account) identity() map[string]any {
	return map[string]any{
		"domain": "LOCAL", "auth_id": strconv.Itoa(u.number), "uid": nil, "gid": nil,
		"sid": u.sid(), "name": u.name,
	}
}

func (u *account) sid() string {
	return fmt.Sprintf("S-1-5-21-1111111111-2222222222-3333333333-%d", u.number)
}

// is reports whether an identity string of a caller means this user.
func (u *account) is(identity string) bool {
	number := strconv.Itoa(u.number)
	return slices.Contains([]string{
		u.name, "local:" + u.name, number, "auth_id:" + number, u.sid(),
	}, identity)
}
