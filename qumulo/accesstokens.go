package qumulo

import "context"

// AccessTokensEndpoint lists the access tokens of a user in pages. A user may list its own, and
// has two at most; those of others need PRIVILEGE_ACCESS_TOKENS_READ.
var AccessTokensEndpoint = Endpoint{
	Name: "list access tokens", Path: "/v1/auth/access-tokens/?limit=100&user=auth_id:{id}", Since: "5.3.0",
}

// AccessToken is what a cluster tells of an access token, which is never the token.
type AccessToken struct {
	ID      Text `json:"id"`
	Expires Time `json:"expiration_time"` // since 5.3.2; none: never
	Enabled Bool `json:"enabled"`         // since 5.3.3
}

// AccessTokens lists the access tokens of the user of that id (User.ID):
// GET /v1/auth/access-tokens/?user=auth_id:{id}, since 5.3.0.
func (c *Client) AccessTokens(ctx context.Context, user Text) (List[AccessToken], error) {
	type page struct {
		Entries List[AccessToken] `json:"entries"`
		Paging  Object[paging]    `json:"paging"`
	}
	var all List[AccessToken]
	err := getPages(ctx, c, AccessTokensEndpoint, "entries",
		func(p page) (List[AccessToken], Text) { return p.Entries, p.Paging.value.Next },
		func(l List[AccessToken]) error {
			all.Items, all.Malformed = append(all.Items, l.Items...), append(all.Malformed, l.Malformed...)
			return nil
		}, user)
	return all, err
}
