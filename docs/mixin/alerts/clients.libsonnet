// What clients notice: connections near the limit, latency, and traffic that stops.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local c = config.connections;
  {
    name: 'qumulo-clients',
    rules: [
      r.alert(
        'QumuloConnectionsNearLimit',
        'warning',
        std.join('\nor\n', [
          'qumulo_client_connections{#protocol="%s"} > %d' % [protocol, c.limits[protocol] * c.ratio]
          for protocol in std.objectFields(c.limits)
        ]),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: %s has {{ $value }} connections by {{ $labels.protocol | toUpper }}' % r.node,
        |||
          In {{ $labels.instance }} {{ $value }} connections by {{ $labels.protocol | toUpper }} are open at %s, more than %d %% of what a node
          takes. Past the limit new clients are refused.
        ||| % [r.node, 100 * c.ratio]
      ),
      r.alert(
        'QumuloClientsUnbalanced',
        'info',
        |||
          instance:qumulo_client_connections:imbalance_ratio{#} > %g
          and sum without (node_id) (instance_node:qumulo_client_connections:sum{#}) >= %d
        ||| % [config.imbalance.ratio, config.imbalance.connections],
        '6h',
        'Qumulo cluster {{ $labels.instance }}: one node has {{ $value | humanize }} times the connections of the mean node',
        |||
          For six hours %s has had {{ $value | humanize }} times the connections of the mean node of {{ $labels.instance }}. Its clients are served
          worse than they could be.
        ||| % r.about('node_id', 'topk(1, instance_node:qumulo_client_connections:sum{@})', before='node ')
      ),
      r.alert(
        'QumuloLatencyHigh',
        'info',
        |||
          avg_over_time(instance_protocol:qumulo_protocol_operation_latency_seconds:mean5m{#}[1h])
            > %(factor)g * avg_over_time(instance_protocol:qumulo_protocol_operation_latency_seconds:mean5m{#}[7d])
            > %(seconds)g
        ||| % config.latency,
        '30m',
        'Qumulo cluster {{ $labels.instance }}: operations by {{ $labels.protocol | toUpper }} take {{ $value | humanizeDuration }}',
        |||
          In the last hour an operation by {{ $labels.protocol | toUpper }} took {{ $value | humanizeDuration }} on {{ $labels.instance }}; the mean of
          its week is %s.
        ||| % r.value('avg_over_time(instance_protocol:qumulo_protocol_operation_latency_seconds:mean5m{@}[7d])', 'humanizeDuration', ['protocol'])
      ),
      // The same hour of yesterday and of a week ago, so that a quiet night or weekend is no news.
      r.alert(
        'QumuloTrafficStopped',
        'warning',
        |||
          instance:qumulo_operations:per_second{#} == 0
          and avg_over_time(instance:qumulo_operations:per_second{#}[30m] offset 1d) > %(min)g
          and avg_over_time(instance:qumulo_operations:per_second{#}[30m] offset 1w) > %(min)g
          and qumulo_up{#} == 1
          unless instance:qumulo_maintenance:active{#} == 1
        ||| % { min: config.trafficStopped },
        '15m',
        'Qumulo cluster {{ $labels.instance }} answers, but its clients do nothing',
        |||
          {{ $labels.instance }} has served no operation for fifteen minutes; at this time of yesterday there were
          %s a second. Its clients may not reach it.
        ||| % r.value('avg_over_time(instance:qumulo_operations:per_second{@}[30m] offset 1d)', 'humanize')
      ),
    ],
  }
