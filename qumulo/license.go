package qumulo

import "context"

// LicenseStatusEndpoint says whether the cluster's license holds.
var LicenseStatusEndpoint = Endpoint{Name: "get license status", Path: "/v1/license/status", Privilege: "PRIVILEGE_LICENSE_READ"}

// LicenseStatus is the state of the license. No definition has its expiry.
type LicenseStatus struct {
	State Text `json:"state"` // LICENSE_STATE_NONE, LICENSE_STATE_ACTIVE, LICENSE_STATE_EXPIRED
}

// LicenseStatus asks for the state: GET /v1/license/status.
func (c *Client) LicenseStatus(ctx context.Context) (LicenseStatus, error) {
	return getObject[LicenseStatus](ctx, c, LicenseStatusEndpoint)
}
