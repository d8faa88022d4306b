// What clients do. The cluster's own page tells it by protocol; releases without it (before 5.3.0) tell it by the collector
// `performance`, which is the second query: it counts only where the first has nothing.
function(config) {
  local rate(metric, by) = 'sum by (%%(by)s, %s) (rate(%s{io_type=~"read|write", %%(s)s}[$__rate_interval]))' % [by, metric],
  local instead(metric, of) = 'sum by (%%(by)s, operation) (%s{%%(s)s}) unless on (%%(by)s) (count by (%%(by)s) (%s{%%(s)s}))' % [metric, of],

  throughput: {
    name: 'Throughput',
    description: 'What clients read and write, of each cluster. Worry when it breaks off while clients are at work, or stays at what the network can carry.',
    queries: [
      { query: 'sum by (%(by)s) (rate(qumulo_protocol_operation_bytes_total{io_type=~"read|write", %(s)s}[$__rate_interval]))', legend: '{{instance}}' },
      { query: 'sum by (%(by)s) (qumulo_cluster_throughput_bytes_per_second{%(s)s}) unless on (%(by)s) (count by (%(by)s) (qumulo_protocol_operation_bytes_total{%(s)s}))', legend: '{{instance}}' },
    ],
    unit: 'Bps',
    min: 0,
  },

  operations: {
    name: 'Operations',
    description: 'Operations of clients, of each cluster. Worry when they fall to nothing while clients are at work, or are far above their usual.',
    queries: [
      { query: 'sum by (%(by)s) (rate(qumulo_protocol_operations_total{%(s)s}[$__rate_interval]))', legend: '{{instance}}' },
      { query: 'sum by (%(by)s) (qumulo_cluster_operations_per_second{%(s)s}) unless on (%(by)s) (count by (%(by)s) (qumulo_protocol_operations_total{%(s)s}))', legend: '{{instance}}' },
    ],
    unit: 'ops',
    min: 0,
  },

  throughputByProtocol: {
    name: 'Throughput by protocol',
    description: 'What clients read and write by each protocol. Worry when one breaks off while the others continue: its service or its clients are in trouble.',
    queries: [
      { query: rate('qumulo_protocol_operation_bytes_total', 'protocol, io_type'), legend: '{{protocol}} {{io_type}}' },
      { query: instead('qumulo_cluster_throughput_bytes_per_second', 'qumulo_protocol_operation_bytes_total'), legend: '{{operation}}' },
    ],
    unit: 'Bps',
    min: 0,
  },

  operationsByProtocol: {
    name: 'Operations by protocol',
    description: 'Operations of each protocol, of data and of metadata. Worry when metadata operations outgrow the rest: a client may be walking the whole tree.',
    queries: [
      { query: 'sum by (%(by)s, protocol, data_type) (rate(qumulo_protocol_operations_total{%(s)s}[$__rate_interval]))', legend: '{{protocol}} {{data_type}}' },
      { query: instead('qumulo_cluster_operations_per_second', 'qumulo_protocol_operations_total'), legend: '{{operation}}' },
    ],
    unit: 'ops',
    min: 0,
  },

  latencyByProtocol: {
    name: 'Mean latency by protocol',
    description: 'How long an operation takes on average. Operations that wait by their nature, such as change notifications, are left out. Worry when it is several times its usual at this hour; releases before 5.3.0 do not tell it.',
    query: |||
      sum by (%(by)s, protocol, io_type) (rate(qumulo_protocol_operation_latency_seconds_sum{io_type!="wait", %(s)s}[$__rate_interval]))
      / (sum by (%(by)s, protocol, io_type) (rate(qumulo_protocol_operation_latency_seconds_count{io_type!="wait", %(s)s}[$__rate_interval])) > 0)
    |||,
    legend: '{{protocol}} {{io_type}}',
    unit: 's',
    min: 0,
    noValue: 'this release does not tell it',
  },
}
