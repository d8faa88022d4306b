package scrape

import (
	"errors"
	"net/http"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// observed is told of each call of the sweep.
func (s *sweep) observed(call qumulo.CallResult) {
	if gotThrough(call) {
		s.mu.Lock()
		s.accepted = true
		s.mu.Unlock()
	}
	if s.observe != nil {
		s.observe(call)
	}
}

// gotThrough reports whether the cluster accepted the token that a call was made with. A
// 403 or 404 counts if it is the API's: a proxy in the cluster's place knows no token.
func gotThrough(call qumulo.CallResult) bool {
	public := func(e qumulo.Endpoint) bool { return e.Public && e.Name == call.Operation }
	switch {
	case slices.ContainsFunc(qumulo.Endpoints(), public):
		return false
	case call.Err == nil:
		return true
	}
	status, ok := errors.AsType[*qumulo.StatusError](call.Err)
	return ok && (status.Status == http.StatusForbidden || status.Status == http.StatusNotFound) && (status.Class != "" || status.Description != "")
}

// credentials returns whether the cluster accepted the credentials in this scrape; known
// is false where it said nothing of them. A rejection counts more than a call that got
// through: the token was taken away in between.
func (c *Cluster) credentials(v view) (accepted, known bool) {
	rejected := isRejected(v.upErr)
	for _, r := range v.results {
		rejected = rejected || isRejected(r.err) && !r.at.Before(v.began) // a cached failure is another scrape's
	}
	switch {
	case rejected:
		return false, true
	case v.accepted:
		return true, true
	}
	return false, c.client.State().LoginPaused
}

// isRejected reports whether a call failed for its credentials: rejected now, or not
// sent after a rejection.
func isRejected(err error) bool {
	if login, ok := errors.AsType[*qumulo.LoginError](err); ok && login.Rejected {
		return true
	}
	_, token := errors.AsType[*qumulo.TokenError](err)
	_, budget := errors.AsType[*qumulo.BudgetError](err)
	return token || budget
}
