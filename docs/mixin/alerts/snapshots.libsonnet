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
  local policy = r.about('policy_name', 'qumulo_snapshot_policy_info{@}', ['policy_id'], ' ');
  local newest(s) =
    '(max_over_time(qumulo_snapshot_policy_newest_timestamp_seconds%(s)s[1d]) or max_over_time(qumulo_snapshot_policy_newest_timestamp_seconds%(s)s[14d:1h]))' % { s: s };
  // none is a policy with an interval of so many seconds at most that is on and has had no snapshot for all of a longer time.
  local none(seconds, time, step) = std.join('\n  and ', [
    'max_over_time(qumulo_snapshot_policy_snapshots{#}[%s:%s]) == 0' % [time, step],
    'min_over_time(qumulo_snapshot_policy_enabled{#}[%s:%s]) == 1' % [time, step],
    'qumulo_snapshot_policy_enabled{#} offset %s' % time,
    'qumulo_snapshot_policy_interval_seconds{#} <= %d' % seconds,
  ]);
  {
    name: 'qumulo-snapshots',
    rules: [
      // The newest that was seen in two weeks, so that the alert stays when the last snapshots expire. Ten minutes more, since the
      // snapshots are read every five. Schedules rarer than weekly whose snapshots are gone before the next are not seen to fail.
      r.alert(
        'QumuloSnapshotPolicyNotProducing',
        'warning',
        |||
          (
            time() - %s > 2 * qumulo_snapshot_policy_interval_seconds{#} + 600
            and min_over_time(qumulo_snapshot_policy_enabled{#}[1d]) == 1
            or
            %s
          )
          unless ignoring (policy_id) instance:qumulo_maintenance:active{#} == 1
        ||| % [newest('{#}'), std.join('\n  or\n  ', [none(3600, '3h', '10m'), none(24 * 3600, '2d', '15m'), none(7 * 24 * 3600, '8d', '30m')])],
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the snapshot policy%s takes no snapshots' % policy,
        |||
          In {{ $labels.instance }} the policy%s has taken no snapshot for longer than its schedule says, one every %s at least; %s.
        ||| % [
          policy + r.about('source_path', 'qumulo_snapshot_policy_info{@}', ['policy_id'], ' (of ', ')'),
          r.value('qumulo_snapshot_policy_interval_seconds{@}', 'humanizeDuration', ['policy_id']),
          r.value('time() - (%s)' % newest('{@}'), 'humanizeDuration', ['policy_id'], 'the newest is ', ' old', 'it has none'),
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
