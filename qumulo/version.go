package qumulo

import (
	"context"
	"strings"
)

// VersionEndpoint says which release the cluster runs.
var VersionEndpoint = Endpoint{Name: "get version", Path: "/v1/version", Public: true}

// Version is the release that a cluster runs.
type Version struct {
	RevisionID Text `json:"revision_id"` // "Qumulo Core 7.8.0"
	BuildID    Text `json:"build_id"`    // "341775.1.14"
	Flavor     Text `json:"flavor"`      // "release"
	BuildDate  Text `json:"build_date"`  // RFC 3339
}

// Release is the bare number of the release: "7.8.0".
func (v Version) Release() string {
	return strings.TrimSpace(strings.TrimPrefix(string(v.RevisionID), "Qumulo Core"))
}

// Version asks for the release: GET /v1/version. No token is needed.
func (c *Client) Version(ctx context.Context) (Version, error) {
	v, err := getObject[Version](ctx, c, VersionEndpoint)
	if err == nil {
		c.missing.forget(v.Release())
	}
	return v, err
}
