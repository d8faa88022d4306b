// What is wrong with what a cluster does for people and needs of others. See problems.libsonnet.
local labels = import '../labels.libsonnet';
local mappings = import '../mappings.libsonnet';
local relationships = import '../relationships.libsonnet';

function(config) {
  local present(labels, metric, matchers) = 'max by (%%(by)s, %s) (%s{%s, %%(s)s} == 1)' % [labels, metric, matchers],

  serviceProblems: {
    replication: {
      name: 'Replication',
      description: 'Relationships that are not established, failed, or are further behind than they may be, and snapshots that queue up. Worry about each: what was written since is lost if the source is. A relationship of two clusters that are both watched stands once, with its source.',
      local each = labels.each([
        ['failed', 'max by (%(by)s, id, role) (qumulo_replication_last_job_failed{%(s)s}) == 1'],
        [
          'behind',
          'max by (%(by)s, id, role) (instance_relationship:qumulo_replication_lag:seconds{%(s)s}) > max by (%(by)s, id, role) (instance_relationship:qumulo_replication_lag_limit:seconds{%(s)s})'
          + ' unless on (%(by)s, id, role) qumulo_replication_blackout_end_timestamp_seconds{%(s)s}'
          + ' unless on (%(by)s, id, role) qumulo_replication_state{state="ended", %(s)s} == 1',
        ],
        ['queue', 'max by (%%(by)s, id, role) (qumulo_replication_queued_snapshots{%%(s)s}) > %d' % config.replicationQueue],
      ]),
      local state = labels.renamed(present('id, role, state', 'qumulo_replication_state', 'state!~"established|unknown"'), 'state', 'problem'),
      local watched = 'unless on (%(by)s, id, role) (qumulo_replication_info{role="target", %(s)s} and on (id) qumulo_replication_info{role="source", %(s)s})',
      query: relationships.named(
        'max by (%%(by)s, id, role, problem) (%s unless on (%%(by)s, id, role) (qumulo_replication_enabled{%%(s)s} == 0) or %s) %s' % [
          '(' + each + ')',
          state,
          watched,
        ]
      ),
    },

    snapshots: {
      name: 'Snapshot policies',
      description: 'Policies whose newest snapshot is older than twice the time between two of their schedule. Worry about each: what people delete now can not be brought back.',
      query: labels.named(|||
        time() - max by (%(by)s, policy_id) (max_over_time(qumulo_snapshot_policy_newest_timestamp_seconds{%(s)s}[7d]))
          > 2 * min by (%(by)s, policy_id) (qumulo_snapshot_policy_interval_seconds{%(s)s}) + 600
        and min by (%(by)s, policy_id) (qumulo_snapshot_policy_enabled{%(s)s}) == 1
      |||, 'policy_id', 'qumulo_snapshot_policy_info', 'policy_name, source_path'),
      unit: 's',
      thresholds: [[null, 'red']],
    },

    identity: {
      name: 'Identity',
      description: 'Nodes that have errors with Active Directory or LDAP. Worry when they are sustained: logins and permissions of its users fail there.',
      local sick(service, metric) = 'label_replace(%s, "service", "%s", "", "")' % [present('node_id, domain, health', metric, 'health=~"intermittent_error|sustained_error"'), service],
      query: sick('Active Directory', 'qumulo_ad_connection_health') + '\nor\n' + sick('LDAP', 'qumulo_ldap_connection_health'),
    },

    audit: {
      name: 'Audit',
      description: 'Nodes that do not reach a destination of audit logs, or have an error message of it. Worry when it lasts: entries are lost when the node can not keep them any longer.',
      query: labels.named(labels.each([
        ['disconnected', 'max by (%(by)s, node_id, destination) (qumulo_audit_connection_status{status="disconnected", %(s)s}) == 1'],
        ['error', 'max by (%(by)s, node_id, destination) (qumulo_audit_last_error{%(s)s}) == 1'],
      ]), 'destination', 'qumulo_audit_destination_info', 'kind, address'),
    },

    services: {
      name: 'Support, encryption, license, portals and clock',
      description: 'Services and settings of clusters that are in trouble. Worry most about encryption: a node that can not have its key does not start again.',
      query: labels.each([
        ['support connection', 'count by (%(by)s, service, status) (qumulo_support_connection_status{status=~"error|error_pending", %(s)s} == 1)'],
        ['Nexus', 'max by (%(by)s) (qumulo_nexus_enabled{%(s)s}) == 1 unless max by (%(by)s) (qumulo_nexus_registration_state{state="registered", %(s)s}) == 1'],
        ['encryption', present('status', 'qumulo_encryption_status', 'status!~"not_encrypted|encrypted|kms_available|unknown"')],
        ['license', labels.renamed(present('state', 'qumulo_license_state', 'state="expired"'), 'state', 'status')],
        ['portal', 'count by (%(by)s, status) (qumulo_portal_status{status=~"inactive|degraded", %(s)s} == 1)'],
        ['clock is not synchronized', 'count by (%(by)s) (qumulo_time_synchronizing{%(s)s} == 0)'],
        ['clock is off', 'max by (%%(by)s) (abs(qumulo_time_offset_seconds{%%(s)s})) > %g' % config.clockOffset],
        ['tree delete aborted', 'sum by (%(by)s) (qumulo_tree_delete_failed_jobs{%(s)s}) > 0'],
      ]),
    },

    upgrades: {
      name: 'Upgrades and reboots',
      description: 'Upgrades that failed or are blocked, and reboots that paused by an error. Worry about failed ones and paused ones: they wait for somebody.',
      query: labels.each([
        ['upgrade failed', 'max by (%(by)s) (qumulo_upgrade_failed{%(s)s}) == 1'],
        ['reboot paused by an error', 'max by (%(by)s) (qumulo_reboot_state{state="paused_due_to_error", %(s)s}) == 1'],
        ['upgrade blocked', 'max by (%(by)s, reason) (qumulo_upgrade_blocked_info{%(s)s})'],
      ]),
    },

    expiring: {
      name: 'Certificates and tokens',
      description: 'What ends within %d days, or has ended. Worry in time: with the token or certificate ends the watching, and with that of the key management server the start of nodes.' % config.expiry.info,
      local ends(what, query) = 'label_replace(%s - time() < %d * 86400, "problem", "%s", "", "")' % [query, config.expiry.info, what],
      query: std.join('\nor\n', [
        ends('TLS certificate', 'min by (%(by)s) (qumulo_tls_certificate_not_after_timestamp_seconds{%(s)s})'),
        ends("exporter's access token", labels.renamed('min by (%(by)s, token_id) (qumulo_access_token_expiration_timestamp_seconds{%(s)s} and qumulo_access_token_in_use{%(s)s} == 1)', 'token_id', 'which')),
        ends('certificate of the key server', labels.renamed('min by (%(by)s, certificate) (qumulo_encryption_kms_certificate_not_after_timestamp_seconds{%(s)s})', 'certificate', 'which')),
      ]),
      unit: 's',
      mappings: mappings.upTo(0, 'has ended', 'red'),
      thresholds: [[null, 'red'], [config.expiry.warning * 86400, 'orange']],
    },

    collectors: {
      name: 'Collectors',
      description: 'Collectors that did not read everything they should at the last scrape. Worry when one stays: that part of the cluster is not watched. The log of the exporter says why.',
      query: 'min by (%(by)s, collector) (qumulo_scrape_collector_success{%(s)s}) == 0 and on (%(by)s) qumulo_up{%(s)s} == 1',
    },
  },
}
