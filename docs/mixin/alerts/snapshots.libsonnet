// Snapshots, quotas and tree deletes.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local quota(name, severity, ratio, advice) = r.alert(
    name,
    severity,
    'qumulo_quota_used_bytes{#} / (qumulo_quota_limit_bytes{#} > 0) >= %g' % ratio,
    '15m',
    'Qumulo cluster {{ $labels.instance }}: the quota of {{ $labels.path }} is {{ $value | humanizePercentage }} full',
    |||
      In {{ $labels.instance }} {{ $labels.path }} uses {{ $value | humanizePercentage }} of its quota of %s. %s
    ||| % [r.value('qumulo_quota_limit_bytes{@}', 'humanize1024', ['id', 'path'], '', 'B'), advice]
  );
  {
    name: 'qumulo-snapshots',
    rules: [
      // The newest of a week, so that the alert stays when the last snapshots expire. Ten minutes more, since the snapshots
      // are read every five.
      r.alert(
        'QumuloSnapshotPolicyNotProducing',
        'warning',
        |||
          time() - max_over_time(qumulo_snapshot_policy_newest_timestamp_seconds{#}[7d])
            > 2 * qumulo_snapshot_policy_interval_seconds{#} + 600
          and min_over_time(qumulo_snapshot_policy_enabled{#}[1d]) == 1
          unless ignoring (policy_id) instance:qumulo_maintenance:active{#} == 1
        |||,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the snapshot policy%s takes no snapshots'
        % r.about('policy_name', 'qumulo_snapshot_policy_info{@}', ['policy_id'], ' '),
        |||
          In {{ $labels.instance }} the newest snapshot of the policy%s is {{ $value | humanizeDuration }} old; its schedule takes one every
          %s at least.
        ||| % [
          r.about('policy_name', 'qumulo_snapshot_policy_info{@}', ['policy_id'], ' ')
          + r.about('source_path', 'qumulo_snapshot_policy_info{@}', ['policy_id'], ' (of ', ')'),
          r.value('qumulo_snapshot_policy_interval_seconds{@}', 'humanizeDuration', ['policy_id']),
        ]
      ),
      r.alert(
        'QumuloSnapshotsNearLimit',
        'warning',
        'qumulo_snapshots{#} > %d' % (config.snapshots.limit * config.snapshots.ratio),
        '15m',
        'Qumulo cluster {{ $labels.instance }} has {{ $value }} snapshots',
        |||
          {{ $labels.instance }} has {{ $value }} snapshots of at most %d. When there are no more, policies and replication take none.
        ||| % config.snapshots.limit
      ),
      quota('QumuloQuotaHigh', 'info', config.quota.info, 'No hurry.'),
      quota('QumuloQuotaVeryHigh', 'info', config.quota.infoHigh, 'Tell its users.'),
      quota('QumuloQuotaExhausted', 'warning', config.quota.warning, 'Its users are about to be unable to write.'),
      r.alert(
        'QumuloTreeDeleteFailed',
        'info',
        'qumulo_tree_delete_failed_jobs{#} > 0',
        '15m',
        'Qumulo cluster {{ $labels.instance }}: tree deletes that were aborted: {{ $value }}',
        |||
          Jobs of {{ $labels.instance }} that delete a directory and were aborted by an error: {{ $value }}. Their space is not free.
        |||
      ),
    ],
  }
