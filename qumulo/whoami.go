package qumulo

import "context"

// WhoAmIEndpoint says who the client is. Any user may ask.
var WhoAmIEndpoint = Endpoint{Name: "get own user", Path: "/v1/session/who-am-i", Missing: NoAPI}

// User is the user that the client's token stands for.
type User struct {
	ID   Text `json:"id"`
	Name Text `json:"name"`
	// AccessTokenID is the access token that the client sends; "" with a session token.
	AccessTokenID Text `json:"access_token_id"`
	// Privileges are "PRIVILEGE_CLUSTER_READ", ...; nil: the cluster does not say.
	Privileges Values[Text] `json:"privileges"`
}

// WhoAmI asks for the client's own user: GET /v1/session/who-am-i. Any user may.
func (c *Client) WhoAmI(ctx context.Context) (User, error) {
	return getObject[User](ctx, c, WhoAmIEndpoint)
}

// isKnown reports whether the cluster knows the token that a call was made with: it is asked for the
// client's own user and, as that endpoint may be sick too, for the nodes. A 403 of these shows nothing: any
// user may ask for the one, and a node that is sick may answer the other so.
func (c *Client) isKnown(ctx context.Context, r *request, t *token) bool {
	for _, e := range []Endpoint{WhoAmIEndpoint, NodesEndpoint} {
		if e.Path == r.Path || e.Path == NodesEndpoint.Path && c.session.isUnlisted(ctx, t, r.proofTime()) {
			continue
		}
		ask := e.request(r.round, r.deadline)
		if ask.secret = r.secret; ask.lists() {
			ask.decode = nodesInto(new(List[Node]), c.rows(e))
		}
		if c.prove(ctx, ask) == nil {
			return true
		}
	}
	return false
}
