package qumulotest

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"
)

// sessionLifetime is how long a session token of a real cluster lives.
const sessionLifetime = 10 * time.Hour

// account is a local user of the cluster.
type account struct {
	name       string
	number     int // its auth_id, and the end of its sid
	password   string
	privileges []string
}

// session is a token that a login gave.
type session struct {
	account *account
	expires time.Time
}

// accessToken is a token of long life, listed under /v1/auth/access-tokens/.
type accessToken struct {
	id      string
	token   string
	account *account
	created time.Time
	expires time.Time // zero: never
	enabled bool
}

// accounts are the users and tokens of a cluster.
type accounts struct {
	mu       sync.Mutex
	users    map[string]*account
	sessions map[string]session
	tokens   []*accessToken
	lifetime time.Duration
	dead     bool // tokens of a login are dead at once
}

func newAccounts() *accounts {
	return &accounts{
		users: map[string]*account{}, sessions: map[string]session{}, lifetime: sessionLifetime,
	}
}

// SetPassword lets user log in with password, and no other. A user not known so far is made, with
// every privilege. Tokens given so far stay good.
func (s *Server) SetPassword(user, password string) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	s.accounts.user(user).password = password
}

// SetPrivileges gives user exactly these privileges ("PRIVILEGE_CLUSTER_READ"), for tokens given
// so far too; calls that need another get 403.
func (s *Server) SetPrivileges(user string, privileges ...string) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	s.accounts.user(user).privileges = slices.Clone(privileges)
}

// AddAccessToken makes an access token of user ("access-v1:…") that is good until expires; the
// zero time is never.
func (s *Server) AddAccessToken(user string, expires time.Time) string {
	a := s.accounts
	a.mu.Lock()
	defer a.mu.Unlock()
	t := &accessToken{
		id:    fmt.Sprintf("70420%018d", len(a.tokens)+1),
		token: "access-v1:" + rand.Text(), account: a.user(user),
		created: time.Now(), expires: expires, enabled: true,
	}
	a.tokens = append(a.tokens, t)
	return t.token
}

// SetTokenLifetime sets how long session tokens live that are given from now on; 10 hours at first.
func (s *Server) SetTokenLifetime(d time.Duration) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	s.accounts.lifetime = d
}

// RevokeTokens makes every session and access token given so far answer 401 from now on. Access
// tokens stay listed, as disabled ones.
func (s *Server) RevokeTokens() {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	clear(s.accounts.sessions)
	for _, t := range s.accounts.tokens {
		t.enabled = false
	}
}

// RevokeEachLogin makes tokens that a login gives from now on dead at once, while on.
func (s *Server) RevokeEachLogin(on bool) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	s.accounts.dead = on
}

// user returns the user of that name and makes it first where there is none; a.mu is held.
func (a *accounts) user(name string) *account {
	u, ok := a.users[name]
	if !ok {
		u = &account{name: name, number: 1000 + len(a.users), privileges: everyPrivilege()}
		a.users[name] = u
	}
	return u
}

// login returns a session token, false where name or password is wrong.
func (a *accounts) login(name, password string, now time.Time) (string, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	u, ok := a.users[name]
	if !ok || u.password == "" || u.password != password {
		return "", false
	}
	// Whoever logs in for days must not fill the memory.
	for token, s := range a.sessions {
		if !now.Before(s.expires) {
			delete(a.sessions, token)
		}
	}
	token := "session-v1:" + rand.Text()
	if !a.dead {
		a.sessions[token] = session{account: u, expires: now.Add(a.lifetime)}
	}
	return token, true
}

// find returns the user of a token that is good now, nil if there is none.
func (a *accounts) find(token string, now time.Time) *account {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s, ok := a.sessions[token]; ok && now.Before(s.expires) {
		return s.account
	}
	for _, t := range a.tokens {
		if t.token == token && t.enabled && (t.expires.IsZero() || now.Before(t.expires)) {
			return t.account
		}
	}
	return nil
}

// has reports whether the user has a privilege.
func (a *accounts) has(u *account, privilege string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(u.privileges, privilege)
}
