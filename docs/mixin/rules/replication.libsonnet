// How old the data at the other end of a replication relationship are, and how old they may be.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local lag = config.replicationLag;
  {
    name: 'qumulo-replication.rules',
    rules: [
      // In the modes with a snapshot policy the data are as old as the snapshot; otherwise as old as the start of the job.
      r.record('instance_relationship:qumulo_replication_lag:seconds', |||
        (time() - qumulo_replication_recovery_point_snapshot_timestamp_seconds{#})
        or
        (time() - qumulo_replication_recovery_point_timestamp_seconds{#})
      |||),
      // The limit is a series, so that each relationship has its own and a dashboard can draw it. One that follows a snapshot policy
      // whose interval is not known, since snapshots are not read, has none but what the configuration says, and so has one with a
      // bucket: the cluster copies to it and from it only when somebody says so, mostly once.
      r.record('instance_relationship:qumulo_replication_lag_limit:seconds',
               std.join('\nor\n', [
                 |||
                   0 * max without (mode, source_cluster, source_path, target_cluster, target_path, direction, bucket, object_folder) (
                     qumulo_replication_info{#%(match)s}
                   ) + %(seconds)d
                 ||| % o
                 for o in lag.relationships
               ] + [|||
                 2 * min without (policy_id) (
                   last_over_time(qumulo_replication_snapshot_policy_info{#}[1d])
                     * ignoring (id, role) group_left ()
                   last_over_time(qumulo_snapshot_policy_interval_seconds{#}[1d])
                 ) > %(seconds)d
                 or
                 (
                   0 * max without (mode, source_cluster, source_path, target_cluster, target_path, direction, bucket, object_folder) (
                     qumulo_replication_info{#role!="object"}
                   ) + %(seconds)d
                   unless
                   max without (policy_id) (
                     last_over_time(qumulo_replication_snapshot_policy_info{#}[1d])
                       unless ignoring (id, role)
                     last_over_time(qumulo_snapshot_policy_interval_seconds{#}[1d])
                   )
                 )
               ||| % lag])),
    ],
  }
