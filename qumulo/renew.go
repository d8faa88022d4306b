package qumulo

import "time"

// renewAhead begins a login when the token nears its end.
func (s *session) renewAhead(round Round) {
	if s.now().Sub(s.current.born) >= time.Duration(renewAt*float64(s.life)) {
		s.renew(round)
	}
}

// renewDoubted begins a login when the token may have ended, which no call has said.
func (s *session) renewDoubted() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		s.renew(Round{Began: s.now()})
	}
}

// renew begins a login. Calls go on with the old token; if the login fails, it is tried again after a
// while.
func (s *session) renew(round Round) {
	if s.credentials.byToken() || s.login != nil || s.now().Sub(s.renewed) < min(renewRetry, s.life/10) {
		return
	}
	s.renewed = s.now()
	s.startLogin(round, true)
}
