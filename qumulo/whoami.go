package qumulo

import "context"

// WhoAmIEndpoint says who the client is. Any user may ask.
var WhoAmIEndpoint = Endpoint{Name: "get own user", Path: "/v1/session/who-am-i", Missing: NoAPI}

// User is the user that the client's token stands for.
type User struct {
	ID         Text   `json:"id"`
	Name       Text   `json:"name"`
	Privileges []Text `json:"privileges"` // "PRIVILEGE_CLUSTER_READ", ...
}

// WhoAmI asks for the client's own user: GET /v1/session/who-am-i. Any user may.
func (c *Client) WhoAmI(ctx context.Context) (User, error) {
	return getObject[User](ctx, c, WhoAmIEndpoint)
}
