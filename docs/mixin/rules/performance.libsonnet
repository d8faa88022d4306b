// Throughput, operations and latency by protocol from the cluster's own metrics, and of the whole cluster from whichever
// source a release has: there what clients do with files, not the exporter's own calls. Operations that wait (locks, change notifications) are left out of latency: clients mean them to last.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-performance.rules',
    rules: [
      r.record('instance_protocol_io_type:qumulo_protocol_operations:rate5m',
               'sum without (data_type, op_name) (rate(qumulo_protocol_operations_total{#}[5m]))'),
      r.record('instance_protocol_io_type:qumulo_protocol_operation_bytes:rate5m',
               'sum without (data_type, op_name) (rate(qumulo_protocol_operation_bytes_total{#}[5m]))'),
      r.record('instance_protocol_io_type:qumulo_protocol_operation_latency_seconds:mean5m', |||
        sum without (data_type, op_name) (rate(qumulo_protocol_operation_latency_seconds_sum{#io_type!="wait"}[5m]))
          /
        (sum without (data_type, op_name) (rate(qumulo_protocol_operation_latency_seconds_count{#io_type!="wait"}[5m])) > 0)
      |||),
      r.record('instance_protocol:qumulo_protocol_operation_latency_seconds:mean5m', |||
        sum without (data_type, op_name, io_type) (rate(qumulo_protocol_operation_latency_seconds_sum{#io_type!="wait"}[5m]))
          /
        (sum without (data_type, op_name, io_type) (rate(qumulo_protocol_operation_latency_seconds_count{#io_type!="wait"}[5m])) > 0)
      |||),
      r.record('instance:qumulo_operations:per_second', |||
        sum without (operation) (qumulo_cluster_operations_per_second{#})
        or
        sum without (protocol, io_type) (instance_protocol_io_type:qumulo_protocol_operations:rate5m{#protocol!~"replication|rest"})
      |||),
      r.record('instance:qumulo_throughput:bytes_per_second', |||
        sum without (operation) (qumulo_cluster_throughput_bytes_per_second{#})
        or
        sum without (protocol, io_type) (instance_protocol_io_type:qumulo_protocol_operation_bytes:rate5m{#protocol!~"replication|rest"})
      |||),
    ],
  }
