// Space of the file system: what is used, and when it will be full.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local used(name, severity, ratio, after, advice) = r.alert(
    name,
    severity,
    'instance:qumulo_filesystem_used:ratio{#} >= %g' % ratio,
    after,
    'Qumulo cluster {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
    |||
      Of the file system of {{ $labels.instance }} {{ $value | humanizePercentage }} are used; free are
      %s. %s
    ||| % [r.value('qumulo_filesystem_free_bytes{@}', 'humanize1024', after='B'), advice]
  );
  local left = r.value('instance:qumulo_filesystem_full:seconds{@} / 86400', 'printf "%.1f"');
  local full(name, severity, days, advice) = r.alert(
    name,
    severity,
    |||
      instance:qumulo_filesystem_full:seconds{#} < %d * 86400
        and instance:qumulo_filesystem_used:ratio{#} > %g
    ||| % [days, config.forecast.minUsed],
    '2h',
    'Qumulo cluster {{ $labels.instance }} will be full in %s days' % left,
    |||
      At the growth of the last day and week, whichever is slower, the file system of {{ $labels.instance }} will be full in
      %s days. %s
    ||| % [left, advice]
  );
  {
    name: 'qumulo-capacity',
    rules: [
      used('QumuloCapacityHigh', 'info', config.capacity.info, '15m', 'Plan for more space, or for less data.'),
      used('QumuloCapacityVeryHigh', 'warning', config.capacity.warning, '15m', 'Free space, or add nodes.'),
      used('QumuloCapacityExhausted', 'critical', config.capacity.critical, '5m', 'Writes fail when it is full.'),
      full('QumuloCapacityFillingUp', 'info', config.forecast.info, 'Order drives or nodes in time.'),
      full('QumuloCapacityFullSoon', 'warning', config.forecast.warning, 'Find out what grows, and free space.'),
    ],
  }
