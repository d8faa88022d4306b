// Snapshots and their policies.
local mappings = import '../mappings.libsonnet';

function(config) {
  local limit = config.snapshots.limit,
  local policy(function_, metric) = '%s by (%%(by)s, policy_id) (%s{%%(s)s})' % [function_, metric],
  local newest = policy('max', 'qumulo_snapshot_policy_newest_timestamp_seconds'),
  local interval = policy('min', 'qumulo_snapshot_policy_interval_seconds'),

  snapshots: {
    name: 'Snapshots',
    description: 'How many snapshots there are. Worry above %d: a cluster can have %d, and takes no more then.' % [limit * config.snapshots.ratio, limit],
    query: 'sum by (%(by)s) (qumulo_snapshots{%(s)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'green'], [limit * config.snapshots.ratio, 'orange']],
  },

  snapshotSpace: {
    name: 'Snapshot space',
    description: 'What would be free if all snapshots were deleted. Worry when it grows much faster than the data: something is rewritten all the time, or nothing expires.',
    query: 'sum by (%(by)s) (qumulo_filesystem_snapshot_bytes{%(s)s})',
    legend: '{{instance}}',
    unit: 'decbytes',
  },

  snapshotPolicies: {
    kinds: {
      name: 'Snapshots by kind',
      description: 'Snapshots that are locked, that never expire, and that are being deleted. Worry when those without an end become more, since nobody takes them away, or when deletes do not end.',
      queries: [
        { query: 'max by (%(by)s) (qumulo_snapshots_locked{%(s)s}) > 0', legend: '{{instance}} locked' },
        { query: 'max by (%(by)s) (qumulo_snapshots_without_expiration{%(s)s}) > 0', legend: '{{instance}} never expire' },
        { query: 'max by (%(by)s) (qumulo_snapshots_deleting{%(s)s}) > 0', legend: '{{instance}} in deletion' },
      ],
      unit: 'short',
      decimals: 0,
      min: 0,
      noValue: 'none',
    },

    // The columns of a table of policies.
    names: { name: 'Names', query: 'max by (%(by)s, policy_id, policy_name, source_path) (qumulo_snapshot_policy_info{%(s)s})' },
    enabled: {
      name: 'Enabled',
      query: policy('min', 'qumulo_snapshot_policy_enabled'),
      mappings: mappings.words([[1, 'yes', 'text'], [0, 'no', 'blue']]),
    },
    newest: { name: 'Newest', query: 'time() - ' + newest, unit: 's', decimals: 1, noValue: 'none yet' },
    interval: { name: 'Every', query: interval, unit: 's', decimals: 1 },
    lateness: {
      name: 'Late',
      query: '(time() - %s) / (%s > 0)' % [newest, interval],
      unit: 'suffix:×',
      decimals: 1,
      thresholds: [[null, 'green'], [1.2, 'yellow'], [2, 'red']],
    },
    oldest: { name: 'Oldest', query: 'time() - ' + policy('min', 'qumulo_snapshot_policy_oldest_timestamp_seconds'), unit: 's', decimals: 0 },
    ofPolicy: { name: 'Snapshots', query: policy('max', 'qumulo_snapshot_policy_snapshots'), unit: 'short' },
  },
}
