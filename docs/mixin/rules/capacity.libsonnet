// Used space and the time until the file system is full. Dashboards, tables and alerts all use these.
//
// The forecast is a least-squares line through the used space of a week and one of a day, and the slower of the two counts.
// If either falls, after a large delete or because the week's growth is over, there is none. Used space, not free
// space, since that of a cluster that gets new nodes continues as it was. Until Prometheus has enough of a history, the
// cluster's own is used (qumulo_capacity_history_used_bytes), so that there is a forecast from the first minute.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // history is the growth between the cluster's newest day and an older one.
  local history(age) = |||
    (qumulo_capacity_history_used_bytes{#age="0d"} - ignoring (age) qumulo_capacity_history_used_bytes{#age="%(age)s"})
      / ignoring (age)
    (qumulo_capacity_history_timestamp_seconds{#age="0d"} - ignoring (age) qumulo_capacity_history_timestamp_seconds{#age="%(age)s"})
  ||| % { age: age };
  {
    name: 'qumulo-capacity.rules',
    interval: '2m',  // less often than the rest, since they look far back
    rules: [
      r.record('instance:qumulo_filesystem_used:bytes', 'qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#}'),
      r.record('instance:qumulo_filesystem_used:ratio', '1 - qumulo_filesystem_free_bytes{#} / qumulo_filesystem_size_bytes{#}'),
      // Five of seven days are enough of a week; less than that only where the cluster tells no history.
      r.record('instance:qumulo_filesystem_used_bytes:deriv7d', |||
        (
          deriv((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[7d:1h])
          and
          count_over_time((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[7d:1h]) >= 120
        )
        or
        (
        %s)
        or
        (
          deriv((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[7d:1h])
          and
          count_over_time((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[7d:1h]) >= 24
        )
      ||| % history('7d')),
      r.record('instance:qumulo_filesystem_used_bytes:deriv1d', |||
        (
          deriv((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[1d:30m])
          and
          count_over_time((qumulo_filesystem_size_bytes{#} - qumulo_filesystem_free_bytes{#})[1d:30m]) >= 36
        )
        or
        (
        %s)
      ||| % history('1d')),
      r.record('instance:qumulo_filesystem_full:seconds', |||
        qumulo_filesystem_free_bytes{#}
          /
        (
          (instance:qumulo_filesystem_used_bytes:deriv7d{#} > 0) <= (instance:qumulo_filesystem_used_bytes:deriv1d{#} > 0)
          or
          (instance:qumulo_filesystem_used_bytes:deriv1d{#} > 0) < (instance:qumulo_filesystem_used_bytes:deriv7d{#} > 0)
        )
      |||),
    ],
  }
