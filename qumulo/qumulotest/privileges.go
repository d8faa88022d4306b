package qumulotest

import (
	"slices"
	"strings"
)

// accessTokensRead lets a user see the access tokens of others.
const accessTokensRead = "PRIVILEGE_ACCESS_TOKENS_READ"

// rule says which privilege the paths that begin with prefix need.
type rule struct {
	prefix, privilege string
}

// rules is the one table of privileges; the first rule that fits a path holds. A path without a
// rule needs a token and no privilege.
func rules() []rule {
	return []rule{
		{"/v1/cluster/", "PRIVILEGE_CLUSTER_READ"},
		{"/v1/file-system", "PRIVILEGE_FS_ATTRIBUTES_READ"},
		{"/v1/files/quotas/", "PRIVILEGE_QUOTA_READ"},
		{"/v1/files/", "PRIVILEGE_FS_ATTRIBUTES_READ"},
		{"/v1/capacity/", "PRIVILEGE_CAPACITY_READ"},
		{"/v2/metrics/", "PRIVILEGE_METRICS_READ"},
		{"/v2/network/", "PRIVILEGE_NETWORK_READ"},
		{"/v3/network/", "PRIVILEGE_NETWORK_READ"},
		{"/v1/analytics/", "PRIVILEGE_ANALYTICS_READ"},
		{"/v2/replication/source-relationships/", "PRIVILEGE_REPLICATION_SOURCE_READ"},
		{"/v2/replication/target-relationships/", "PRIVILEGE_REPLICATION_TARGET_READ"},
		{"/v3/replication/object-relationships/", "PRIVILEGE_REPLICATION_OBJECT_READ"},
		{"/v1/snapshots/total-used-capacity", "PRIVILEGE_SNAPSHOT_CALCULATE_USED_CAPACITY_READ"},
		{"/v1/snapshots/capacity-used-per-snapshot/", "PRIVILEGE_SNAPSHOT_CALCULATE_USED_CAPACITY_READ"},
		{"/v3/nfs/exports/", "PRIVILEGE_NFS_EXPORT_READ"},
		{"/v2/nfs/exports/", "PRIVILEGE_NFS_EXPORT_READ"},
		{"/v3/smb/shares/", "PRIVILEGE_SMB_SHARE_READ"},
		{"/v2/smb/shares/", "PRIVILEGE_SMB_SHARE_READ"},
		{"/v1/smb/sessions/", "PRIVILEGE_SMB_SESSION_READ"},
		{"/v1/s3/buckets/", "PRIVILEGE_S3_BUCKETS_READ"},
		{"/v1/s3/settings", "PRIVILEGE_S3_SETTINGS_READ"},
		{"/v0/ftp/", "PRIVILEGE_FTP_READ"},
		{"/v2/snapshots/policies/", "PRIVILEGE_SNAPSHOT_POLICY_READ"},
		{"/v3/snapshots/policies/", "PRIVILEGE_SNAPSHOT_POLICY_READ"},
		{"/v2/snapshots/", "PRIVILEGE_SNAPSHOT_READ"},
		{"/v3/snapshots/", "PRIVILEGE_SNAPSHOT_READ"},
		{"/v4/snapshots/", "PRIVILEGE_SNAPSHOT_READ"},
		{"/v1/time/", "PRIVILEGE_TIME_READ"},
		{"/v2/time/", "PRIVILEGE_TIME_READ"},
		{"/v2/upgrade/", "PRIVILEGE_UPGRADE_READ"},
		{"/v3/upgrade/", "PRIVILEGE_UPGRADE_READ"},
		{"/v1/shutdown/reboot/", "PRIVILEGE_REBOOT_READ"},
		{"/v1/support/", "PRIVILEGE_SUPPORT_READ"},
		{"/v1/nexus/", "PRIVILEGE_SUPPORT_READ"},
		{"/v1/ad/", "PRIVILEGE_AD_READ"},
		{"/v1/ldap/", "PRIVILEGE_LDAP_READ"},
		{"/v1/audit/", "PRIVILEGE_AUDIT_READ"},
		{"/v2/audit/", "PRIVILEGE_AUDIT_READ"},
		{"/v1/encryption/", "PRIVILEGE_ENCRYPTION_READ"},
		{"/v2/encryption/", "PRIVILEGE_ENCRYPTION_READ"},
		{"/v1/license/", "PRIVILEGE_LICENSE_READ"},
		{"/v1/tree-delete/", "PRIVILEGE_FS_DELETE_TREE_READ"},
		{"/v1/portal/", "PRIVILEGE_PORTAL_GLOBAL_READ"},
		{"/v2/portal/", "PRIVILEGE_PORTAL_GLOBAL_READ"},
	}
}

// isPublic reports whether a cluster answers path without a token.
func isPublic(path string) bool {
	switch path {
	case "/v1/version", "/v1/cluster/settings", "/v1/node/state":
		return true
	}
	return false
}

// privilegeOf returns the privilege that path needs, "" if none.
func privilegeOf(rules []rule, path string) string {
	i := slices.IndexFunc(rules, func(r rule) bool { return strings.HasPrefix(path, r.prefix) })
	if i < 0 {
		return ""
	}
	return rules[i].privilege
}

// everyPrivilege returns all privileges that mean something here, sorted.
func everyPrivilege() []string {
	all := []string{accessTokensRead}
	for _, r := range rules() {
		all = append(all, r.privilege)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
