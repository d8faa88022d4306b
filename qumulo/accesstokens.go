package qumulo

import (
	"context"
	"slices"
)

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
	// User is whose it is, as the release says it.
	User Object[struct {
		ID Text `json:"auth_id"`
	}] `json:"user"`
}

// isOf reports whether the token may be that of a user.
func (t AccessToken) isOf(user Text) bool {
	owner, _ := t.User.Value()
	return owner.ID == "" || owner.ID.Whole() == user.Whole()
}

// AccessTokens lists the access tokens of the user of that id (User.ID):
// GET /v1/auth/access-tokens/?user=auth_id:{id}, since 5.3.0. Those of others, which a release lists too that
// does not go by the user, are left out.
func (c *Client) AccessTokens(ctx context.Context, user Text) (List[AccessToken], error) {
	type page struct {
		Entries List[AccessToken] `json:"entries"`
		Paging  Object[paging]    `json:"paging"`
	}
	var all List[AccessToken]
	err := getPages(ctx, c, AccessTokensEndpoint, "entries",
		func(p page) (List[AccessToken], Text) { return p.Entries, p.Paging.value.Next },
		func(l List[AccessToken]) error {
			l.Items = slices.DeleteFunc(l.Items, func(t AccessToken) bool { return !t.isOf(user) })
			all.Items, all.Malformed = append(all.Items, l.Items...), append(all.Malformed, l.Malformed...)
			return nil
		}, user)
	return all, err
}
