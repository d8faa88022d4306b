// What a cluster needs round it: clock, directory services, audit, support, license, keys, certificates, and its upgrades.
local mappings = import '../mappings.libsonnet';
local states = import '../states.libsonnet';

function(config) {
  local days(d) = d * 86400,

  license: states.worst('qumulo_license_state', 'state', ['none', 'expired'], 'active') {
    name: 'License',
    description: 'The state of the license. Worry when it has expired: support ends with it.',
    noValue: 'not told',
  },

  encryption: states.worst('qumulo_encryption_status', 'status', ['kms_key_inactive', 'kms_authentication_error', 'cannot_connect_to_kms_server', 'kms_key_not_found', 'configuration_corrupted'], 'fine') {
    name: 'Encryption keys',
    description: 'Whether the keys of encryption at rest can be reached; fine too where nothing is encrypted. Worry at once when not: a node that restarts cannot read its drives.',
    noValue: 'not told',
  },

  ad: states.worst('qumulo_ad_connection_health', 'health', ['intermittent_error', 'sustained_error'], 'fine') {
    name: 'Active Directory',
    description: 'The worst connection of a node to Active Directory. Worry about errors that are sustained: SMB clients cannot log in.',
    noValue: 'not joined',
  },

  ldap: states.worst('qumulo_ldap_connection_health', 'health', ['intermittent_error', 'sustained_error'], 'fine') {
    name: 'LDAP',
    description: 'The worst connection of a node to LDAP. Worry about errors that are sustained: identities of NFS clients are not resolved.',
    noValue: 'not used',
  },

  audit: states.worst('qumulo_audit_connection_status', 'status', ['connecting', 'disconnected'], 'fine') {
    name: 'Audit',
    description: 'The worst connection to a destination of audit logs; fine too where it is disabled. Worry when it is disconnected: audit records pile up and are lost in the end.',
    noValue: 'not used',
  },

  support: states.worst('qumulo_support_connection_status', 'status', ['error_pending', 'error'], 'fine') {
    name: 'Support',
    description: "The worst connection of a node to Qumulo's monitoring and support; fine too where it is disabled. Worry when you count on Qumulo to see failures.",
    noValue: 'not told',
  },

  nexus: states.worst('qumulo_nexus_registration_state', 'state', ['pending_registration', 'error_registering'], 'fine') {
    name: 'Nexus',
    description: 'Whether the registration with Nexus works; fine too where there is none. Worry when it stays in error and you use Nexus.',
    noValue: 'not in this release',
  },

  portals: states.worst('qumulo_portal_status', 'status', ['inactive', 'degraded'], 'fine') {
    name: 'Portals',
    description: 'The worst status of a portal. Worry when one is degraded: its clients see old data, or none.',
    noValue: 'none',
  },

  clockSync: {
    name: 'Clock',
    description: 'How many nodes do not synchronize their clock. Worry when it stays so for an hour: logins with Kerberos fail when clocks drift apart.',
    query: 'sum by (%(by)s) (1 - qumulo_time_synchronizing{%(s)s})',
    mappings: mappings.words([[0, 'in sync', 'green']]),
    thresholds: [[null, 'green'], [1, 'orange']],
    noValue: 'not told',
  },

  clockOffset: {
    name: 'Clock offset',
    description: "The cluster's clock less the exporter's. Worry above %g seconds, after a look at the exporter's own clock." % config.clockOffset,
    query: 'max by (%(by)s) (abs(qumulo_time_offset_seconds{%(s)s}))',
    legend: '{{instance}}',
    unit: 's',
    thresholds: [[null, 'green'], [config.clockOffset, 'orange']],
  },

  upgrade: states.worst('qumulo_upgrade_state', 'state', ['preparing', 'prepared', 'committing', 'committed', 'rebooting'], 'idle') {
    name: 'Upgrade',
    description: 'The state of an upgrade of Qumulo Core. Worry when one step takes hours, or when nobody asked for it.',
    thresholds: [[null, 'green'], [1, 'blue']],
    mappings: mappings.words([[0, 'idle', 'green'], [1, 'preparing', 'blue'], [2, 'prepared', 'blue'], [3, 'committing', 'blue'], [4, 'committed', 'blue'], [5, 'rebooting', 'blue']]),
  },

  upgradeFailed: {
    name: 'Upgrade failed',
    description: 'Whether the last upgrade failed, or something keeps one from beginning. Worry when it failed; a block matters when an upgrade is planned.',
    query: 'max by (%(by)s) (2 * qumulo_upgrade_failed{%(s)s} or qumulo_upgrade_blocked{%(s)s})',
    mappings: mappings.words([[0, 'no', 'green'], [1, 'blocked', 'yellow'], [2, 'failed', 'red']]),
    thresholds: [[null, 'green'], [1, 'yellow'], [2, 'red']],
  },

  reboot: states.worst('qumulo_reboot_state', 'state', ['in_progress', 'paused', 'paused_due_to_error'], 'idle') {
    name: 'Reboot',
    description: 'The state of a reboot of the cluster. Worry when it is paused by an error: it does not continue by itself.',
  },

  replacement: {
    name: 'Replacing nodes',
    description: 'How many nodes wait to be replaced or are being replaced. Worry when it does not fall for days.',
    query: 'sum by (%(by)s) (qumulo_node_replacement_nodes{%(s)s})',
    unit: 'short',
    noValue: 'none',
  },

  // All that ends, by what it is.
  expires: {
    name: 'Ends in',
    description: 'When certificates and access tokens end. Worry below %d days: after that clients, keys or this exporter fail at once.' % config.expiry.info,
    query: |||
      max by (%(by)s, what) (label_replace(qumulo_tls_certificate_not_after_timestamp_seconds{%(s)s} - time(), "what", "TLS certificate of the API", "", ""))
      or max by (%(by)s, what) (label_join(label_replace(qumulo_encryption_kms_certificate_not_after_timestamp_seconds{%(s)s} - time(), "kind", "KMS certificate:", "", ""), "what", " ", "kind", "certificate"))
      or max by (%(by)s, what) (label_join(label_replace(qumulo_access_token_expiration_timestamp_seconds{%(s)s} - time(), "kind", "access token", "", ""), "what", " ", "kind", "token_id"))
    |||,
    unit: 's',
    decimals: 0,
    thresholds: [[null, 'red'], [days(config.expiry.critical), 'orange'], [days(config.expiry.warning), 'yellow'], [days(config.expiry.info), 'green']],
    noValue: 'none',
  },

  treeDelete: {
    name: 'Tree deletes',
    description: 'Jobs that delete whole directories, what they still have to delete, and how many were aborted. Worry about aborted ones: space that was counted on does not come.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_tree_delete_jobs{%(s)s})', legend: 'jobs' },
      { query: 'sum by (%(by)s) (qumulo_tree_delete_failed_jobs{%(s)s})', legend: 'aborted' },
    ],
    unit: 'short',
    noValue: 'none',
  },

  upgradeProgress: {
    name: 'Upgrades and reboots',
    description: 'How far the present step of an upgrade is, and how many of the nodes have been rebooted. Worry when it stands still for an hour.',
    queries: [
      { query: 'max by (%(by)s) (qumulo_upgrade_progress_ratio{%(s)s})', legend: 'upgrade, present step' },
      { query: 'max by (%(by)s) (qumulo_reboot_nodes_rebooted{%(s)s}) / (max by (%(by)s) (qumulo_reboot_nodes{%(s)s}) > 0)', legend: 'nodes rebooted' },
    ],
    unit: 'percentunit',
    min: 0,
    max: 1,
    noValue: 'not told',
  },

  upgradeTarget: {
    name: 'Upgrade to',
    description: 'The release that the cluster is being upgraded to. Worry when nobody asked for it.',
    query: 'max by (%(by)s, version) (qumulo_upgrade_target_info{%(s)s})',
    legend: '{{version}}',
    textMode: 'name',
    noValue: 'none',
  },

  keyAge: {
    name: 'Key rotated',
    description: 'How long ago the key of encryption at rest was rotated. Worry when it is longer than your rules allow.',
    query: 'max by (%(by)s) (time() - qumulo_encryption_last_key_rotation_timestamp_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
    noValue: 'not told',
  },

  treeDeleteLeft: {
    name: 'Left by tree deletes',
    description: 'What tree-delete jobs still have to delete, and how old the oldest job is. Worry when it stands still.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_tree_delete_remaining_files{%(s)s})', legend: 'files' },
      { query: 'sum by (%(by)s) (qumulo_tree_delete_remaining_directories{%(s)s})', legend: 'directories' },
      { query: 'max by (%(by)s) (time() - qumulo_tree_delete_oldest_job_timestamp_seconds{%(s)s}) / 3600', legend: 'age of the oldest job, hours' },
    ],
    unit: 'short',
    decimals: 0,
    noValue: 'nothing',
  },
}
