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

// isOwnUser reports whether the cluster knows the user of the token that a call was made with.
func (c *Client) isOwnUser(ctx context.Context, r *request) bool {
	if r.Path == WhoAmIEndpoint.Path {
		return false
	}
	who := WhoAmIEndpoint.request(r.round, r.deadline)
	who.secret, who.decode = r.secret, objectInto(new(User))
	return accepts(c.prove(ctx, who))
}
