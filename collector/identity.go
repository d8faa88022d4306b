package collector

import (
	"context"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// The help of each of these says where it is from, and that it is cached.
const (
	fromAD   = ", from /v1/ad/status, read at most every 1m"
	fromLDAP = ", from /v1/ldap/status, read at most every 1m"
)

var (
	directoryHealth = words{known: []string{"no_recent_error", "intermittent_error", "sustained_error"}}
	directoryLabels = []string{"node_id", "domain", "health"}

	adJoined = gauge("qumulo_ad_joined", "Whether the cluster has joined an Active Directory domain (1) or not (0)"+fromAD+".")
	adInfo   = info("qumulo_ad_info", "The Active Directory domain that the cluster has joined"+fromAD, "domain")
	adHealth = states("qumulo_ad_connection_health",
		"Whether the worst of the node's connections to the Active Directory domain is in the state named by the label (1) or not (0)"+fromAD+".",
		directoryHealth, directoryLabels...)
	ldapHealth = states("qumulo_ldap_connection_health",
		"Whether the worst of the node's connections to the LDAP domain is in the state named by the label (1) or not (0)"+fromLDAP+".",
		directoryHealth, directoryLabels...)
)

func identity() Collector {
	return Collector{
		Name: "identity", Help: "Active Directory and LDAP.", Enabled: true, Interval: time.Minute,
		Cost: "nodes", Query: `qumulo_ad_connection_health{health="sustained_error"} == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.ADStatusEndpoint, qumulo.LDAPStatusEndpoint},
		Metrics:   []*Metric{adJoined, adInfo, adHealth, ldapHealth},
		Read:      readIdentity,
	}
}

func readIdentity(ctx context.Context, src *Source, out *Output) error {
	ldapStatus := async(src, func() (qumulo.List[qumulo.DirectoryConnection], error) { return src.LDAPStatus(ctx) })
	ad, adErr := src.ADStatus(ctx)
	ldap, ldapErr := ldapStatus()
	if err := noneRead(adErr, ldapErr); err != nil {
		return err
	}
	if out.Part("no Active Directory", adErr) {
		const joined = "JOINED_TO_DOMAIN"
		out.yesNo(adJoined, "status", ad.Status, joined, "NOT_IN_DOMAIN")
		if ad.Status == joined {
			out.Add(adInfo, 1, string(ad.Domain))
		}
		addHealth(out, adHealth, ad.Connections)
	}
	if out.Part("no LDAP", ldapErr) {
		addHealth(out, ldapHealth, ldap)
	}
	return nil
}

// addHealth adds the worst health of each node in each domain, in the order in which they come first.
func addHealth(out *Output, m *Metric, connections qumulo.List[qumulo.DirectoryConnection]) {
	out.malformed(connections.Malformed)
	type place struct{ node, domain string }
	var order []place
	worst := map[place]qumulo.Text{}
	for _, c := range connections.Items {
		p := place{c.NodeID.Whole(), string(c.Domain)}
		if p.node == "" {
			out.warnf("a connection is left out: its node_id is missing")
			continue
		}
		health, seen := worst[p]
		if !seen {
			order = append(order, p)
		}
		if !seen || badness(m, c.Health) > badness(m, health) {
			worst[p] = c.Health
		}
	}
	for _, p := range order {
		out.stateSet(m, worst[p], p.node, p.domain)
	}
}

// badness is how bad a health is: a word that is not known may be anything, but it is not good.
func badness(m *Metric, health qumulo.Text) float64 {
	if i := slices.Index(m.States, word(health)); i >= 0 {
		return float64(i)
	}
	return 0.5
}
