// Snapshots and their policies.
local mappings = import '../mappings.libsonnet';

function(config) {
  local limit = config.snapshots.limit,

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

  snapshotsKinds: {
    name: 'Snapshots',
    description: 'All snapshots of the chosen clusters, and of them those in deletion, locked, and without an expiry. Worry when deletions pile up, or those without an expiry grow: nobody will delete them.',
    queries: [
      { query: 'sum(qumulo_snapshots{%(s)s})', legend: 'all' },
      { query: 'sum(qumulo_snapshots_deleting{%(s)s})', legend: 'in deletion' },
      { query: 'sum(qumulo_snapshots_locked{%(s)s})', legend: 'locked' },
      { query: 'sum(qumulo_snapshots_without_expiration{%(s)s})', legend: 'without expiry' },
    ],
    unit: 'short',
    min: 0,
  },

  policy: {
    name: 'Policy',
    description: 'The snapshot policy.',
    query: 'max by (%(by)s, policy_id, policy_name, source_path) (qumulo_snapshot_policy_info{%(s)s})',
  },

  policyEnabled: {
    name: 'Takes snapshots',
    description: 'Whether the policy is enabled.',
    query: 'max by (%(by)s, policy_id) (qumulo_snapshot_policy_enabled{%(s)s})',
    mappings: mappings.words([[1, 'yes', 'green'], [0, 'no', 'blue']]),
    thresholds: [[null, 'text']],
  },

  policySnapshots: {
    name: 'Snapshots',
    description: 'How many snapshots of the policy there are.',
    query: 'max by (%(by)s, policy_id) (qumulo_snapshot_policy_snapshots{%(s)s})',
    unit: 'short',
  },

  policyNewest: {
    name: 'Newest is',
    description: 'The age of the newest snapshot of the policy.',
    query: 'max by (%(by)s, policy_id) (time() - qumulo_snapshot_policy_newest_timestamp_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
    noValue: 'none yet',
  },

  policyOldest: {
    name: 'Oldest is',
    description: 'The age of the oldest snapshot of the policy.',
    query: 'max by (%(by)s, policy_id) (time() - qumulo_snapshot_policy_oldest_timestamp_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
    noValue: 'none yet',
  },

  policyInterval: {
    name: 'At least every',
    description: 'The longest time between two snapshots by the schedule of the policy.',
    query: 'max by (%(by)s, policy_id) (qumulo_snapshot_policy_interval_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
  },

  policyLate: {
    name: 'Age of the newest, in intervals',
    description: 'The age of the newest snapshot of each policy in units of its longest interval. Worry above 2: the policy does not take its snapshots.',
    query: |||
      max by (%(by)s, policy_id) (time() - qumulo_snapshot_policy_newest_timestamp_seconds{%(s)s})
      / max by (%(by)s, policy_id) (qumulo_snapshot_policy_interval_seconds{%(s)s})
      and on (%(by)s, policy_id) (qumulo_snapshot_policy_enabled{%(s)s} == 1)
    |||,
    legend: 'policy {{policy_id}}',
    unit: 'short',
    decimals: 1,
    min: 0,
    thresholds: [[null, 'green'], [2, 'red']],
    noValue: 'no policy with a schedule',
  },
}
