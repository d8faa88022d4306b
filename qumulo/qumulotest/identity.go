package qumulotest

// directoryConnection is a row of /v1/ldap/status, and of the connections in /v1/ad/status.
type directoryConnection struct {
	NodeID    int               `json:"node_id"`
	Servers   []directoryServer `json:"servers"`
	Domain    string            `json:"bind_domain"`
	Account   string            `json:"bind_account"`
	BaseNames []string          `json:"base_dn_vec"`
	Health    string            `json:"health"`
}

type directoryServer struct {
	URI string `json:"bind_uri"`
	KDC string `json:"kdc_address"`
}

// identity is Active Directory and LDAP: a quiet cluster has neither, and of a busy one each node is in another
// state than the one before.
func identity(c cluster, m *Model) {
	ad := map[string]any{
		"status": "NOT_IN_DOMAIN", "domain": "", "ou": "", "search_trusted_domains": true, "use_ad_posix_attributes": false,
		"base_dn": "", "domain_netbios": "", "dcs": []any{}, "ldap_connection_states": []directoryConnection{},
	}
	ldap := []directoryConnection{}
	if c.busy {
		const domain = "corp.example.com"
		ad["status"], ad["domain"], ad["domain_netbios"] = "JOINED_TO_DOMAIN", domain, "CORP"
		ad["base_dn"] = "CN=Users,DC=corp,DC=example,DC=com"
		ad["dcs"] = []map[string]string{{"name": "dc1." + domain, "address": "192.0.2.10"}}
		ad["ldap_connection_states"] = directoryConnections(c.nodes, domain, 0)
		ldap = directoryConnections(c.nodes, "ldap.example.com", 1)
	}
	m.Set("/v1/ad/status", ad).Set("/v1/ldap/status", ldap)
}

// directoryConnections are those of the nodes to a domain; the first node's health is the word of that number.
func directoryConnections(nodes []node, domain string, first int) []directoryConnection {
	healths := []string{"NO_RECENT_ERROR", "INTERMITTENT_ERROR", "SUSTAINED_ERROR"}
	rows := make([]directoryConnection, len(nodes))
	for i, n := range nodes {
		rows[i] = directoryConnection{
			NodeID: n.ID, Domain: domain, Account: "qumulo$", BaseNames: []string{"DC=example,DC=com"},
			Servers: []directoryServer{{URI: "ldap://192.0.2.10", KDC: "192.0.2.10"}},
			Health:  healths[(first+i)%len(healths)],
		}
	}
	return rows
}
