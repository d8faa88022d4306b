// Replication. Source and target both report a relationship; where the source is monitored too, it alone alerts. What it has said
// within a day counts, so that a source which is unreachable raises nothing at its targets.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // once evaluates an expression for sources and objects, and for targets whose source is elsewhere. ROLE is where the
  // expression takes the matcher of the role.
  local once(expr) = |||
    %s
    or
    (%s
    unless on (id) last_over_time(qumulo_replication_info{#role="source"}[1d]))
  ||| % [std.strReplace(std.rstripChars(expr, '\n'), 'ROLE', m) for m in ['role!="target"', 'role="target"']];
  // The relationship as texts name it: "/projects to oslo". An object relationship names its bucket.
  local what =
    r.about('source_path', 'qumulo_replication_info{@,source_path!=""}', ['id', 'role'], ' of ')
    + r.about('target_cluster', 'qumulo_replication_info{@,target_cluster!=""}', ['id', 'role'], ' to ')
    + r.about('bucket', 'qumulo_replication_info{@,bucket!=""}', ['id', 'role'], ' with bucket ');
  // object is each object relationship that there is, which has no state and is never off.
  local object(offset) =
    'max without (mode, source_cluster, source_path, target_cluster, target_path, direction, bucket, object_folder) (qumulo_replication_info{#role="object"}%s)' % offset;
  // never is a relationship that is on and has been for so many days, without a copy. One whose limit is longer than two periods of
  // as long is left to more days: it follows a snapshot policy, and waits for its first snapshot.
  local never(days) = std.rstripChars(|||
    qumulo_replication_enabled{#ROLE} == 1 and qumulo_replication_enabled{#ROLE} offset %(days)dd == 1
    and ignoring (state) qumulo_replication_state{#state="established"} == 1
    unless qumulo_replication_recovery_point_timestamp_seconds{#}
    unless instance_relationship:qumulo_replication_lag_limit:seconds{#} > 2 * %(days)d * 86400
  ||| % { days: days }, '\n');
  local relationship = 'the replication%s ({{ $labels.role }} {{ $labels.id }})' % what;
  {
    name: 'qumulo-replication',
    rules: [
      r.alert(
        'QumuloReplicationDisconnected',
        'warning',
        once('max without (state) (qumulo_replication_state{#ROLE,state=~"disconnected|disconnecting|reconnecting|reestablishing"}) == 1\n'
             + 'unless ignoring (id, role) instance:qumulo_maintenance:active{#} == 1'),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the replication%s is not established' % what,
        |||
          In {{ $labels.instance }} %s has not been established for fifteen minutes%s.
        ||| % [relationship, r.about('state', 'qumulo_replication_state{@} == 1', ['id', 'role'], '; it is ')]
      ),
      r.alert(
        'QumuloReplicationEnded',
        'info',
        once('qumulo_replication_state{#ROLE,state="ended"} == 1'),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the replication%s has ended' % what,
        |||
          In {{ $labels.instance }} %s has been ended by one of its clusters: nothing is copied any more.
        ||| % relationship
      ),
      r.alert(
        'QumuloReplicationNotAuthorized',
        'info',
        once('qumulo_replication_state{#ROLE,state="awaiting_authorization"} == 1'),
        '1h',
        'Qumulo cluster {{ $labels.instance }}: the replication%s waits to be authorized' % what,
        |||
          In {{ $labels.instance }} %s has waited for an hour for somebody to authorize it at the target.
        ||| % relationship
      ),
      r.alert(
        'QumuloReplicationFailing',
        'warning',
        once('qumulo_replication_last_job_failed{#ROLE} == 1\nunless qumulo_replication_enabled{#} == 0'),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the last job of the replication%s failed' % what,
        |||
          In {{ $labels.instance }} the last job of %s failed, and no later one has succeeded for fifteen minutes.
        ||| % relationship
      ),
      // A relationship in a blackout is meant to be late. The limit of each is a recording rule.
      r.alert(
        'QumuloReplicationBehind',
        'warning',
        once('instance_relationship:qumulo_replication_lag:seconds{#ROLE} > instance_relationship:qumulo_replication_lag_limit:seconds{#}\n'
             + 'unless qumulo_replication_enabled{#} == 0\n'
             + 'unless qumulo_replication_blackout_end_timestamp_seconds{#}\n'
             + 'unless ignoring (state) qumulo_replication_state{#state="ended"} == 1'),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the replication%s is {{ $value | humanizeDuration }} behind' % what,
        |||
          In {{ $labels.instance }} the copy that %s makes is {{ $value | humanizeDuration }} old; it should be no older than %s.
        ||| % [relationship, r.value('instance_relationship:qumulo_replication_lag_limit:seconds{@}', 'humanizeDuration', ['id', 'role'])]
      ),
      r.alert(
        'QumuloReplicationNeverDone',
        'warning',
        once('(\n%s\n)' % std.join('\nor\n', [never(days) for days in [1, 8, 32]])) + |||
          or
          (
            %s
            and
            %s
            unless qumulo_replication_recovery_point_timestamp_seconds{#}
            unless qumulo_replication_last_job_failed{#} == 1
          )
        ||| % [object(''), object(' offset 1d')],
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the replication%s has never been completed' % what,
        |||
          In {{ $labels.instance }} %s was set up more than a day ago and no job of it has succeeded yet: there is no copy.
        ||| % relationship
      ),
      r.alert(
        'QumuloReplicationQueueGrowing',
        'warning',
        |||
          qumulo_replication_queued_snapshots{#} > %d
          and deriv(qumulo_replication_queued_snapshots{#}[6h]) > 0
          unless qumulo_replication_enabled{#} == 0
          unless qumulo_replication_blackout_end_timestamp_seconds{#}
        ||| % config.replicationQueue,
        '1h',
        'Qumulo cluster {{ $labels.instance }}: {{ $value }} snapshots wait for the replication%s' % what,
        |||
          In {{ $labels.instance }} {{ $value }} snapshots wait for %s, and the queue has grown for hours. They use space until they are copied.
        ||| % relationship
      ),
    ],
  }
