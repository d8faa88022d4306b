package qumulo

import "context"

// directoryBytes bounds what nodes tell of their connections to directory servers: each of up to 265 nodes lists
// all servers of a domain. 32 servers are 1.2 MB, 100 with names of 60 bytes 5 MB.
const directoryBytes = 16 << 20

// The directories that a cluster looks users up in.
var (
	ADStatusEndpoint = Endpoint{
		Name: "get AD status", Path: "/v1/ad/status", Privilege: "PRIVILEGE_AD_READ", MaxBytes: directoryBytes,
	}
	LDAPStatusEndpoint = Endpoint{
		Name: "get LDAP status", Path: "/v1/ldap/status", Privilege: "PRIVILEGE_LDAP_READ", MaxBytes: directoryBytes,
	}
)

// ADStatus is whether the cluster is in an Active Directory domain, and its connections there.
type ADStatus struct {
	Status      Text                      `json:"status"` // JOINED_TO_DOMAIN, NOT_IN_DOMAIN
	Domain      Text                      `json:"domain"`
	Connections List[DirectoryConnection] `json:"ldap_connection_states"`
}

// DirectoryConnection is a node's connection to a directory server.
type DirectoryConnection struct {
	NodeID Text `json:"node_id"`
	Domain Text `json:"bind_domain"`
	Health Text `json:"health"` // NO_RECENT_ERROR, INTERMITTENT_ERROR, SUSTAINED_ERROR
}

// ADStatus asks for Active Directory: GET /v1/ad/status.
func (c *Client) ADStatus(ctx context.Context) (ADStatus, error) {
	return getObject[ADStatus](ctx, c, ADStatusEndpoint)
}

// LDAPStatus lists the connections to LDAP servers, none without LDAP: GET /v1/ldap/status.
func (c *Client) LDAPStatus(ctx context.Context) (List[DirectoryConnection], error) {
	return getList[DirectoryConnection](ctx, c, LDAPStatusEndpoint)
}
