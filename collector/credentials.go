package collector

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// fromList ends the help of what comes from the list of access tokens.
const fromList = ", from /v1/auth/access-tokens/ (since Qumulo Core 5.3.0), read at most every 5m."

var (
	credentialsInfo = info("qumulo_credentials_info",
		"The user that the exporter reads the cluster as, from /v1/session/who-am-i, read at most every 5m", "user", "id")
	tokenExpiration = gauge("qumulo_access_token_expiration_timestamp_seconds",
		"When the access token of the exporter's own user expires, as Unix time in seconds (no series: never)"+fromList, "token_id")
	tokenEnabled = gauge("qumulo_access_token_enabled",
		"Whether the access token of the exporter's own user is enabled (1) or not (0)"+fromList, "token_id")
	tokenInUse = gauge("qumulo_access_token_in_use",
		"Whether the access token of the exporter's own user is the one that the exporter sends (1) or not (0)"+fromList, "token_id")
	privilegeGranted = gauge("qumulo_privilege_granted",
		"Whether the exporter's user has the privilege that the collector needs (1) or not (0), from /v1/session/who-am-i, read at most every 5m.",
		"collector", "privilege")
)

func credentials() Collector {
	return Collector{
		Name: "credentials", Help: "The exporter's own user: privileges and access tokens.", Enabled: true, Interval: 5 * time.Minute,
		Cost: "nothing", Query: `qumulo_privilege_granted == 0`,
		Endpoints: []qumulo.Endpoint{qumulo.WhoAmIEndpoint, qumulo.AccessTokensEndpoint},
		Metrics:   []*Metric{credentialsInfo, tokenExpiration, tokenEnabled, tokenInUse, privilegeGranted},
		Read:      readCredentials,
	}
}

func readCredentials(ctx context.Context, src *Source, out *Output) error {
	user, err := src.WhoAmI(ctx)
	if err != nil {
		return err
	}
	out.Add(credentialsInfo, 1, string(user.Name), string(user.ID))
	if user.Privileges != nil {
		addPrivileges(src, out, user.Privileges)
	}
	if user.ID == "" {
		out.warnf("no access tokens: the id of the own user is missing")
		return nil
	}
	tokens, err := src.AccessTokens(ctx, user.ID)
	if !errors.Is(err, qumulo.ErrForbidden) && out.Part("no access tokens", err) { // old releases may keep a user from its own
		addTokens(src, out, tokens, user.AccessTokenID)
	}
	return nil
}

// addPrivileges compares the privileges of the user with those that the collectors need which
// are on, as far as the release is not known to lack what they are needed for.
func addPrivileges(src *Source, out *Output, granted []qumulo.Text) {
	for _, c := range All() {
		if !slices.Contains(src.On, c.Name) {
			continue
		}
		c.Endpoints = slices.DeleteFunc(c.Endpoints, src.Lacks)
		for _, privilege := range c.Privileges() {
			out.Add(privilegeGranted, Boolean(slices.Contains(granted, qumulo.Text(privilege))), c.Name, privilege)
		}
	}
}

func addTokens(src *Source, out *Output, tokens qumulo.List[qumulo.AccessToken], used qumulo.Text) {
	out.malformed(tokens.Malformed)
	// That no access token is used is known where a login gave the exporter's token.
	said := used != "" || !src.State().TokenExpires.IsZero()
	seen := map[string]bool{}
	for _, t := range tokens.Items {
		id := string(t.ID)
		if id == "" || seen[id] {
			out.warnf("an access token is left out: its id %q is missing or taken", id)
			continue
		}
		seen[id] = true
		out.timestamp(tokenExpiration, "expiration_time", t.Expires, id)
		out.flag(tokenEnabled, "enabled", t.Enabled, id)
		if said {
			out.Add(tokenInUse, Boolean(t.ID == used), id)
		}
	}
}
