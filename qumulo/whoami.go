package qumulo

import "context"

// User is the user that the client's token stands for.
type User struct {
	ID         Text   `json:"id"`
	Name       Text   `json:"name"`
	Privileges []Text `json:"privileges"` // "PRIVILEGE_CLUSTER_READ", ...
}

// WhoAmI asks for the client's own user: GET /v1/session/who-am-i. Any user may.
func (c *Client) WhoAmI(ctx context.Context) (User, error) {
	var u User
	err := c.get(ctx, operation{
		name: "get own user", path: "/v1/session/who-am-i", required: true, maxBytes: smallBody,
	}, objectInto(&u))
	return u, err
}
